"""Losses that learn from a teacher: where its answers come from, and that only
training reads them; `mlc cv --teacher`."""

import json
import math
import random
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC, Program, attempt, expect_done, read_safetensors, tensor, write_safetensors,
)  # fmt: skip

ROWS, WIDTH = 60, 4
METADATA = {"format": "mlc.dataset", "version": "1"}


def model(outputs: int, classes: bool, settings: str | None) -> str:
    """With the settings of a distillation, or without a teacher."""
    answer = f"tensor<?x{outputs}xf32>"
    label = "tensor<?xi32>" if classes else answer
    loss = "cross_entropy" if classes else "bce"
    if settings:
        arguments = f"%y: {answer}, %t: {label}, %s: {answer}"
        op = f"graph.distill_{loss} %y, %t, %s {settings} : {answer}, {label}, {answer}"
    else:
        arguments = f"%y: {answer}, %t: {label}"
        op = f"graph.{loss if classes else 'bce_with_logits'} %y, %t : {answer}, {label}"
    return f"""
graph.program @pupil {{
  %w = graph.parameter "w" uniform_fan_in : tensor<{WIDTH}x{outputs}xf32>
  graph.predict(%x: tensor<?x{WIDTH}xf32>) {{
    %y = graph.linear %x, %w : tensor<?x{WIDTH}xf32>, tensor<{WIDTH}x{outputs}xf32>
    graph.yield %y : {answer}
  }}
  graph.loss({arguments}) {{
    %l = {op}
    graph.yield %l : tensor<f32>
  }}
  graph.train sgd(learning_rate = 0.1) batch(8) epochs(3)
}}
"""


class Distillation(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        numbers = random.Random(5)
        self.features = [2 * numbers.random() - 1 for _ in range(ROWS * WIDTH)]
        self.logits = [6 * numbers.random() - 3 for _ in range(3 * ROWS)]
        self.numbers = numbers

    def data(self, name: str, outputs: int, classes: bool, labels=None, teacher=None) -> Path:
        """`teacher`: a tensor; None: one that fits."""
        if labels is None:
            labels = [int(self.numbers.random() * max(outputs, 2)) for _ in range(ROWS)]
        tensors = {
            "features": tensor("F32", [ROWS, WIDTH], self.features),
            "labels": tensor("I32" if classes else "F32", [ROWS], labels),
        }
        if teacher is None:
            teacher = tensor("F32", [ROWS, outputs], self.logits[: ROWS * outputs])
        if teacher:
            tensors["teacher"] = teacher
        path = self.folder / name
        write_safetensors(path, tensors, METADATA)
        return path

    def program(self, *arguments) -> Program:
        path = self.folder / "model.mlir"
        path.write_text(model(*arguments))
        self.count = getattr(self, "count", 0) + 1
        return Program.compile(path, self.folder / f"program-{self.count}")

    def trained(self, program: Program, data: Path) -> bytes:
        weights = self.folder / "weights"
        program.run("train", "--data", data, "-o", weights)
        tensors, _ = read_safetensors(weights)
        return tensors["w"].data.tobytes()

    def test_compiled_code_agrees_with_the_reference(self):
        for outputs, classes in ((1, False), (3, True)):
            program = self.program(outputs, classes, "alpha(0.3) temperature(2.5)")
            data = self.data("data", outputs, classes)
            self.trained(program, data)
            checked = attempt(
                MLC, "run", self.folder / "model.mlir", "--check", "--data", data,
                "--init", self.folder / "weights",
            )  # fmt: skip
            self.assertIn("agrees", expect_done(checked).stdout)

    def test_the_share_of_the_teacher(self):
        """At 1 labels do not matter, at 0 the teacher does not."""
        for outputs, classes in ((1, False), (3, True)):
            one, other = (self.data(f"data-{n}", outputs, classes) for n in range(2))
            all_of_it = self.program(outputs, classes, "alpha(1.0) temperature(1.5)")
            half = self.program(outputs, classes, "alpha(0.5) temperature(1.5)")
            self.assertEqual(self.trained(all_of_it, one), self.trained(all_of_it, other))
            self.assertNotEqual(self.trained(half, one), self.trained(half, other))
            none = self.program(outputs, classes, "alpha(0.0) temperature(1.5)")
            plain = self.program(outputs, classes, None)
            self.assertEqual(self.trained(none, one), self.trained(plain, one))

    def test_only_training_reads_it(self):
        """Evaluation tells the loss by labels alone, with the bits of a model
        without a teacher."""
        labels = [float(row % 2) for row in range(ROWS)]
        taught = self.data("taught", 1, False, labels)
        untaught = self.data("untaught", 1, False, labels, teacher=False)
        program = self.program(1, False, "alpha(0.7) temperature(2.0)")
        plain = self.program(1, False, None)
        self.trained(program, taught)
        weights = self.folder / "weights"
        told = [
            json.loads(asked.run("eval", "--json", "--data", data, "--weights", weights))
            for asked, data in ((program, taught), (program, untaught), (plain, untaught))
        ]
        self.assertEqual(told[0], told[1])
        self.assertEqual(told[0], told[2])
        program.run("train", "--data", taught, "--test", untaught, "-o", weights)
        failed = program.attempt("train", "--data", untaught, "-o", weights)
        self.assertEqual(failed.returncode, 1)
        self.assertIn('there is no tensor "teacher"', failed.stderr)
        self.assertIn("mlc cv --teacher", failed.stderr)

    def test_what_is_wrong_with_it(self):
        program = self.program(3, True, "alpha(0.5) temperature(1.0)")
        logits = self.logits[: 3 * ROWS]
        broken = list(logits)
        broken[10] = math.nan
        for message, teacher in (
            ("expected 3 for each of 60 rows, as the model predicts, but got 2 for each of 60",
             tensor("F32", [ROWS, 2], logits[: 2 * ROWS])),
            ("expected 3 for each of 60 rows, as the model predicts, but got 3 for each of 59",
             tensor("F32", [ROWS - 1, 3], logits[3:])),
            ("expected 2 dimensions, but got 1", tensor("F32", [ROWS], logits[:ROWS])),
            ("expected elements of F32, but got I32",
             tensor("I32", [ROWS, 3], [0] * (3 * ROWS))),
            ('tensor "teacher", row 3: expected a finite number', tensor("F32", [ROWS, 3], broken)),
        ):  # fmt: skip
            with self.subTest(message):
                data = self.data("broken", 3, True, teacher=teacher)
                out = self.folder / "none"
                failed = program.attempt("train", "--data", data, "-o", out)
                self.assertEqual(failed.returncode, 1, failed.stderr)
                self.assertIn(message, failed.stderr)
                self.assertFalse(out.exists())

    def test_cross_validation_makes_it(self):
        """Of each row, what the model answered that did not learn it."""
        path, made = self.folder / "texts.csv", self.folder / "taught"
        words = ["good film", "bad film", "dull plot", "fine cast"]
        lines = ["label,review"]
        for row in range(40):
            lines.append(f"{int(row % 4 in (0, 3))},{words[row % 4]} number {row % 7}")
        path.write_text("\n".join(lines) + "\n")
        answers = self.folder / "answers.jsonl"
        cv = ("cv", path, "--folds", 4, "--epochs", 3, "--repeats", 2)
        expect_done(attempt(MLC, *cv, "--teacher", made, "--predictions", answers))
        tensors, metadata = read_safetensors(made)
        told = [json.loads(line) for line in answers.read_text().splitlines()]
        for row in range(40):
            outputs = [line["outputs"][0] for line in told if line["row"] == row]
            self.assertEqual(len(outputs), 2)
            self.assertAlmostEqual(tensors["teacher"].data[row], sum(outputs) / 2, places=6)
        plain = self.folder / "plain"
        expect_done(attempt(MLC, "data", path, *self.defaults(), "-o", plain))
        expected, same = read_safetensors(plain)
        tensors.pop("teacher")
        self.assertEqual(tensors, expected)
        self.assertEqual(metadata, same)
        # A quantity is not distilled.
        numbers = self.folder / "numbers.csv"
        numbers.write_text("size,y\n" + "".join(f"{n},{2.5 * n}\n" for n in range(40)))
        failed = attempt(
            MLC, "cv", numbers, "--label-column", "y", "--folds", 2, "--epochs", 1,
            "--teacher", self.folder / "none",
        )  # fmt: skip
        self.assertEqual(failed.returncode, 1)
        self.assertIn("its labels are quantities", failed.stderr)
        self.assertFalse((self.folder / "none").exists())

    @staticmethod
    def defaults() -> list[str]:
        """What mlc cv asks of texts where nothing is said."""
        return (
            "--ngrams 1..3 --max-features 300000 --select auto --value tfidf --normalize l2"
        ).split()


if __name__ == "__main__":
    unittest.main()
