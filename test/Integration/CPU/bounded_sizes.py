"""A model whose rows have a number of steps that the data set says (#graph.sizes).

One program is trained on data of several lengths; for each of them, a model in
which that length is written answers the same, within the rounding of sums in
another order.
"""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC,
    Program,
    attempt,
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
                f"expects 1 to {MOST} times {FEATURES} features a row, but the file "
                f"has {features} features",
                run.stderr,
            )
            self.assertFalse((self.folder / "w").exists())

    def test_explanations_are_of_rows_of_one_size(self):
        program = self.compile("?")
        self.assertNotIn("explain", [entry["name"] for entry in program.info["entries"]])
        known = self.compile(str(MOST))
        write_weights(self.folder / "init", make_weights(program.info, 2))
        data = self.folder / "data"
        make_data(known.info, ROWS, seed=1).write(data)
        explain = ("explain", "--data", data, "--weights", self.folder / "init")
        run = program.attempt(*explain)
        self.assertEqual(run.returncode, 1)
        self.assertIn("cannot explain its predictions: an explanation has", run.stderr)
        self.assertIn("write that size in the model", run.stderr)
        self.assertEqual(known.attempt(*explain).returncode, 0)

    def test_libraries_have_rows_of_one_size(self):
        (self.folder / "model.mlir").write_text(model("?"))
        program = self.compile("?")
        write_weights(self.folder / "init", make_weights(program.info, 2))
        run = attempt(
            *(MLC, "compile", self.folder / "model.mlir", "--emit=lib"),
            *("--weights", self.folder / "init", "-o", self.folder / "lib"),
        )
        self.assertEqual(run.returncode, 1)
        self.assertIn("a library takes rows of one size", run.stderr)


if __name__ == "__main__":
    unittest.main()
