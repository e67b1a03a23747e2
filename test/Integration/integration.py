"""Data sets, weights and compiled programs for the integration tests.

Python's standard library only. All numbers come from random.Random(seed)
.random(), whose sequence Python promises to keep, and are rounded to f32, so
a seed means the same bits everywhere.
"""

import json
import os
import random
import struct
import subprocess
import sys
from array import array
from pathlib import Path
from typing import NamedTuple

MLC = os.environ.get("MLC", "mlc")
MODELS = Path(__file__).parent / "CPU" / "models"
REPOSITORY = Path(__file__).parents[2]
# array's letters for the element types of safetensors.
LETTERS = {"F32": "f", "I32": "i", "I64": "q", "U16": "H", "U8": "B", "F16": "H", "I8": "b"}


class Tensor(NamedTuple):
    type: str  # F32, I32, I64, U16 or U8; in packed files also F16 (its bits), I8
    shape: list[int]
    data: array  # row-major


def tensor(type: str, shape: list[int], numbers) -> Tensor:
    return Tensor(type, shape, array(LETTERS[type], numbers))


def write_safetensors(path, tensors: dict[str, Tensor], metadata: dict) -> None:
    """64-bit little-endian header length, JSON header, data without holes."""
    header: dict = {"__metadata__": metadata}
    data = b""
    # Widest first, so that each tensor is aligned to its type.
    for name, (type, shape, numbers) in sorted(
        tensors.items(), key=lambda item: -item[1].data.itemsize
    ):
        end = len(data) + len(numbers) * numbers.itemsize
        header[name] = {"dtype": type, "shape": shape, "data_offsets": [len(data), end]}
        data += numbers.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + data)


def read_safetensors(path) -> tuple[dict[str, Tensor], dict]:
    raw = Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", raw)
    header = json.loads(raw[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        numbers = array(LETTERS[entry["dtype"]], raw[begin:end])
        tensors[name] = Tensor(entry["dtype"], entry["shape"], numbers)
    return tensors, metadata


def csr_of(tensors: dict[str, Tensor]) -> tuple[array, array, array]:
    """`indptr`, `indices` and `values` of a sparse data set in either form: its
    indices are U16 or I32, and it has no values where all are 1."""
    indptr, indices = tensors["indptr"].data, tensors["indices"].data
    if "values" in tensors:
        return indptr, indices, tensors["values"].data
    return indptr, indices, array("f", [1.0]) * len(indices)


class Data(NamedTuple):
    """A data set: its tensors, and its rows written out in full."""

    tensors: dict[str, Tensor]
    rows: list[list[float]]
    width: int

    def with_ones(self, smallest: bool) -> "Data":
        """The same columns of sparse rows, each value 1: written in full, or in
        the smallest form."""
        tensors = dict(self.tensors)
        indices, values = tensors.pop("indices"), tensors.pop("values")
        if smallest:
            tensors["indices"] = tensor("U16", indices.shape, indices.data)
        else:
            ones = [1.0] * len(values.data)
            tensors |= {"indices": indices, "values": tensor("F32", values.shape, ones)}
        rows = [[float(x != 0) for x in row] for row in self.rows]
        return self._replace(tensors=tensors, rows=rows)

    def write(self, path) -> None:
        metadata = {"format": "mlc.dataset", "version": "1"}
        write_safetensors(path, self.tensors, metadata | {"features": str(self.width)})


def make_data(info: dict, rows: int, seed: int, density: float = 0.2) -> Data:
    """Random rows of the form that a program expects (`info --json`).

    Features are uniform in [-1, 1), as are real labels; labels of one binary
    output are 0 or 1, those of several are uniform in [0, 1). A sparse row
    has each feature with probability `density`; row 3 has none, row 5 all.
    """
    numbers = random.Random(seed)
    width, outputs = info["input"]["width"], info["label"]["outputs"]
    tensors: dict[str, Tensor] = {}
    if info["input"]["kind"] == "dense":
        flat = array("f", (2 * numbers.random() - 1 for _ in range(rows * width)))
        tensors["features"] = Tensor("F32", [rows, width], flat)
        full = [list(flat[i * width : (i + 1) * width]) for i in range(rows)]
    else:
        indptr, indices, values, full = [0], array("i"), array("f"), []
        for row in range(rows):
            share = {3: 0.0, 5: 1.0}.get(row, density)
            full.append([0.0] * width)
            for column in range(width):
                if numbers.random() < share:
                    indices.append(column)
                    values.append(2 * numbers.random() - 1)
                    full[row][column] = values[-1]
            indptr.append(len(indices))
        tensors["indptr"] = tensor("I64", [rows + 1], indptr)
        tensors["indices"] = Tensor("I32", [len(indices)], indices)
        tensors["values"] = Tensor("F32", [len(values)], values)

    kind = info["label"]["kind"]
    if kind == "class":
        places = info["label"].get("places", 1)
        labels = [int(numbers.random() * (outputs // places)) for _ in range(rows * places)]
        tensors["labels"] = tensor("I32", [rows, places] if places > 1 else [rows], labels)
    else:
        draws = (numbers.random() for _ in range(rows * outputs))
        if kind == "real":
            draws = (2 * draw - 1 for draw in draws)
        elif kind == "binary" and outputs == 1:
            draws = (float(draw < 0.5) for draw in draws)
        tensors["labels"] = tensor("F32", [rows, outputs], draws)
    return Data(tensors, full, width)


def make_weights(info: dict, seed: int) -> dict[str, Tensor]:
    """Uniform in +-1/sqrt(fan_in), fan_in being the first dimension; running
    statistics, of which some are variances, are positive."""
    numbers = random.Random(seed)
    weights = {}
    for parameter in info["parameters"]:
        bound = parameter["shape"][0] ** -0.5
        draws = (
            bound * (2 * numbers.random() - 1) for _ in range(parameter["elements"])
        )
        if parameter["running"]:
            draws = (abs(draw) for draw in draws)
        weights[parameter["name"]] = tensor("F32", parameter["shape"], draws)
    return weights


def write_weights(path, weights: dict[str, Tensor]) -> None:
    write_safetensors(path, weights, {"format": "mlc.weights", "version": "1"})


class Program:
    """A compiled model."""

    def __init__(self, path):
        self.path = Path(path).absolute()
        self.info = json.loads(self.run("info", "--json"))

    @staticmethod
    def compile(model, path, *options) -> "Program":
        expect_done(attempt(MLC, "compile", model, "-o", path, *options))
        return Program(path)

    def attempt(self, *arguments, **options) -> subprocess.CompletedProcess:
        return attempt(self.path, *arguments, **options)

    def run(self, *arguments) -> str:
        """What it prints on stdout; raises unless the status is 0."""
        return expect_done(self.attempt(*arguments)).stdout


def attempt(*command, **options) -> subprocess.CompletedProcess:
    """Runs a command to its end, whatever that is.

    Where MLC_TEST_TIMEOUT says so, it is killed after so many seconds: a kernel
    that hangs would otherwise keep a GPU for ever.
    """
    seconds = os.environ.get("MLC_TEST_TIMEOUT")
    options = {"stdout": subprocess.PIPE, "timeout": float(seconds) if seconds else None} | options
    return subprocess.run(
        [str(part) for part in command], text=True, stderr=subprocess.PIPE, **options
    )


def expect_done(result: subprocess.CompletedProcess) -> subprocess.CompletedProcess:
    if result.returncode != 0:
        sys.stderr.write(result.stderr)
        result.check_returncode()
    return result


def read_lines(path) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def read_metrics(path) -> tuple[list[float], list[dict]]:
    """Of a --metrics-every-step file: each step's loss, each epoch's line."""
    lines = read_lines(path)
    steps = [line["loss"] for line in lines if "epoch" not in line]
    return steps, [line for line in lines if "epoch" in line]


def train_recorded_case(program: Program, folder, rows: int, epochs: int):
    """The run that PyTorch repeats: seeded data and weights, file's order.

    Returns the data, the first weights, each step's loss and, last, that of the
    evaluation of all rows, and the last weights.
    """
    folder = Path(folder)
    name = program.info["program"]
    data, start = make_data(program.info, rows, seed=1), make_weights(program.info, 2)
    paths = [folder / f"{name}.{end}" for end in ("data", "init", "jsonl", "weights")]
    data.write(paths[0])
    write_weights(paths[1], start)
    program.run(
        *("train", "--data", paths[0], "--init", paths[1], "--no-shuffle"),
        *("--epochs", epochs, "--metrics", paths[2], "--metrics-every-step"),
        *("-o", paths[3]),
    )
    losses = read_metrics(paths[2])[0]
    told = program.run("eval", "--data", paths[0], "--weights", paths[3], "--json")
    losses.append(json.loads(told)["loss"])
    return data, start, losses, read_safetensors(paths[3])[0]
