"""Broken model files: `mlc compile` says where and what, with status 1, and
leaves no file.

test/Dialects covers each constraint; here a whole model is spoilt in one
place, the tool is run, and the message must stand on that place's line.
"""

import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, MODELS, attempt

CLASSES = "classes"
REGRESSION = "regression"
EVERYTHING = "everything"
# Model, what is replaced, by what, what the message says. The message's line
# is that of a '@' put before the culprit, or else of the replacement.
CASES = {
    "unknown-op": (CLASSES, "graph.gelu", "graph.swish", "swish"),
    "unknown-dialect": (CLASSES, "graph.gelu", "grph.gelu", "grph"),
    "undefined-value": (CLASSES, "graph.gelu %h1", "graph.gelu %h7", "h7"),
    "not-closed": (CLASSES, "epochs(3)\n}", "epochs(3)\n", "expected"),
    "not-utf8": (CLASSES, "graph.gelu", "graph.\xff", "expected|unexpected"),
    "inner-dimension": (CLASSES, "%h1 : tensor<?x96xf32>", "%h1 : tensor<?x95xf32>", "96"),
    "weight-too-short": (REGRESSION, ": tensor<13x7xf32>", ": tensor<12x7xf32>", "13.*12|12.*13"),
    "bias-too-long": (REGRESSION, "uniform(0.27) : tensor<7xf32>", "uniform(0.27) : tensor<8xf32>", "tensor<8xf32>"),
    "two-shapes-added": (EVERYTHING, "graph.add %s3, %h : !h, !h", "graph.add %s3, %x : !h, !x", "csr|dense|shape"),
    "activation-of-sparse": (EVERYTHING, "%g = graph.sigmoid %g0 : !h", "%g = graph.sigmoid %x : !x", "dense"),
    "dropout-of-one": (EVERYTHING, "%s4, 0.25", "%s4, 1.0", r"\[0, 1\)"),
    "static-batch": (REGRESSION, "graph.predict(%x: tensor<?x11xf32>)", "graph.predict(%x: tensor<5x11xf32>)", r"\?x"),
    "f64-parameter": (REGRESSION, "uniform(0.3) : tensor<13xf32>", "uniform(0.3) : tensor<13xf64>", "f32"),
    "empty-parameter": (REGRESSION, "uniform(0.3) : tensor<13xf32>", "uniform(0.3) : tensor<0xf32>", "above 0"),
    "unknown-initializer": (REGRESSION, "uniform(0.3)", "xavier", "xavier|initialis"),
    "infinite-initializer": (REGRESSION, "uniform(0.3)", "uniform(0x7FF0000000000000)", "finite"),
    "same-name-twice": (REGRESSION, '"fc2.bias"', '"fc1.bias"', "fc1.bias"),
    "unused-parameter": (CLASSES, "  graph.predict(", '  %u = graph.parameter "unused" zeros : tensor<3xf32>\n  graph.predict(', "unused"),
    "labels-of-another-kind": (CLASSES, "%label: tensor<?xi32>", "%label: tensor<?xf32>", "i32"),
    "loss-of-something-else": (REGRESSION, "graph.loss(%y: tensor<?x3xf32>", "graph.loss(%y: tensor<?x4xf32>", "3.*4|4.*3"),
    "loss-of-many-numbers": (REGRESSION, "graph.yield %l : tensor<f32>", "graph.yield %y : tensor<?x3xf32>", "tensor<f32>"),
    "two-losses": (REGRESSION, "  graph.train", "  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {\n    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>\n    graph.yield %l : tensor<f32>\n  }\n  graph.train", "one"),
    "no-train": (REGRESSION, "  graph.train sgd(learning_rate = 0.05, momentum = 0.9) batch(5) epochs(3)\n", "", "train"),
    "unknown-optimizer": (REGRESSION, "sgd(", "rmsprop(", "rmsprop|optimi"),
    "unknown-setting": (REGRESSION, "momentum = 0.9", "beta1 = 0.9", "beta1"),
    "momentum-of-one": (REGRESSION, "momentum = 0.9", "momentum = 1.0", r"momentum.*\[0, 1\)"),
    "learning-rate-negative": (REGRESSION, "learning_rate = 0.05", "learning_rate = -0.05", "learning_rate"),
    "nesterov-alone": (REGRESSION, "momentum = 0.9", "nesterov = true", "momentum"),
    "batch-of-none": (REGRESSION, "batch(5)", "batch(0)", "batch"),
    "epochs-too-many": (REGRESSION, "epochs(3)", "epochs(1000001)", "epochs"),
    "another-dialect": (REGRESSION, "    %a2 = graph.tanh %h2 : tensor<?x7xf32>", "    %a2 = math.tanh %h2 : tensor<?x7xf32>", "graph dialect|math"),
}


class BrokenModels(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def refuse(self, model: Path) -> str:
        """The message; status 1 and no file but the model."""
        for options in (("-o", self.folder / "program"), ("--emit", "graph")):
            result = attempt(MLC, "compile", model, *options)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertEqual(result.stdout, "")
            self.assertEqual(os.listdir(self.folder), [model.name])
        return result.stderr

    def test_spoilt_models(self):
        for name, (base, old, new, message) in CASES.items():
            with self.subTest(name):
                text = (MODELS / f"{base}.mlir").read_text()
                self.assertIn(old, text)
                at = text.index(old)
                line = text[: at + len(new) - len(new.lstrip())].count("\n") + 1
                model = self.folder / "model.mlir"
                model.write_text(text.replace(old, new, 1), encoding="latin-1")
                error = self.refuse(model)
                self.assertRegex(error, rf"^{model}:\d+:\d+: error: ")
                self.assertRegex(error, message)
                print(name, line, error)

    def test_files_without_a_program(self):
        for name, content in {
            "empty.mlir": "",
            "words.mlir": "a model, please\n",
            "module.mlir": "module {}\n",
            "function.mlir": "func.func @f() { return }\n",
            "two.mlir": (MODELS / "logistic.mlir").read_text()
            + (MODELS / "regression.mlir").read_text(),
        }.items():
            with self.subTest(name):
                model = self.folder / name
                model.write_text(content)
                self.assertRegex(self.refuse(model), rf"{model}:\d+:\d+: error: ")
                print(name, self.refuse(model))
                model.unlink()

    def test_files_that_cannot_be_read(self):
        for path in (self.folder / "missing.mlir", self.folder):
            with self.subTest(path.name):
                output = self.folder / "program"
                result = attempt(MLC, "compile", path, "-o", output)
                self.assertEqual(result.returncode, 1, result.stderr)
                self.assertRegex(result.stderr, f"^error: .*{path}")
                self.assertFalse(output.exists())


if __name__ == "__main__":
    unittest.main()
