"""FTRL-Proximal by mlc and by Vowpal Wabbit, in turns, on the same examples.

A logistic regression on words and pairs of words of the IMDB reviews by tf-idf.
Vowpal Wabbit takes the examples one by one, in an order that was shuffled once,
from its binary cache; mlc takes them in batches, shuffled in each epoch. A run
of Vowpal Wabbit is timed from its start to the end of the last pass, without
its start-up; mlc's by the seconds of its epochs. Both learn from all training
reviews and are tested on the test reviews, whose films are others; settings are
those of the least loss on a fifth of the training reviews (RESULTS.md).

Usage: beside_vw.py [--repeats N] [--threads N,...] [--passes N] [--folder DIR]
"""

import argparse
import importlib.metadata
import json
import math
import os
import statistics
import subprocess
import sys
import time
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
    done = subprocess.run(
        [sys.executable, __file__, "--vw", options], check=True, capture_output=True, text=True
    )
    return float(done.stdout.split()[-1])


def timed_vw(options: str) -> None:
    import vowpalwabbit

    workspace = vowpalwabbit.Workspace(options)
    start = time.perf_counter()
    workspace.run_parser()
    seconds = time.perf_counter() - start
    workspace.finish()
    print(seconds)


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


def run_mlc(folder: Path, threads: int) -> tuple[float, float]:
    """Examples a second over all epochs, without tests; the last test loss."""
    metrics = folder / "metrics.jsonl"
    expect_done(attempt(
        folder / "program", "train", "--data", folder / "train.safetensors", "--test",
        folder / "test.safetensors", "--threads", threads, "--metrics", metrics))  # fmt: skip
    epochs = [json.loads(line) for line in metrics.read_text().splitlines()]
    seconds = sum(epoch["seconds"] for epoch in epochs)
    examples = sum(epoch["seconds"] * epoch["examples_per_second"] for epoch in epochs)
    return examples / seconds, epochs[-1]["test_loss"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "build" / "ftrl-data")
    parser.add_argument("--ftrl", default=MLC_FTRL, help="of the model")
    parser.add_argument("--vw", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.vw:
        timed_vw(options.vw)
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

    learn = (f"-d {folder}/train.vw --cache_file {folder}/train.cache --passes {options.passes} "
             f"--holdout_off -f {folder}/vw.model {VW} --quiet")  # fmt: skip
    load = [os.getloadavg()[0]]
    run_vw(learn)  # writes the cache
    threads = [int(count) for count in options.threads.split(",")]
    speeds: dict[str, list[float]] = {}
    losses = {"Vowpal Wabbit, 1 thread": loss_of_vw(folder)}
    for _ in range(options.repeats):
        speed = rows * options.passes / run_vw(learn)
        speeds.setdefault("Vowpal Wabbit, 1 thread", []).append(speed)
        for count in threads:
            name = f"mlc, {count} thread{'s' if count > 1 else ''}"
            speed, losses[name] = run_mlc(folder, count)
            speeds.setdefault(name, []).append(speed)
        load.append(os.getloadavg()[0])
    peer = statistics.median(speeds["Vowpal Wabbit, 1 thread"])
    print(f"{rows} rows, {width} features, {options.passes} passes, {options.repeats} repeats in "
          f"turns; load {min(load):.1f} to {max(load):.1f}.\n")  # fmt: skip
    print("|  | examples a second, median | least to most | times Vowpal Wabbit's | test loss |")
    print("|---|---:|---:|---:|---:|")
    for name, all_of in speeds.items():
        print(f"| {name} | {statistics.median(all_of):,.0f} | {min(all_of):,.0f} to "
              f"{max(all_of):,.0f} | {statistics.median(all_of) / peer:.1f} | "
              f"{losses[name]:.4f} |")  # fmt: skip
    cpu = machine.cpu_fields()
    print(f"\n{time.strftime('%Y-%m-%d')}. CPU: {cpu.get('model name')} (family "
          f"{cpu.get('cpu family')}, model {cpu.get('model')}), cores: {os.cpu_count()}, caches: "
          f"{machine.caches()}, {machine.mlc_version()}, vowpalwabbit "
          f"{importlib.metadata.version('vowpalwabbit')}.")  # fmt: skip


if __name__ == "__main__":
    main()
