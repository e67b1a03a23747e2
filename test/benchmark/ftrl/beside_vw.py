"""FTRL-Proximal by mlc and by Vowpal Wabbit, in turns, on the same examples.

A logistic regression on words and pairs of words of the IMDB reviews by tf-idf.
Vowpal Wabbit takes the examples one by one, in an order that was shuffled once,
from its binary cache; mlc takes them in batches, shuffled in each epoch. What a
pass takes is the difference of a run of all passes and one of twice as many, so
that start-up, reading and saving are in neither. Of one thread it is processor
time, which other work on the machine hardly changes. Both learn from all training
reviews and are tested on the test reviews, whose films are others; settings are
those of the least loss on a fifth of the training reviews (RESULTS.md).

Usage: beside_vw.py [--repeats N] [--passes N] [--folder DIR]
"""

import argparse
import json
import math
import os
import statistics
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "Integration"))

import machine
from integration import MLC, REPOSITORY, attempt, expect_done, read_safetensors

VW = "--ftrl --ftrl_alpha 5 --ftrl_beta 1 --loss_function logistic -b 19"
BATCH = 64
MLC_FTRL = "ftrl(alpha = 5, beta = 0.0156)"  # beta 1 of sums is 1/64 of means.
MODEL = """graph.program @ftrl {{
  %w = graph.parameter "weight" zeros : tensor<{width}x1xf32>
  %b = graph.parameter "bias" zeros : tensor<1xf32>
  graph.predict(%x: tensor<?x{width}xf32, #graph.csr>) {{
    %y = graph.linear %x, %w, %b : tensor<?x{width}xf32, #graph.csr>, tensor<{width}x1xf32>, tensor<1xf32>
    graph.yield %y : tensor<?x1xf32>
  }}
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {{
    %l = graph.bce_with_logits %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }}
  graph.train {ftrl} batch({batch}) epochs({epochs})
}}
"""


def write_data(folder: Path) -> None:
    """Both parts for mlc and, as text, for Vowpal Wabbit."""
    imdb = Path(os.environ["MLC_IMDB_DATA"])
    train, test = folder / "train.safetensors", folder / "test.safetensors"
    if not test.exists():
        words = ("--ngrams", "1..2", "--min-df", 2, "--value", "tfidf", "--normalize", "l2")
        expect_done(attempt(MLC, "data", imdb / "train.csv.xz", *words, "-o", train))
        expect_done(attempt(MLC, "data", imdb / "test.csv.xz", "--like", train, "-o", test))
    for path in (train, test):
        text = path.with_suffix(".vw")
        if text.exists():
            continue
        tensors, _ = read_safetensors(path)
        labels = tensors["labels"].data
        order = np.arange(len(labels))
        if path == train:
            order = np.random.default_rng(0).permutation(len(labels))
        indptr, columns, values = (tensors[n].data for n in ("indptr", "indices", "values"))
        with open(text, "w") as file:
            for row in order:
                entries = range(indptr[row], indptr[row + 1])
                features = " ".join(f"{columns[i]}:{values[i]:.7g}" for i in entries)
                file.write(f"{1 if labels[row] > 0 else -1} | {features}\n")


def run_vw(options: str) -> float:
    """In a process of its own, where this is called with --vw. Seconds."""
    return machine.processor_seconds(sys.executable, __file__, "--vw", options)


def learn_by_vw(options: str) -> None:
    import vowpalwabbit

    workspace = vowpalwabbit.Workspace(options)
    workspace.run_parser()
    workspace.finish()


def loss_of_vw(folder: Path) -> float:
    """Of the model in `folder` on the test part."""
    answers = folder / "answers"
    run_vw(f"-d {folder}/test.vw --cache_file {folder}/test.cache -t -i {folder}/vw.model "
           f"-p {answers} --quiet")  # fmt: skip
    labels = read_safetensors(folder / "test.safetensors")[0]["labels"].data
    margins = (
        float(line.split()[0]) * (1 if label > 0 else -1)
        for line, label in zip(answers.read_text().splitlines(), labels, strict=True)
    )
    return math.fsum(math.log1p(math.exp(-m)) if m > -30 else -m for m in margins) / len(labels)


def run_mlc(folder: Path, passes: int) -> float:
    """Seconds, on one thread."""
    return machine.processor_seconds(
        folder / "program", "train", "--data", folder / "train.safetensors", "--threads", 1,
        "--epochs", passes, "-q")  # fmt: skip


def loss_of_mlc(folder: Path) -> float:
    metrics = folder / "metrics.jsonl"
    expect_done(attempt(
        folder / "program", "train", "--data", folder / "train.safetensors", "--test",
        folder / "test.safetensors", "--metrics", metrics))  # fmt: skip
    return json.loads(metrics.read_text().splitlines()[-1])["test_loss"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "build" / "ftrl-data")
    parser.add_argument("--ftrl", default=MLC_FTRL, help="of the model")
    parser.add_argument("--vw", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.vw:
        learn_by_vw(options.vw)
        return
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    write_data(folder)
    train = read_safetensors(folder / "train.safetensors")
    rows, width = len(train[0]["labels"].data), int(train[1]["features"])
    model = folder / "model.mlir"
    model.write_text(
        MODEL.format(width=width, ftrl=options.ftrl, batch=BATCH, epochs=options.passes)
    )
    expect_done(attempt(MLC, "compile", model, "-o", folder / "program"))

    def learn(passes: int) -> str:
        return (f"-d {folder}/train.vw --cache_file {folder}/train.cache --passes {passes} "
                f"--holdout_off -f {folder}/vw.model {VW} --quiet")  # fmt: skip

    load = [os.getloadavg()[0]]
    run_vw(learn(options.passes))  # writes the cache
    losses = {"Vowpal Wabbit": loss_of_vw(folder), "mlc": loss_of_mlc(folder)}
    runs = {
        "Vowpal Wabbit": lambda passes: run_vw(learn(passes)),
        "mlc": lambda passes: run_mlc(folder, passes),
    }
    speeds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(options.repeats):
        for name, run in runs.items():
            seconds = run(2 * options.passes) - run(options.passes)
            speeds[name].append(rows * options.passes / seconds)
        load.append(os.getloadavg()[0])
    peer = statistics.median(speeds["Vowpal Wabbit"])
    print(f"{rows} rows, {width} features, {options.passes} passes, {options.repeats} repeats in "
          f"turns; load {min(load):.1f} to {max(load):.1f}.\n")  # fmt: skip
    print("|  | examples a second of one thread, median | least to most | times Vowpal Wabbit's | test loss |")
    print("|---|---:|---:|---:|---:|")
    for name, all_of in speeds.items():
        print(f"| {name} | {statistics.median(all_of):,.0f} | {min(all_of):,.0f} to "
              f"{max(all_of):,.0f} | {statistics.median(all_of) / peer:.1f} | "
              f"{losses[name]:.4f} |")  # fmt: skip
    print("\n" + machine.line("vowpalwabbit"))


if __name__ == "__main__":
    main()
