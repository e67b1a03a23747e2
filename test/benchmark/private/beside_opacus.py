"""A step of private training (DP-SGD) by mlc and by Opacus, in turns.

The networks of examples/imdb-private and examples/imdb-mlp on 25,000 reviews as
1,000 words, each there or not; a step takes 2,048 rows on average, clips each
row's gradient to 0.5 and adds noise. mlc reads the rows as it stores them, sparse,
and draws them; Opacus gets dense batches that were made before, by its ghost
clipping, the fastest of its ways, and by its hooks. Processor time of one thread.
For mlc it is the difference of a run and of one with more epochs, so that start-up,
reading and saving are in neither; for Opacus steps alone are timed.

Usage: beside_opacus.py [--repeats N] [--folder DIR]
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import torch
from opacus import GradSampleModule
from opacus.grad_sample import GradSampleModuleFastGradientClipping
from opacus.optimizers import DPOptimizer
from opacus.optimizers.optimizer_fast_gradient_clipping import DPOptimizerFastGradientClipping
from opacus.utils.fast_gradient_clipping_utils import DPLossFastGradientClipping
from torch import nn

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "Integration"))

import datasets
import machine
from integration import MLC, REPOSITORY, attempt, csr_of, expect_done, read_safetensors

BATCH, CLIP, NOISE, RATE, MOMENTUM = 2048, 0.5, 2.0, 0.6, 0.9
TRAIN = f"sgd(learning_rate = {RATE}, momentum = {MOMENTUM}) batch({BATCH}) epochs(20) private(clip = {CLIP})"
MODELS = {"1000-1": "imdb-private", "1000-128-1": "imdb-mlp"}
EPOCHS = (5, 25)


def compile_private(example: str, folder: Path) -> Path:
    text = (REPOSITORY / "examples" / example / "model.mlir").read_text()
    begin = text.index("graph.train") + len("graph.train ")
    model = folder / f"{example}.mlir"
    model.write_text(text[:begin] + TRAIN + text[text.index("\n", begin):])
    program = model.with_suffix("")
    expect_done(attempt(MLC, "compile", model, "-o", program))
    return program


def step_of_mlc(program: Path, data: Path, rows: int) -> float:
    """Milliseconds."""
    seconds = [
        machine.processor_seconds(
            program, "train", "--data", data, "--threads", 1, "--epochs", epochs, "--epsilon", 3,
            "--public-vocabulary", "-q")
        for epochs in EPOCHS
    ]  # fmt: skip
    steps = (EPOCHS[1] - EPOCHS[0]) * ((rows + BATCH - 1) // BATCH)
    return 1000 * (seconds[1] - seconds[0]) / steps


def network(name: str) -> nn.Module:
    sizes = [int(size) for size in name.split("-")]
    layers = [nn.Linear(sizes[0], sizes[1])]
    for begin, end in zip(sizes[1:], sizes[2:], strict=False):
        layers += [nn.ReLU(), nn.Linear(begin, end)]
    return nn.Sequential(*layers)


def step_of_opacus(name: str, features, labels, ghost: bool, steps: int) -> float:
    """Milliseconds."""
    model = network(name)
    wrap = GradSampleModuleFastGradientClipping if ghost else GradSampleModule
    model = wrap(model, **({"max_grad_norm": CLIP, "use_ghost_clipping": True} if ghost else {}))
    descent = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)
    kind = DPOptimizerFastGradientClipping if ghost else DPOptimizer
    descent = kind(descent, noise_multiplier=NOISE, max_grad_norm=CLIP, expected_batch_size=BATCH)
    loss = nn.BCEWithLogitsLoss(reduction="mean")
    if ghost:
        loss = DPLossFastGradientClipping(model, descent, loss, "mean")
    begin = 0.0
    for step in range(steps + 1):
        if step == 1:  # The first one warms up.
            begin = time.process_time()
        first = step % 12 * BATCH
        descent.zero_grad()
        y = model(features[first : first + BATCH])
        loss(y, labels[first : first + BATCH]).backward()
        descent.step()
    return 1000 * (time.process_time() - begin) / steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "build" / "private-data")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(1)
    data = datasets.words(options.folder)
    tensors, metadata = read_safetensors(data)
    indptr, indices, values = (np.asarray(part) for part in csr_of(tensors))
    rows, width = len(indptr) - 1, int(metadata["features"])
    dense = np.zeros((rows, width), np.float32)
    dense[np.repeat(np.arange(rows), np.diff(indptr)), indices] = values
    labels = np.asarray(tensors["labels"].data, np.float32).reshape(rows, 1)
    order = np.random.default_rng(0).permutation(rows)
    features, labels = torch.from_numpy(dense[order]), torch.from_numpy(labels[order])
    programs = {name: compile_private(example, options.folder) for name, example in MODELS.items()}
    load = [os.getloadavg()[0]]
    times: dict[tuple[str, str], list[float]] = {}
    for _ in range(options.repeats):
        for name, program in programs.items():
            for who, step in (
                ("mlc", lambda: step_of_mlc(program, data, rows)),
                ("Opacus, ghost clipping", lambda: step_of_opacus(name, features, labels, True, 20)),
                ("Opacus, hooks", lambda: step_of_opacus(name, features, labels, False, 2)),
            ):
                times.setdefault((name, who), []).append(step())
        load.append(os.getloadavg()[0])
    print(f"{rows} rows, {BATCH} a step; {options.repeats} repeats in turns, load {min(load):.1f} to {max(load):.1f}.\n")
    print("| network | by | ms a step, median | least to most | times mlc's |")
    print("|---|---|---:|---:|---:|")
    for (name, who), found in times.items():
        mine = statistics.median(times[name, "mlc"])
        print(f"| {name} | {who} | {statistics.median(found):.1f} | {min(found):.1f} to "
              f"{max(found):.1f} | {statistics.median(found) / mine:.1f} |")  # fmt: skip
    print("\n" + machine.line("opacus", "torch"))


if __name__ == "__main__":
    main()
