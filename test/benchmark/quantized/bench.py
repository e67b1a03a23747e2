#!/usr/bin/env python3
"""One review by f32, int8 and int4 weights of the same shape, in turns in one
process on one core: compiled code alone, with random weights and with columns
as frequent as words are.

    test/benchmark/quantized/bench.py [--peers] [MLC]     default: build/bin/mlc

437,000 n-grams by 16 units, 328 of a review, where reading rows of weights takes
the time; 1,000 words by 128 units, 91 of a review, which stay in the caches, and
4,000 by 256, 200 of a review, of which int8 stays where f32 does not, with a value
for each word and with ones; the second of dense rows, too, in batches of 64 and
of 1. `units` is int8 with a scale for each unit, whose sums of
sparse rows are of whole numbers. Prints nanoseconds a review, and how many times
faster than f32.

--peers: the second shape in ONNX Runtime, too, f32 and by its dynamic
quantisation to 8 bits, in the environment's MLC_BENCHMARK_PYTHON or one that is
made in build/ (some 100 MB).
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
# Features, units, entries of a row, its values, rows of a batch.
SHAPES = (
    (437_000, 16, 328, "values", 64),
    (1_000, 128, 91, "values", 64),
    (1_000, 128, 91, "ones", 64),
    (4_000, 256, 200, "values", 64),
    (4_000, 256, 200, "ones", 64),
    (1_000, 128, 1_000, "dense", 64),
    (1_000, 128, 1_000, "dense", 1),
)
NAMES = ("wide", "int8", "int4", "units")
ROWS, ROUNDS = 16_384, 401
BATCHES = (1, 64)

MODEL = """graph.program @{name} {{
{weight}
  %b = graph.parameter "b" zeros : tensor<{units}xf32>
  %v = graph.parameter "v" zeros : tensor<{units}x1xf32>
  graph.predict(%x: {rows}) {{
{read}    %h = graph.linear %x, %w, %b : {rows}, tensor<{width}x{units}xf32>, tensor<{units}xf32>
    %a = graph.relu %h : tensor<?x{units}xf32>
    %y = graph.linear %a, %v : tensor<?x{units}xf32>, tensor<{units}x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }}
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {{
    %l = graph.bce_with_logits %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }}
  graph.train adam(learning_rate = 0.001) batch({batch}) epochs(1)
}}
"""


def model(name: str, width: int, units: int, values: str, batch: int) -> str:
    rows = f"tensor<?x{width}xf32{'' if values == 'dense' else ', #graph.csr'}>"
    matrix = f"tensor<{width}x{units}x"
    weight, read = f'  %w = graph.parameter "w" zeros : {matrix}f32>', ""
    if name != "wide":
        types = f"{matrix}i{name[3:]}>", f"tensor<{width}xf16>"
        if name == "units":
            types = f"{matrix}i8>", f"tensor<1x{units}xf16>"
        weight = (
            f'  %q = graph.parameter "w" stored : {types[0]}\n'
            f'  %s = graph.parameter "w.scale" stored : {types[1]}'
        )
        read = f"    %w = graph.dequantize %q, %s : {', '.join(types)}\n"
    return MODEL.format(
        name=name, width=width, units=units, weight=weight, read=read, rows=rows, batch=batch
    )


def line(shape: str, entries: object, weights: str, time: str, ratio: str) -> None:
    print(f"{shape:>18}{entries:>13}  {weights:<20}{time:>13}{ratio:>11}", flush=True)


def measure(mlc: str, width: int, units: int, entries: int, values: str, batch: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder, objects = Path(temporary), []
        for name in NAMES if values != "dense" else ("wide", "units"):
            text = model(name, width, units, values, batch)
            (folder / f"{name}.mlir").write_text(text)
            objects.append(str(folder / f"{name}.o"))
            command = [mlc, "compile", str(folder / f"{name}.mlir")]
            subprocess.run([*command, "--emit", "obj", "-o", objects[-1]], check=True)
        program = str(folder / "bench")
        subprocess.run(
            ["cc", "-O2", f"-I{ROOT / 'include'}", str(HERE / "bench.c"), *objects, "-lm",
             "-o", program],
            check=True,
        )  # fmt: skip
        told = subprocess.run(
            [program, str(ROWS), str(entries), str(ROUNDS), values],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    for text in told.splitlines():
        name, time, ratio = text.split()
        kind = values if values != "dense" else f"dense, by {batch}"
        line(f"{width} x {units}", entries, f"{name} {kind}", time, ratio)


def peer_python() -> str:
    given = os.environ.get("MLC_BENCHMARK_PYTHON")
    folder = Path(given) if given else ROOT / "build" / "benchmark-quantized"
    python = str(folder / "bin" / "python")
    if not Path(python).exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        wanted = str(HERE / "requirements.txt")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
    return python


def measure_peer(width: int, units: int, entries: int) -> None:
    for batch in BATCHES:
        told = subprocess.run(
            [peer_python(), str(HERE / "peer.py"), *map(str, (width, units, entries, batch))],
            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        ).stdout  # fmt: skip
        times = dict(text.split() for text in told.splitlines())
        for name, time in times.items():
            ratio = f"{int(times['wide']) / int(time):.2f}"
            line(f"ORT, batch {batch}", entries, f"{name} dense", time, ratio)


def main(arguments: list[str]) -> None:
    peers = "--peers" in arguments
    given = [word for word in arguments if word != "--peers"]
    mlc = given[0] if given else str(ROOT / "build" / "bin" / "mlc")
    line("features x units", "of a review", "weights", "ns a review", "times f32")
    for shape in SHAPES:
        measure(mlc, *shape)
    if peers:
        measure_peer(*SHAPES[1][:3])


if __name__ == "__main__":
    main(sys.argv[1:])
