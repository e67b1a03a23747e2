"""Broken model files: `mlc compile` says where and what, with status 1, and
leaves no file.

test/Dialects covers each constraint; here a whole model is spoilt in one
place, the tool is run, and the message must stand on that place's line.
"""

import os
import re
import sys
import tempfile
import unittest
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, MODELS, attempt



class Spoilt(NamedTuple):
    """A model with each `old` replaced by `new`; its message matches `message` and
    stands on the line of `culprit`, or else of `new`."""

    model: str
    old: str
    new: str
    message: str
    culprit: str = ""


SECOND_LOSS = """\
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?x3xf32>) {
    %l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>
    graph.yield %l : tensor<f32>
  }
"""
TRAIN = "  graph.train sgd(learning_rate = 0.05, momentum = 0.9) batch(5) epochs(3)\n"
UNUSED = '  %u = graph.parameter "unused" zeros : tensor<3xf32>\n'
CASES = {
    "unknown op": Spoilt("classes", "graph.gelu", "graph.swish", "graph.swish"),
    "typing error": Spoilt("classes", "graph.gelu", "graph.glu", "did you mean graph.gelu"),
    "letters swapped": Spoilt("classes", "graph.gelu", "graph.gleu", "did you mean graph.gelu"),
    "tanh": Spoilt("regression", "graph.tanh", "graph.tahn", "did you mean graph.tanh"),
    "an operand too few": Spoilt(
        *("regression", "%w2, %b2 :", "%w2 :"),
        "expected as many types behind ':'.*; add what is missing",
    ),
    "as PyTorch has it": Spoilt(
        "regression", "tensor<13x7xf32>", "tensor<7x13xf32>", "in, out.*PyTorch", "graph.linear %a1"
    ),
    "two answers": Spoilt(
        "regression", "graph.yield %y :", "graph.yield %y, %y :", "which is one value"
    ),
    "whole probability": Spoilt("everything", "%s4, 0.25", "%s4, 1", "point, such as 0.5"),
    "no batch": Spoilt("regression", "batch(5) ", "", r"batch\(N\), the rows of a step", "epochs(3)"),
    "capital optimiser": Spoilt("regression", "sgd(", "Sgd(", "did you mean sgd"),
    "no graph.": Spoilt("classes", "graph.gelu", "gelu", "did you mean graph.gelu"),
    "undefined type": Spoilt("everything", "add %s3, %h : !h, !h", "add %s3, %h : !q, !h", "q"),
    "no types": Spoilt(
        *("classes", "graph.gelu %h1 : tensor<?x96xf32>", "graph.gelu %h1"),
        "types of the operands",
    ),
    "unknown dialect": Spoilt("classes", "graph.gelu", "grph.gelu", "grph"),
    "undefined value": Spoilt("classes", "graph.gelu %h1", "graph.gelu %h7", "undeclared"),
    "not closed": Spoilt("classes", "epochs(3)\n}", "epochs(3)\n", "expected", "epochs(3)"),
    "no text": Spoilt("classes", "graph.gelu", "graph.\0", "text.*byte 0x00"),
    "an escape": Spoilt("classes", "graph.gelu", "graph.\x1b[2J", "text.*byte 0x1b"),
    "latin-1": Spoilt("classes", "graph.gelu", "graph.g\xe9lu", "UTF-8.*byte 0xe9"),
    "type of another": Spoilt(
        "classes", "%h1 : tensor<?x96xf32>", "%h1 : tensor<?x95xf32>", "'tensor<.x95xf32>'"
    ),
    "weight too short": Spoilt(
        "regression", "tensor<13x7xf32>", "tensor<12x7xf32>", "13, the input's last", "graph.linear %a1"
    ),
    "bias too long": Spoilt(
        *("regression", "uniform(0.27) : tensor<7xf32>", "uniform(0.27) : tensor<8xf32>"),
        *("'tensor<8xf32>'", "graph.linear %a1"),
    ),
    "sum of two shapes": Spoilt(
        "everything", "add %s3, %h : !h, !h", "add %s3, %x : !h, !x", "one shape .C1."
    ),
    "sparse activation": Spoilt(
        *("everything", "    %t =", "    %q = graph.tanh %x : !x\n    %t ="),
        *("dense", "%q"),
    ),
    "dropout of all": Spoilt("everything", "%s4, 0.25", "%s4, 1.0", r"\[0, 1\)"),
    "unknown encoding": Spoilt("logistic", "#graph.csr", "#graph.coo", "coo|graph"),
    "parameter of doubles": Spoilt(
        "logistic", "tensor<1xf32>", "tensor<1xf64>", "32-bit float|f32"
    ),
    "empty name": Spoilt("regression", '"fc2.bias"', '""', r"\(C3\)"),
    "unknown initialiser": Spoilt("regression", "uniform(0.3)", "xavier", "'xavier'.*normal"),
    "infinite bound": Spoilt("regression", "uniform(0.3)", "uniform(1.0e999)", "finite"),
    "same name twice": Spoilt(
        "regression", '"fc2.bias"', '"fc1.bias"', '"fc1.bias" is taken', "%b2 ="
    ),
    "unused parameter": Spoilt(
        *("logistic", "  graph.predict", UNUSED + "  graph.predict"),
        *("unused|depend", '"unused"'),
    ),
    "labels of another kind": Spoilt(
        "classes", "%label: tensor<?xi32>", "%label: tensor<?xf32>", "i32", "graph.cross_entropy"
    ),
    "loss of many numbers": Spoilt(
        *("regression", "yield %l : tensor<f32>", "yield %y  : tensor<?x3xf32>"),
        "one number",
    ),
    "two losses": Spoilt("regression", TRAIN, SECOND_LOSS + TRAIN, "graph.loss.*one"),
    "no train": Spoilt("regression", TRAIN, "", "graph.train", "graph.program"),
    "unknown optimiser": Spoilt("regression", "sgd(", "nadam(", "sgd.*adam"),
    "unknown setting": Spoilt("regression", "momentum = 0.9", "beta1 = 0.9", "beta1"),
    "momentum of one": Spoilt("regression", "momentum = 0.9", "momentum = 1.0", r"\[0, 1\)"),
    "negative rate": Spoilt("regression", "rate = 0.05", "rate = -0.05", "learning_rate"),
    "nesterov alone": Spoilt("regression", "momentum = 0.9", "nesterov = true", "momentum"),
    "batch of none": Spoilt("regression", "batch(5)", "batch(0)", "batch"),
    "too many epochs": Spoilt("regression", "epochs(3)", "epochs(1000001)", "epochs"),
    "op of another dialect": Spoilt(
        "regression", "%a2 = graph.tanh", "%a2 = math.tanh", "graph dialect|graph op"
    ),
}


class BrokenModels(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def refuse(self, text: str) -> str:
        """The first message; status 1, nothing on stdout, no file but the model."""
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder) / "model.mlir"
            model.write_bytes(text.encode("latin-1"))
            for options in (("-o", Path(folder) / "program"), ("--emit", "graph")):
                result = attempt(MLC, "compile", model, *options)
                self.assertEqual(result.returncode, 1, result.stderr)
                self.assertEqual(result.stdout, "")
                self.assertEqual(os.listdir(folder), [model.name])
            self.assertTrue(result.stderr.startswith(f"{model}:"), result.stderr)
            return result.stderr.removeprefix(f"{model}:")

    def test_spoilt_models(self):
        for name, case in CASES.items():
            with self.subTest(name):
                text = (MODELS / f"{case.model}.mlir").read_text()
                self.assertIn(case.old, text)
                spoilt = text.replace(case.old, case.new)
                error = self.refuse(spoilt)
                place = spoilt.index(case.culprit or case.new)
                line = spoilt.count("\n", 0, place) + 1
                self.assertRegex(error, rf"^{line}:[1-9]\d*: error: ")
                self.assertRegex(error.splitlines()[0], case.message)

    def test_numbers_without_a_point(self):
        text = (MODELS / "regression.mlir").read_text()
        self.assertIn("learning_rate = 0.05", text)
        model = self.folder / "model.mlir"
        stages = []
        for number in ("0.05", "5e-2", "5E-02"):
            spelled = text.replace("learning_rate = 0.05", f"learning_rate = {number}")
            model.write_text(f"// 1e5 \"1e5\n{spelled}")
            result = attempt(MLC, "compile", model, "--emit", "graph")
            self.assertEqual(result.returncode, 0, result.stderr)
            stages.append(result.stdout)
        self.assertEqual(stages, [stages[0]] * 3)

    def test_sizes_that_data_fills_in(self):
        table = self.folder / "t.csv"
        table.write_text("a,b,label\n" + "".join(f"{i},{i % 5},{'xyz'[i % 3]}\n" for i in range(9)))
        data, model = self.folder / "t.safetensors", self.folder / "model.mlir"
        for command in (("data", table, "-o", data), ("new", "--data", data)):
            numbers = attempt(MLC, *command)
            self.assertEqual(numbers.returncode, 0, numbers.stderr)
        opened = attempt(MLC, "new", "--data", data, "--open-sizes").stdout
        text = "// ?features\n" + opened
        self.assertIn("!rows = tensor<?x?featuresxf32>", text)
        self.assertIn("x?outputsxf32>", text)
        stages = []
        for content, options in ((text, ("--data", data)), (numbers.stdout, ())):
            model.write_text(content)
            result = attempt(MLC, "compile", model, "--emit", "graph", *options)
            self.assertEqual(result.returncode, 0, result.stderr)
            stages.append(result.stdout)
        self.assertEqual(stages[0], stages[1])
        line = text.splitlines().index("!rows = tensor<?x?featuresxf32>") + 1
        place = f"{model}:{line}:18: error: "
        for content, options, message in (
            (text, (), place + "expected a number in place of ?features"),
            (text.replace("?features", "?width"), ("--data", data),
             place + "expected ?features or ?outputs"),
            (text.replace("?features", "3"), ("--data", data), "expected rows of 2 features"),
            (text, ("--data", table), f"error: {table}: "),
            (text, ("--data", self.folder / "missing"), "missing: cannot be read"),
        ):
            with self.subTest(message):
                model.write_text(content)
                result = attempt(MLC, "compile", model, "--emit", "graph", *options)
                self.assertEqual((result.returncode, result.stdout), (1, ""))
                self.assertIn(message, result.stderr)

    def test_squashed_logits_are_warned_of(self):
        text = (MODELS / "classes.mlir").read_text()
        last = re.search(r"graph.yield (%\w+) : (tensor<\?x\d+xf32>)", text)
        self.assertIsNotNone(last)
        squashed = f"%p = graph.softmax {last[1]} : {last[2]}\n    graph.yield %p : {last[2]}"
        for warnings, model in ((0, text), (1, text.replace(last[0], squashed, 1))):
            path = self.folder / "model.mlir"
            path.write_text(model)
            result = attempt(MLC, "compile", path, "--emit", "graph")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(result.stderr.count("warning: graph.softmax stands before"), warnings)
            if warnings:
                line = model.count("\n", 0, model.index("%p = ")) + 1
                self.assertTrue(result.stderr.startswith(f"{path}:{line}:"), result.stderr)

    def test_files_without_a_program(self):
        for name, content in {
            "empty": "",
            "words": "a model, please\n",
            "module": "module {}\n",
            "function": "func.func @f() { return }\n",
            "two": (MODELS / "logistic.mlir").read_text()
            + (MODELS / "regression.mlir").read_text(),
        }.items():
            with self.subTest(name):
                self.assertRegex(self.refuse(content), r"^[1-9]\d*:[1-9]\d*: error: ")

    def test_bytecode(self):
        model = self.folder / "model.mlirbc"
        model.write_bytes(b"ML\xefR" + bytes(20))
        result = attempt(MLC, "compile", model, "-o", self.folder / "program")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertRegex(result.stderr, f"^error: {model}: is MLIR bytecode")
        self.assertEqual(os.listdir(self.folder), [model.name])

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
