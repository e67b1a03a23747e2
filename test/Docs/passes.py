"""Checks what the pages of passes say.

passes.py PAGE MLC-OPT

Where a pass has an example of two blocks of `mlir`, before and after, running
the pass on the first must give the second. Names of values may differ. What the
line that begins with `After` has in backquotes runs too: further passes, and,
with a `=`, the pass's options. Examples in other blocks are shortened and only
to be read.
"""

import pathlib
import re
import subprocess
import sys

EXAMPLE = re.compile(
    r"^Before[^\n]*(?:\n[^\n`]+)*\n+```mlir\n(?P<before>.*?)^```\n+"
    r"(?P<line>After[^\n]*)(?:\n[^\n`]+)*\n+```mlir\n(?P<after>.*?)^```$",
    flags=re.M | re.S,
)


def passes(page):
    """The name of each pass of a page, and its text."""
    parts = re.split(r"^### `-(\S+)`$", page, flags=re.M)
    return zip(parts[1::2], parts[2::2])


def run(mlc_opt, text, options=()):
    """What mlc-opt makes of `text`; None and its errors where it fails."""
    done = subprocess.run(
        [mlc_opt, *options], input=text, capture_output=True, text=True
    )
    return (done.stdout, "") if done.returncode == 0 else (None, done.stderr)


def check(name, text, mlc_opt):
    for example in EXAMPLE.finditer(text):
        more = re.findall(r"`([^`]+)`", example["line"])
        settings = " ".join(word for word in more if "=" in word)
        options = [f"--{name}" + (f"={settings}" if settings else "")]
        options += [f"--{word}" for word in more if "=" not in word]
        made, error = run(mlc_opt, example["before"], options)
        if made is None:
            yield f"{' '.join(options)} fails:\n{error}"
            continue
        said, error = run(mlc_opt, example["after"])
        if said is None:
            yield f"what is after does not parse:\n{error}"
        elif made != said:
            yield f"{' '.join(options)} gives\n{made}\nbut the page says\n{said}"


def main(page_path, mlc_opt):
    page = pathlib.Path(page_path).read_text()
    wrong, count = [], 0
    for name, text in passes(page):
        count += len(EXAMPLE.findall(text))
        wrong += [f"{name}: {what}" for what in check(name, text, mlc_opt)]
    if not count:
        sys.exit("expected examples in the page")
    sys.exit("\n".join(wrong) or 0)


main(*sys.argv[1:])
