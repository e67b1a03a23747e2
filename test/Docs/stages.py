"""Compares the table of stages in lib/README.md with the compiler's pipelines.

stages.py PAGE MLC-OPT

On the way to a CPU, the passes of each row must be those of the pipeline
`mlc-STAGE-stage`, in its order: all of our passes, and upstream's as far as the
page names them. What a row says after `; with` is for `--profile`, and not in
the pipeline. On the way to a GPU, `mlc-gpu-STAGE-stage`, where there is one,
must have the passes of ours that the row names, in any order. Every pass that
the table names must exist, and the page must name every pass of ours.
"""

import pathlib
import re
import subprocess
import sys

HEADER = "| stage | passes on the way to a CPU |"
# Pipelines for tests, and what only emulators are made with.
PIPELINES = {"mlc-vector-code"}
NOT_IN_A_STAGE = {"mlc-emulate-kernels"}


def names(text):
    return re.findall(r"`([a-z][a-z0-9-]+)`", text)


def rows(page):
    """(stage, the CPU's cell, the GPU's cell) of each row of the table."""
    start = page.index(HEADER)
    for line in page[start:].splitlines()[2:]:
        if not line.startswith("|"):
            return
        stage, cpu, gpu = (cell.strip() for cell in line.strip("|").split("|"))
        yield stage.strip("`"), cpu, gpu


def pipeline(mlc_opt, stage):
    """The names of a stage's passes, in order."""
    dump = subprocess.run(
        [mlc_opt, f"--mlc-{stage}-stage", "--dump-pass-pipeline"],
        input="module {}",
        capture_output=True,
        text=True,
    ).stderr
    found = re.findall(r"^ +([a-z0-9-]+)(?:[{,]|$)", dump, flags=re.M)
    if not found:
        sys.exit(f"expected a pipeline for the stage {stage}, but got:\n{dump}")
    return found


def main(page_path, mlc_opt):
    page = pathlib.Path(page_path).read_text()
    listed = subprocess.run([mlc_opt, "--help"], capture_output=True, text=True)
    passes = set(re.findall(r"^ +--([a-z0-9-]+) +-", listed.stdout, flags=re.M))
    ours = {
        name
        for name in passes
        if name.startswith("mlc-") and name not in PIPELINES
        and not name.endswith("-stage")
    }
    wrong = []
    named = set()
    for stage, cpu, gpu in rows(page):
        named.update(names(cpu) + names(gpu))
        if stage == "graph":
            continue
        expected = names(cpu.split("; with")[0])
        actual = [
            name
            for name in pipeline(mlc_opt, stage)
            if name in ours or name in expected
        ]
        if actual != expected:
            wrong.append(
                f"{stage}: the page has {', '.join(expected)}\n"
                f"  but the pipeline has {', '.join(actual)}"
            )
        if f"mlc-gpu-{stage}-stage" in passes:
            expected = set(names(gpu)) & ours - NOT_IN_A_STAGE
            actual = set(pipeline(mlc_opt, f"gpu-{stage}")) & ours
            for name in sorted(expected ^ actual):
                where = "the page" if name in expected else "the pipeline"
                wrong.append(f"{stage}, GPU: only {where} has {name}")
    if not named:
        sys.exit("expected a table of stages in the page")
    missing = ours - set(names(page))
    wrong += [f"{name}: expected in the page" for name in sorted(missing)]
    wrong += [f"{name}: no such pass" for name in sorted(named - passes)]
    sys.exit("\n".join(wrong) or 0)


main(*sys.argv[1:])
