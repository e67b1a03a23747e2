"""A model whose rows have a number of steps that the data set says (#graph.sizes).

One program is trained on data of several lengths; for each of them, a model in
which that length is written answers the same, within the rounding of sums in
another order.
"""

import ctypes
import json
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC,
    Program,
    attempt,
    expect_done,
    make_data,
    make_weights,
    read_metrics,
    read_safetensors,
    write_weights,
)

FEATURES, UNITS, MOST, ROWS = 8, 48, 12, 45
ROUNDING = 2e-5


def model(steps: str) -> str:
    encoding = f', #graph.sizes<"steps" max {MOST}>' if steps == "?" else ""

    def rows(columns: int) -> str:
        return f"tensor<?x{steps}x{columns}xf32{encoding}>"

    return f"""
graph.program @steps {{
  %w1 = graph.parameter "w1" uniform_fan_in : tensor<{FEATURES}x{UNITS}xf32>
  %b1 = graph.parameter "b1" zeros : tensor<{UNITS}xf32>
  %w2 = graph.parameter "w2" uniform_fan_in : tensor<{UNITS}x5xf32>
  graph.predict(%x: {rows(FEATURES)}) {{
    %h = graph.linear %x, %w1, %b1 : {rows(FEATURES)}, tensor<{FEATURES}x{UNITS}xf32>, tensor<{UNITS}xf32>
    %r = graph.relu %h : {rows(UNITS)}
    %m = graph.average %r : {rows(UNITS)}
    %y = graph.linear %m, %w2 : tensor<?x{UNITS}xf32>, tensor<{UNITS}x5xf32>
    graph.yield %y : tensor<?x5xf32>
  }}
  graph.loss(%y: tensor<?x5xf32>, %t: tensor<?xi32>) {{
    %l = graph.cross_entropy %y, %t : tensor<?x5xf32>, tensor<?xi32>
    graph.yield %l : tensor<f32>
  }}
  graph.train adam(learning_rate = 0.01) batch(16) epochs(3)
}}
"""


class BoundedSizes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compile(self, steps: str) -> Program:
        path = self.folder / f"model-{steps.replace('?', 'any')}"
        path.with_suffix(".mlir").write_text(model(steps))
        return Program.compile(path.with_suffix(".mlir"), path)

    def trained(self, program: Program, data: Path, name: str):
        """The losses, the last weights and how many rows are predicted."""
        metrics, weights = self.folder / f"{name}.jsonl", self.folder / f"{name}.w"
        program.run(
            *("train", "--data", data, "--init", self.folder / "init", "--no-shuffle"),
            *("--metrics", metrics, "--metrics-every-step", "-o", weights),
        )
        answers = program.run("predict", "--data", data, "--weights", weights)
        tensors = read_safetensors(weights)[0]
        return read_metrics(metrics)[0], tensors, len(answers.splitlines())

    def test_one_program_for_several_lengths(self):
        anything = self.compile("?")
        self.assertEqual(anything.info["input"]["width"], MOST * FEATURES)
        write_weights(self.folder / "init", make_weights(anything.info, 2))
        for steps in (1, 5, MOST):
            known = self.compile(str(steps))
            data = self.folder / f"data-{steps}"
            make_data(known.info, ROWS, seed=steps).write(data)
            losses, weights, answers = self.trained(anything, data, "any")
            expected, others, _ = self.trained(known, data, "known")
            self.assertEqual((len(losses), answers), (9, ROWS))
            for loss, other in zip(losses, expected, strict=True):
                self.assertAlmostEqual(loss, other, delta=ROUNDING)
            for name, tensor in weights.items():
                for x, y in zip(tensor.data, others[name].data, strict=True):
                    self.assertAlmostEqual(x, y, delta=20 * ROUNDING)
            check = attempt(
                *(MLC, "run", "--check", self.folder / "model-any.mlir"),
                *("--data", data, "--init", self.folder / "init"),
            )
            self.assertEqual(check.returncode, 0, check.stderr)

    def test_other_widths_are_refused(self):
        program = self.compile("?")
        write_weights(self.folder / "init", make_weights(program.info, 2))
        for width in (0.5, 1.25, MOST + 1):
            features = round(width * FEATURES)
            info = program.info | {"input": {"kind": "dense", "width": features}}
            data = self.folder / "data"
            make_data(info, ROWS, seed=1).write(data)
            run = program.attempt("train", "--data", data, "-o", self.folder / "w")
            self.assertEqual(run.returncode, 1)
            self.assertIn(
                f"expects 1 to {MOST} times {FEATURES} features, but the file has "
                f"{features}; change the file",
                run.stderr,
            )
            self.assertFalse((self.folder / "w").exists())

    def answers(self, program: Program, data: Path) -> list[dict]:
        lines = program.run(*self.asked(program, "predict", data))
        return [json.loads(line) for line in lines.splitlines()]

    def asked(self, program: Program, command: str, data: Path) -> tuple:
        return (command, "--data", data, "--weights", self.folder / "init", "--json")

    def test_explanations_are_of_the_features_that_rows_have(self):
        """They add up from a baseline of as many zeros, and are those of a model
        in which the length is written."""
        program = self.compile("?")
        write_weights(self.folder / "init", make_weights(program.info, 2))
        for steps in (1, 5, MOST):
            known = self.compile(str(steps))
            data = self.folder / f"data-{steps}"
            make_data(known.info, ROWS, seed=steps).write(data)
            found, expected = (
                [json.loads(line) for line in own.run(*self.asked(own, "explain", data)).splitlines()]
                for own in (program, known)
            )
            self.assertEqual(len(found), ROWS)
            for row, other in zip(found, expected, strict=True):
                parts = {column["name"]: column["part"] for column in row["columns"]}
                self.assertEqual(len(parts), steps * FEATURES)
                for column in other["columns"]:
                    self.assertAlmostEqual(parts[column["name"]], column["part"], delta=ROUNDING)
                total = row["baseline"] + sum(parts.values())
                self.assertAlmostEqual(total, row["score"], delta=ROUNDING)
            whole = program.run("explain", "--global", *self.asked(program, "", data)[1:])
            for output in json.loads(whole)["outputs"]:
                self.assertEqual(output["rows"], ROWS)

    def test_a_server_answers_rows_of_each_length(self):
        program = self.compile("?")
        write_weights(self.folder / "init", make_weights(program.info, 2))
        server = subprocess.Popen(
            [program.path, "serve", "--weights", self.folder / "init", "--port", "0"],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.addCleanup(server.stderr.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        address = next(filter(None, (re.search(r"http://\S+:\d+", line) for line in server.stderr)))
        url = address.group() + "/v2/models/steps/infer"
        for steps in (MOST, 1, 5):
            data = self.folder / f"data-{steps}"
            rows = make_data(self.compile(str(steps)).info, ROWS, seed=steps)
            rows.write(data)
            features = list(read_safetensors(data)[0]["features"].data)
            tensor = {"name": "features", "datatype": "FP32",
                      "shape": [ROWS, steps * FEATURES], "data": features}  # fmt: skip
            with urllib.request.urlopen(url, json.dumps({"inputs": [tensor]}).encode()) as answer:
                found = json.load(answer)["outputs"][0]["data"]
            expected = [x for row in self.answers(program, data) for x in row["outputs"]]
            self.assertEqual(found, expected)

    def test_a_library_takes_rows_of_each_length(self):
        (self.folder / "model.mlir").write_text(model("?"))
        # The bits are those of a program that computes products itself, too.
        program = Program.compile(
            self.folder / "model.mlir", self.folder / "own", "--gemm", "generated"
        )
        write_weights(self.folder / "init", make_weights(program.info, 2))
        expect_done(attempt(
            *(MLC, "compile", self.folder / "model.mlir", "--emit=lib"),
            *("--weights", self.folder / "init", "-o", self.folder / "lib"),
        ))  # fmt: skip
        header = (self.folder / "lib" / "steps.h").read_text()
        self.assertIn(f"#define steps_FEATURES {MOST * FEATURES}\n", header)
        self.assertIn(f"#define steps_FEATURES_STEP {FEATURES}\n", header)
        library = ctypes.CDLL(str(self.folder / "lib" / "libsteps.so"))
        library.steps_scratch_bytes.restype = ctypes.c_size_t
        count = ctypes.c_int64
        scratch = ctypes.create_string_buffer(library.steps_scratch_bytes(count(ROWS)))
        for steps in (MOST, 1, 5):
            data = self.folder / f"data-{steps}"
            make_data(self.compile(str(steps)).info, ROWS, seed=steps).write(data)
            numbers = read_safetensors(data)[0]["features"].data
            features = (ctypes.c_float * len(numbers))(*numbers)
            out = (ctypes.c_float * (5 * ROWS))()
            width = count(steps * FEATURES)
            code = library.steps_predict_dense_width(features, count(ROWS), width, out, scratch)
            self.assertEqual(code, 0)
            expected = [x for row in self.answers(program, data) for x in row["outputs"]]
            self.assertEqual(list(out), list((ctypes.c_float * len(expected))(*expected)))
        for width in (FEATURES - 1, FEATURES + 1, 0, (MOST + 1) * FEATURES):
            code = library.steps_predict_dense_width(features, count(1), count(width), out, scratch)
            self.assertEqual(code, 11, width)  # steps_WIDTH


if __name__ == "__main__":
    unittest.main()
