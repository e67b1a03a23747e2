#!/usr/bin/env python3
"""Compares the weights that programs of two compilers train, bit for bit.

    test/benchmark/same_bits.py OLD NEW [--cpu LEVELS] [--model TEXT]

OLD and NEW are paths of `mlc`. Each model of the examples, of the integration
tests and of the benchmarks is compiled by both for each of LEVELS (x86-64-v3,
x86-64-v4), and trained for two epochs on the same random rows from the same
weights: by OLD with two threads, by NEW with two and with three. Only tensors
are compared, since metadata names the compiler. A change of structure shows no
difference here, and any other says why it makes one. Status 1 where weights
differ, NEW refuses what OLD takes, or nothing was compared; models that OLD does not know are named.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "test" / "Integration"))

from integration import Program, make_data, make_weights, read_safetensors, write_weights

FOLDERS = ("examples/*", "test/Integration/*/models", "test/benchmark/models")


def compile_model(mlc: str, model: Path, cpu: str, program: Path) -> str:
    """What is wrong; empty where nothing is."""
    command = [mlc, "compile", model, "--cpu", cpu, "-o", program]
    result = subprocess.run(command, capture_output=True, text=True)
    return (result.stderr or "no message") if result.returncode else ""


def train(program: Path, folder: Path, threads: int) -> str:
    """A hash of the trained tensors."""
    weights = folder / "weights"
    subprocess.run(
        [program, "train", "--data", folder / "data", "--init", folder / "init", "--epochs", "2",
         "--seed", "5", "--threads", str(threads), "-o", weights],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    tensors, _ = read_safetensors(weights)
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].data.tobytes())
    return digest.hexdigest()


def compare(old: str, new: str, model: Path, cpu: str, folder: Path) -> str:
    programs = folder / "old", folder / "new"
    if error := compile_model(old, model, cpu, programs[0]):
        return f"unknown to OLD: {error.splitlines()[0]}"
    if error := compile_model(new, model, cpu, programs[1]):
        return f"REFUSED by NEW: {error.splitlines()[0]}"
    info = Program(programs[0]).info
    # Whole batches and a smaller one, but no more than take a moment.
    rows = min(5 * info["batch"] + 3, 400)
    make_data(info, rows, seed=7).write(folder / "data")
    write_weights(folder / "init", make_weights(info, seed=3))
    reference = train(programs[0], folder, threads=2)
    same = all(train(programs[1], folder, threads) == reference for threads in (2, 3))
    return "same" if same else "DIFFERENT"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", metavar="OLD")
    parser.add_argument("new", metavar="NEW")
    parser.add_argument("--cpu", default="x86-64-v3,x86-64-v4", metavar="LEVELS")
    parser.add_argument("--model", default="", metavar="TEXT", help="only paths with TEXT in them")
    options = parser.parse_args()
    models = sorted(model for folder in FOLDERS for model in REPOSITORY.glob(f"{folder}/*.mlir"))
    failed = compared = 0
    for model in models:
        name = model.relative_to(REPOSITORY)
        if options.model not in str(name):
            continue
        for cpu in options.cpu.split(","):
            with tempfile.TemporaryDirectory() as folder:
                result = compare(options.old, options.new, model, cpu, Path(folder))
            failed += result.startswith(("DIFFERENT", "REFUSED"))
            compared += result in ("same", "DIFFERENT")
            print(f"{name} {cpu}: {result}", flush=True)
    print(f"{compared} compared, {failed} differ or are refused")
    return 1 if failed or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
