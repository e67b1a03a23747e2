#!/usr/bin/env python3
"""Static figures of the kernel that keeps its shards on a GPU's chip.

    step_figures.py [MODEL] [--gpu sm_90] [--cost most-words=0] [--data FILE]

Prints, as JSON, what the PTX and ptxas tell of it, by default that of
examples/imdb-mlp: whether blocks wait for words of one another, registers and spills, a block's shared memory, barriers of a
block, loads from global memory and the longest chain of them in a step
(load_chain.py), divisions of 64 bits, and the entries of tables that a column of
a sparse batch takes. With a sparse data set, also how many
examples the fullest column of a warp has, the mean over 100 batches of random
rows: the iterations that a walk over examples would take, which the
tables replace. No figure is measured on a GPU.
"""

import argparse
import json
import random
import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, REPOSITORY, attempt, csr_of, expect_done, read_safetensors
from load_chain import chain_of

WARP, GROUP, WORD = 32, 5, 32


def emit(model, gpu: str, costs, stage: str) -> str:
    return expect_done(attempt(
        MLC, "compile", model, "--target", "cuda", "--gpu", gpu, "--gpu-steps", "chip",
        "--emit", stage, *(word for cost in costs for word in ("--cost", cost)),
    )).stdout


def figures_of(model, gpu: str, ptxas: str | None = None, costs=()) -> dict:
    ptx = emit(model, gpu, costs, "ptx")
    kernel = re.search(r"\.entry train_chip\w*\(.*?\n\}", ptx, re.S)[0]
    name = re.match(r"\.entry (\w+)", kernel)[1]
    step = emit(model, gpu, costs, "spmd").partition("module @mlc_chip")[2]
    shared = re.search(r"mlc\.shared = array<i64: ([\d, ]+)>", step)[1].split(", ")
    tables = re.search(r"memref<\d+x(\d+)x32xf32", step)
    figures = {
        "gpu": gpu,
        "waits_for_words": name.startswith("train_chip_by_words"),
        "most_blocks": len(shared),
        "shared_bytes_of_a_block": int(shared[-1]),
        "barriers_of_a_block": len(re.findall(r"\bbar\.sync", kernel)),
        "loads_from_global_memory": len(re.findall(r"\bld\.(?:\w+\.gpu\.)?global", kernel)),
        "longest_chain_of_loads": chain_of(kernel),
        "divisions_of_64_bits": len(re.findall(r"\b(?:div|rem)\.[us]64", kernel)),
        "table_entries_a_column": int(tables[1]) if tables else 0,
    }
    if ptxas:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "kernels.ptx"
            file.write_text(ptx)
            report = expect_done(attempt(
                ptxas, "-v", f"-arch={gpu}", file, "-o", file.with_suffix(".cubin"))).stderr
        own = report.partition(f"'{name}'")[2]
        figures["spilled_bytes"] = sum(
            map(int, re.search(r"(\d+) bytes spill stores, (\d+) bytes spill loads", own).groups()))
        figures["registers"] = int(re.search(r"Used (\d+) registers", own)[1])
    return figures


def worst_column(path, batch: int, threads: int = 256) -> float:
    """The sum over a block's rounds of the most examples that a warp's column
    has: the mean over 100 batches of random rows."""
    tensors, metadata = read_safetensors(path)
    indptr, indices, _ = csr_of(tensors)
    width = int(metadata["features"])
    sums = []
    numbers = random.Random(1)
    for _ in range(100):
        counts = [0] * width
        for row in numbers.sample(range(len(indptr) - 1), batch):
            for at in range(indptr[row], indptr[row + 1]):
                counts[indices[at]] += 1
        warps = [max(counts[at : at + WARP]) for at in range(0, width, WARP)]
        rounds = [warps[at : at + threads // WARP] for at in range(0, len(warps), threads // WARP)]
        # The warp that has the most in all rounds is waited for.
        sums.append(max(sum(column) for column in zip(*(r + [0] * (threads // WARP - len(r))
                                                        for r in rounds))))
    return sum(sums) / len(sums)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", nargs="?", default=REPOSITORY / "examples/imdb-mlp/model.mlir")
    parser.add_argument("--gpu", default="sm_90")
    parser.add_argument("--cost", action="append", default=[])
    parser.add_argument("--data")
    options = parser.parse_args()
    figures = figures_of(options.model, options.gpu, shutil.which("ptxas"), options.cost)
    if options.data:
        batch = int(re.search(r"batch\((\d+)\)", Path(options.model).read_text())[1])
        figures["examples_of_the_worst_warp"] = round(worst_column(options.data, batch), 1)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
