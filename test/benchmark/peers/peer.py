"""What every peer has in common: its command line, its data, its answer.

A peer trains a multi-layer perceptron with ReLU between its layers, from the
weights and on the rows that mlc's program gets, for whole shuffled epochs, and
prints one JSON object: `seconds` and mean `losses`, a number an epoch.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "Integration"))

from integration import Tensor, csr_of, read_safetensors


class Sparse(NamedTuple):
    """Rows in CSR form."""

    indptr: np.ndarray  # int64 [rows + 1]
    indices: np.ndarray  # int32 [non-zeros]
    values: np.ndarray  # float32 [non-zeros]
    width: int

    def dense(self) -> np.ndarray:
        rows = len(self.indptr) - 1
        full = np.zeros((rows, self.width), np.float32)
        full[np.repeat(np.arange(rows), np.diff(self.indptr)), self.indices] = self.values
        return full


class Task(NamedTuple):
    features: np.ndarray | Sparse  # float32 [rows, width]
    labels: np.ndarray  # float32 [rows, 1] of one logit; int32 [rows] of classes
    layers: list[tuple[np.ndarray, np.ndarray]]  # [in, out] and [out], float32
    batch: int
    learning_rate: float
    epochs: int
    threads: int

    @property
    def classes(self) -> bool:
        return self.labels.dtype == np.int32

    def dense_features(self) -> np.ndarray:
        dense = not isinstance(self.features, Sparse)
        return self.features if dense else self.features.dense()


def numbers(tensor: Tensor) -> np.ndarray:
    return np.array(tensor.data).reshape(tensor.shape)


def read_task(description: str) -> Task:
    """From the command line; `description` is for --help."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--data", required=True, help="a data set of mlc")
    parser.add_argument("--weights", required=True, help="the first weights")
    for name in ("--batch", "--epochs", "--threads"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--learning-rate", type=float, required=True)
    options = parser.parse_args()

    tensors, metadata = read_safetensors(options.data)
    if "features" in tensors:
        features = numbers(tensors["features"])
    else:
        indptr, indices, values = map(np.array, csr_of(tensors))
        width = int(metadata["features"])
        features = Sparse(indptr, indices.astype(np.int32), values, width)
    labels = numbers(tensors["labels"])
    if labels.dtype != np.int32:
        labels = labels.reshape(-1, 1)
    weights = read_safetensors(options.weights)[0]
    layers = [
        tuple(numbers(weights[f"layer{n}.{part}"]) for part in ("weight", "bias"))
        for n in range(1, len(weights) // 2 + 1)
    ]
    return Task(
        *(features, labels, layers, options.batch, options.learning_rate),
        *(options.epochs, options.threads),
    )


def run_epochs(task: Task, epoch) -> None:
    """Times `epoch()`, which trains on every row once in a new random order and
    returns the mean loss; prints the answer."""
    seconds, losses = [], []
    for _ in range(task.epochs):
        start = time.perf_counter()
        loss = float(epoch())
        seconds.append(time.perf_counter() - start)
        losses.append(loss)
    print(json.dumps({"seconds": seconds, "losses": losses}))
