#!/usr/bin/env python3
"""Trains on data that is larger than memory, and says in how much of it.

    larger_than_memory.py [--gigabytes 20] [--window 200000] [--limit 1G]
                          [--threads N] [--repeats N] [--folder DIR]

Makes hashed sparse rows on the spot (100 non-zeros in 2^20 columns, some far
more often than others; the label follows from a hidden linear model), in parts
of about 1 GB, and trains a model of 16 hidden units on them:

    resident  on one part that is in memory whole, the rate to compare with
    streamed  on all of them

Prints rows a second of each, and the most memory that counts as the process's
(VmHWM, mapped pages included). With --limit the streamed training is in a
control group that has no more memory than that, page cache included, which
needs the right to make one (root). Needs NumPy, `mlc` on PATH, and so much
disk, which is free again at the end.
"""

import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy

BITS, NONZEROS, PART_ROWS, BLOCK = 20, 100, 1_200_000, 100_000
ROW_BYTES = NONZEROS * 8 + 8 + 4
WIDTH = 1 << BITS

MODEL = f"""
!rows = tensor<?x{WIDTH}xf32, #graph.csr>
!outputs = tensor<?x1xf32>
graph.program @hashed {{
  %w1 = graph.parameter "layer1.weight" uniform(0.01) : tensor<{WIDTH}x16xf32>
  %b1 = graph.parameter "layer1.bias" zeros : tensor<16xf32>
  %w2 = graph.parameter "layer2.weight" uniform_fan_in : tensor<16x1xf32>
  %b2 = graph.parameter "layer2.bias" zeros : tensor<1xf32>
  graph.predict(%x: !rows) {{
    %h = graph.linear %x, %w1, %b1 : !rows, tensor<{WIDTH}x16xf32>, tensor<16xf32>
    %a = graph.relu %h : tensor<?x16xf32>
    %y = graph.linear %a, %w2, %b2 : tensor<?x16xf32>, tensor<16x1xf32>, tensor<1xf32>
    graph.yield %y : !outputs
  }}
  graph.loss(%y: !outputs, %label: !outputs) {{
    %l = graph.bce_with_logits %y, %label : !outputs, !outputs
    graph.yield %l : tensor<f32>
  }}
  graph.train adam(learning_rate = 0.001, lazy) batch(64) epochs(1)
}}
"""


def write_part(path: Path, rows: int, numbers: numpy.random.Generator) -> None:
    """A row's columns rise: one from each hundredth of all, where the first
    ones come more often."""
    header: dict = {
        "__metadata__": {"format": "mlc.dataset", "version": "1", "features": str(WIDTH)}
    }
    end = 0
    for name, dtype, count, size in (
        ("indptr", "I64", rows + 1, 8),
        ("indices", "I32", rows * NONZEROS, 4),
        ("values", "F32", rows * NONZEROS, 4),
        ("labels", "F32", rows, 4),
    ):
        header[name] = {"dtype": dtype, "shape": [count], "data_offsets": [end, end + count * size]}
        end += count * size
    text = json.dumps(header).encode()
    text += b" " * (-(8 + len(text)) % 64)
    hidden = numpy.random.default_rng(0).standard_normal(WIDTH, dtype=numpy.float32)
    share = WIDTH // NONZEROS
    first = (numpy.arange(NONZEROS) * share).astype(numpy.int32)
    labels = numpy.empty(rows, numpy.float32)
    begin = {name: 8 + len(text) + header[name]["data_offsets"][0] for name in header if name[0] != "_"}
    with open(path, "wb") as file:
        file.truncate(8 + len(text) + end)
        file.write(struct.pack("<Q", len(text)) + text)
        file.write((numpy.arange(rows + 1, dtype=numpy.int64) * NONZEROS).tobytes())
        for row in range(0, rows, BLOCK):
            count = min(BLOCK, rows - row)
            place = numbers.random((count, NONZEROS), dtype=numpy.float32) ** 4 * share
            indices = first + place.astype(numpy.int32)
            values = numbers.integers(1, 4, (count, NONZEROS)).astype(numpy.float32) / 20
            labels[row : row + count] = (values * hidden[indices]).sum(1) > 0
            for name, block in (("indices", indices), ("values", values)):
                file.seek(begin[name] + row * NONZEROS * 4)
                file.write(block.tobytes())
        file.seek(begin["labels"])
        file.write(labels.tobytes())


def make(folder: Path, gigabytes: float) -> list[Path]:
    rows = int(gigabytes * 1e9 / ROW_BYTES)
    count = max(round(rows / PART_ROWS), 1)
    paths = []
    for number in range(count):
        path = folder / f"part-{number + 1:05}.safetensors"
        own = rows * (number + 1) // count - rows * number // count
        write_part(path, own, numpy.random.default_rng(number + 1))
        paths.append(path)
    return paths


def peak_of(process: subprocess.Popen) -> int:
    """Bytes of VmHWM, read until the process ends."""
    peak = 0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            break
        for line in status.splitlines():
            if line.startswith("VmHWM"):
                peak = max(peak, int(line.split()[1]) * 1024)
        time.sleep(0.05)
    return peak


def train(folder: Path, data: list, arguments: list, limit: str = "") -> dict:
    metrics = folder / "metrics.jsonl"
    command = [
        folder / "program", "train", "--data", *data, "--metrics", metrics, "-q", *arguments,
    ]  # fmt: skip
    root = Path("/sys/fs/cgroup")
    is_second = (root / "cgroup.controllers").exists()  # Of the two versions.
    group = (root if is_second else root / "memory") / f"mlc-{os.getpid()}"
    if limit:
        group.mkdir()
        (group / ("memory.max" if is_second else "memory.limit_in_bytes")).write_text(limit)

    def enter() -> None:
        if limit:
            (group / "cgroup.procs").write_text(str(os.getpid()))

    start = time.monotonic()
    try:
        process = subprocess.Popen(
            [str(word) for word in command], stderr=subprocess.PIPE, preexec_fn=enter
        )
        peak = peak_of(process)
        error = process.communicate()[1].decode()
        if process.returncode != 0:
            sys.exit(f"status {process.returncode}: {error}")
    finally:
        if limit:
            group.rmdir()
    last = json.loads(metrics.read_text().splitlines()[-1])
    return {
        "rate": last["examples_per_second"],
        "loss": last["loss"],
        "peak": peak,
        "seconds": time.monotonic() - start,
    }


def tell(name: str, result: dict) -> None:
    print(
        f"{name}: {result['rate']:.0f} rows/s, VmHWM {result['peak'] / 1e6:.0f} MB, "
        f"loss {result['loss']:.4f}, {result['seconds']:.0f} s in all",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gigabytes", type=float, default=20)
    parser.add_argument("--window", type=int, default=200_000)
    parser.add_argument("--limit", default="")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        (folder / "model.mlir").write_text(MODEL)
        subprocess.run(
            ["mlc", "compile", folder / "model.mlir", "-o", folder / "program"], check=True
        )
        start = time.monotonic()
        parts = make(folder, options.gigabytes)
        size = sum(path.stat().st_size for path in parts)
        seconds = time.monotonic() - start
        print(f"{size / 1e9:.1f} GB in {len(parts)} parts, made in {seconds:.0f} s", flush=True)
        threads = ["--threads", options.threads]
        window = [*threads, "--window", options.window]
        within = f" within {options.limit}" if options.limit else ""
        for _ in range(options.repeats):
            tell("resident, 1 part", train(folder, parts[:1], [*threads, "--epochs", 2]))
            tell(
                f"streamed{within}, {len(parts)} parts",
                train(folder, parts, window, options.limit),
            )


if __name__ == "__main__":
    main()
