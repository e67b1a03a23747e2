"""The model Inputs/line.mlir in plain Python.

line.py write FOLDER               writes FOLDER/data and FOLDER/weights
line.py check LOSSES STEPS RATE    checks the JSON lines of a run over the rows
                                   in their order
"""

import json
import pathlib
import struct
import sys

ROWS = [(1, 2), (-1, 0.5), (3, 1), (0, -2), (1, 1)]
TARGETS = [1, 0, -1, 2, 0.5]
START = [0.5, -0.25]
BATCH = 2


def write_safetensors(path, kind, tensors):
    header = {"__metadata__": {"format": kind, "version": "1", "features": "2"}}
    data = b""
    for name, shape, numbers in tensors:
        end = len(data) + 4 * len(numbers)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), end]}
        data += struct.pack(f"<{len(numbers)}f", *numbers)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def losses(steps, rate):
    w = list(START)
    places = [
        range(first, min(first + BATCH, len(ROWS)))
        for first in range(0, len(ROWS), BATCH)
    ]
    for step in range(steps):
        batch = places[step % len(places)]
        errors = {n: ROWS[n][0] * w[0] + ROWS[n][1] * w[1] - TARGETS[n] for n in batch}
        yield sum(e * e for e in errors.values()) / len(batch)
        for i in (0, 1):
            w[i] -= rate * sum(2 * errors[n] * ROWS[n][i] for n in batch) / len(batch)


def check(path, steps, rate):
    lines = [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]
    if [line["step"] for line in lines] != list(range(1, steps + 1)):
        sys.exit(f"expected steps 1 to {steps}, but got {lines}")
    for line, expected in zip(lines, losses(steps, rate)):
        if not abs(line["loss"] - expected) < 1e-13:
            sys.exit(f"step {line['step']}: expected {expected}, but got {line['loss']}")


if sys.argv[1] == "write":
    folder = pathlib.Path(sys.argv[2])
    features = [number for row in ROWS for number in row]
    write_safetensors(
        folder / "data",
        "mlc.dataset",
        [("features", [len(ROWS), 2], features), ("labels", [len(ROWS)], TARGETS)],
    )
    write_safetensors(folder / "weights", "mlc.weights", [("w", [2, 1], START)])
else:
    check(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
