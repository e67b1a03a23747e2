"""Runs of one program on a GPU and on the CPU, side by side."""

from pathlib import Path
from typing import NamedTuple

from integration import (
    Tensor,
    make_data,
    make_weights,
    read_metrics,
    read_safetensors,
    write_weights,
)

# Of sums in another order, after some ten steps of training.
LOSS_TOLERANCE = 1e-4
# Adam's first steps are as large for a tiny gradient as for any: a difference
# in the last place may turn the sign of one, and its weight goes the other way.
WEIGHT_TOLERANCE, WEIGHTS_BEYOND = 1e-3, 1e-3
OUTPUT_TOLERANCE = 1e-2


class Run(NamedTuple):
    losses: list[float]  # of each step
    weights: dict[str, Tensor]
    outputs: list[float]  # of predict
    evaluation: str


class Case:
    """Seeded data, with shuffling, of two full batches and one of three."""

    def __init__(self, program, folder, ones: bool = False, density: float = 0.2,
                 epochs: int = 2):
        self.program, self.folder, self.epochs = program, Path(folder), epochs
        self.data, self.start = self.folder / "data", self.folder / "init"
        data = make_data(program.info, 2 * program.info["batch"] + 3, 5, density)
        (data.with_ones(smallest=True) if ones else data).write(self.data)
        write_weights(self.start, make_weights(program.info, 6))

    def run(self, *options) -> Run:
        metrics, weights = self.folder / "metrics.jsonl", self.folder / "weights"
        self.program.run(
            *("train", "--data", self.data, "--init", self.start, "--epochs", self.epochs),
            *("--metrics", metrics, "--metrics-every-step", "-o", weights, *options),
        )
        use = ("--data", self.data, "--weights", weights, *options)
        predicted = self.program.run("predict", *use)
        return Run(
            read_metrics(metrics)[0],
            read_safetensors(weights)[0],
            [float(word) for word in predicted.split()],
            self.program.run("eval", "--json", *use),
        )


def difference(gpu: Run, cpu: Run) -> str:
    """What differs by more than rounding explains; empty where nothing does."""

    def far(got: float, want: float, tolerance: float) -> bool:
        return not abs(got - want) <= tolerance * max(1, abs(want))  # nan is far

    for step, (got, want) in enumerate(zip(gpu.losses, cpu.losses, strict=True), 1):
        if far(got, want, LOSS_TOLERANCE):
            return f"loss of step {step}: {got} on the GPU, {want} on the CPU"
    for name, tensor in cpu.weights.items():
        pairs = zip(gpu.weights[name].data, tensor.data, strict=True)
        beyond = sum(far(got, want, WEIGHT_TOLERANCE) for got, want in pairs)
        if beyond > 1 + WEIGHTS_BEYOND * len(tensor.data):
            return f"{beyond} of {len(tensor.data)} elements of {name}"
    for row, (got, want) in enumerate(zip(gpu.outputs, cpu.outputs, strict=True)):
        if far(got, want, OUTPUT_TOLERANCE):
            return f"output {row}: {got} on the GPU, {want} on the CPU"
    return ""
