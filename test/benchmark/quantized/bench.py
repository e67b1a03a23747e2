#!/usr/bin/env python3
"""One review by f32, int8 and int4 weights of the same shape, in turns in one
process on one core: compiled code alone, with random weights and with columns
as frequent as words are.

    test/benchmark/quantized/bench.py [MLC]      default: build/bin/mlc

Two shapes: 437,000 n-grams by 16 units, 328 of a review, where reading rows of
weights takes the time; 1,000 words by 128 units, 91 of a review, which stay in
the caches. Prints nanoseconds a review, and how many times faster than f32.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
SHAPES = ((437_000, 16, 328), (1_000, 128, 91))
ROWS, ROUNDS = 16_384, 1001

MODEL = """graph.program @{name} {{
{weight}
  %b = graph.parameter "b" zeros : tensor<{units}xf32>
  %v = graph.parameter "v" zeros : tensor<{units}x1xf32>
  graph.predict(%x: tensor<?x{width}xf32, #graph.csr>) {{
{read}    %h = graph.linear %x, %w, %b : tensor<?x{width}xf32, #graph.csr>, tensor<{width}x{units}xf32>, tensor<{units}xf32>
    %a = graph.relu %h : tensor<?x{units}xf32>
    %y = graph.linear %a, %v : tensor<?x{units}xf32>, tensor<{units}x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }}
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {{
    %l = graph.bce_with_logits %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }}
  graph.train adam(learning_rate = 0.001) batch(64) epochs(1)
}}
"""


def model(name: str, width: int, units: int) -> str:
    matrix = f"tensor<{width}x{units}x"
    weight, read = f'  %w = graph.parameter "w" zeros : {matrix}f32>', ""
    if name != "wide":
        types = f"{matrix}i{name[3:]}>", f"tensor<{width}xf16>"
        weight = (
            f'  %q = graph.parameter "w" stored : {types[0]}\n'
            f'  %s = graph.parameter "w.scale" stored : {types[1]}'
        )
        read = f"    %w = graph.dequantize %q, %s : {', '.join(types)}\n"
    return MODEL.format(name=name, width=width, units=units, weight=weight, read=read)


def main(mlc: str) -> None:
    print(f"{'features x units':>18}{'of a review':>13}  weights{'ns a review':>13}{'times f32':>11}")
    for width, units, entries in SHAPES:
        with tempfile.TemporaryDirectory() as temporary:
            folder, objects = Path(temporary), []
            for name in ("wide", "int8", "int4"):
                (folder / f"{name}.mlir").write_text(model(name, width, units))
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
                [program, str(ROWS), str(entries), str(ROUNDS)],
                check=True, capture_output=True, text=True,
            ).stdout  # fmt: skip
        for line in told.splitlines():
            name, time, ratio = line.split()
            print(f"{f'{width} x {units}':>18}{entries:>13}  {name:<7}{time:>13}{ratio:>11}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build" / "bin" / "mlc"))
