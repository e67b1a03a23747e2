"""What settings of the descent cost: a step with each, and the plain step, in turns.

A schedule of learning rates, clipping by the norm of all gradients, and weights of
rows, each alone, on the network of examples/imdb-mlp and on the wide one. What an
epoch takes is the difference of two runs, of one epoch and of more, so that
start-up and reading are in neither. It is processor time of one thread, which
other work on the machine changes little, and each figure is the median of the
ratios of runs that followed each other.

Usage: costs.py [--repeats N] [--folder DIR] [CASE ...]   imdb and wide
"""

import argparse
import os
import statistics
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "Integration"))

import datasets
import machine
from cases import CASES
from integration import MLC, REPOSITORY, attempt, expect_done, read_safetensors, write_safetensors

EPOCHS = {"imdb": 60, "wide": 2}  # Beyond the first.


def behind_epochs(text: str, words: str) -> str:
    place = text.index(")", text.index("epochs(")) + 1
    return f"{text[:place]} {words}{text[place:]}"


def with_weights(text: str) -> str:
    """The model with a weight of each row in its loss."""
    weighted = text.replace("%label: !logit)", "%label: !logit, %row: tensor<?xf32>)", 1)
    weighted = weighted.replace("%y, %label :", "%y, %label weight(%row) :", 1)
    assert weighted.count("%row") == 2, weighted
    return weighted


def variants(name: str, text: str) -> dict[str, str]:
    return {
        "plain": text,
        "schedule(cosine, warmup = 0.1)": behind_epochs(text, "schedule(cosine, warmup = 0.1)"),
        "clip_norm(1)": behind_epochs(text, "clip_norm(1)"),
        "weights of rows": with_weights(text),
    }


def write_weighted(data: Path, path: Path) -> None:
    """The same data set with weights of its rows, from 0.5 to 1.5."""
    tensors, metadata = read_safetensors(data)
    rows = len(tensors["labels"].data)
    weights = np.random.default_rng(3).uniform(0.5, 1.5, rows)
    tensors["weights"] = datasets.floats(weights)
    write_safetensors(path, tensors, {k: v for k, v in metadata.items() if "hash" not in k})


def seconds_of_epochs(program: Path, data: Path, epochs: int) -> float:
    runs = [
        machine.processor_seconds(
            program, "train", "--data", data, "--threads", 1, "--epochs", count, "-q"
        )
        for count in (1, 1 + epochs)
    ]
    return runs[1] - runs[0]


def measure(name: str, folder: Path, repeats: int) -> None:
    case = CASES[name]
    data = case.data(folder)
    weighted = folder / f"{name}-weighted.safetensors"
    write_weighted(data, weighted)
    programs = {}
    for number, (what, text) in enumerate(variants(name, case.model.read_text()).items()):
        model = folder / f"{name}-{number}.mlir"
        model.write_text(text)
        expect_done(attempt(MLC, "compile", model, "--data", data, "-o", model.with_suffix("")))
        programs[what] = (model.with_suffix(""), weighted if "%row" in text else data)
    load = [os.getloadavg()[0]]
    seconds: dict[str, list[float]] = {what: [] for what in programs}
    for _ in range(repeats):
        for what, (program, rows) in programs.items():
            seconds[what].append(seconds_of_epochs(program, rows, EPOCHS[name]))
        load.append(os.getloadavg()[0])
    print(f"{name}: {case.title}; {repeats} repeats in turns, load {min(load):.1f} to {max(load):.1f}.\n")
    print("| step | seconds an epoch, median | times the plain step, median | least to most |")
    print("|---|---:|---:|---:|")
    for what, times in seconds.items():
        ratios = [mine / plain for mine, plain in zip(times, seconds["plain"], strict=True)]
        print(f"| {what} | {statistics.median(times) / EPOCHS[name]:.3f} | "
              f"{statistics.median(ratios):.3f} | {min(ratios):.3f} to {max(ratios):.3f} |")  # fmt: skip
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", default=[], help=", ".join(EPOCHS))
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "build" / "descent-data")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.cases or EPOCHS:
        try:
            measure(name, options.folder, options.repeats)
        except datasets.Missing as missing:
            print(f"{name}: skipped: {missing}\n")
    print(machine.line())


if __name__ == "__main__":
    main()
