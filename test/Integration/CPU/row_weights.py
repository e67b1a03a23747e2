"""Weights of rows and classes: what they mean in training and in evaluation."""

import json
import random
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC, Program, attempt, expect_done, read_metrics, read_safetensors, tensor, write_safetensors,
)  # fmt: skip

ROWS, WIDTH, BATCH = 40, 5, 40
METADATA = {"format": "mlc.dataset", "version": "1"}


def model(classes: int, batch: int = BATCH) -> str:
    answer = f"tensor<?x{max(classes, 1)}xf32>"
    label = "tensor<?xi32>" if classes else answer
    loss = "cross_entropy" if classes else "bce_with_logits"
    return f"""
graph.program @weighted {{
  %w = graph.parameter "w" uniform_fan_in : tensor<{WIDTH}x{max(classes, 1)}xf32>
  graph.predict(%x: tensor<?x{WIDTH}xf32>) {{
    %y = graph.linear %x, %w : tensor<?x{WIDTH}xf32>, tensor<{WIDTH}x{max(classes, 1)}xf32>
    graph.yield %y : {answer}
  }}
  graph.loss(%y: {answer}, %t: {label}, %v: tensor<?xf32>) {{
    %l = graph.{loss} %y, %t weight(%v) : {answer}, {label}
    graph.yield %l : tensor<f32>
  }}
  graph.train sgd(learning_rate = 0.3) batch({batch}) epochs(6)
}}
"""


class RowWeights(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.programs = {}
        for name, classes, batch in (("binary", 0, BATCH), ("classes", 3, BATCH), ("small", 0, 7)):
            path = cls.folder / f"{name}.mlir"
            path.write_text(model(classes, batch))
            cls.programs[name] = Program.compile(path, cls.folder / name)
        numbers = random.Random(3)
        cls.features = [2 * numbers.random() - 1 for _ in range(ROWS * WIDTH)]
        cls.labels = [int(numbers.random() < 0.3) for _ in range(ROWS)]
        cls.kinds = [numbers.choice([0, 0, 0, 1, 2]) for _ in range(ROWS)]
        cls.counts = [numbers.choice([0, 1, 1, 2, 3]) for _ in range(ROWS)]

    def data(self, name: str, rows: list[int], weights=None, classes=False) -> Path:
        tensors = {
            "features": tensor("F32", [len(rows), WIDTH], [
                x for row in rows for x in self.features[row * WIDTH : (row + 1) * WIDTH]]),
            "labels": tensor("I32" if classes else "F32", [len(rows)], [
                (self.kinds if classes else self.labels)[row] for row in rows]),
        }
        if weights:
            tensors["weights"] = tensor("F32", [len(rows)], weights)
        path = self.folder / name
        write_safetensors(path, tensors, METADATA)
        return path

    def trained(self, program: str, data: Path, *options) -> list[float]:
        weights = self.folder / "weights"
        self.programs[program].run("train", "--data", data, "-o", weights, "-q", *options)
        return list(read_safetensors(weights)[0]["w"].data)

    def expect_near(self, found: list[float], expected: list[float]):
        for one, other in zip(found, expected, strict=True):
            self.assertAlmostEqual(one, other, delta=2e-6 * (1 + abs(other)))

    def test_compiled_code_agrees_with_the_reference(self):
        data = self.data("data", range(ROWS), [float(n) for n in self.counts])
        for name in ("binary", "small"):
            self.trained(name, data)
            checked = attempt(MLC, "run", self.folder / f"{name}.mlir", "--check", "--data", data,
                              "--init", self.folder / "weights")
            self.assertIn("agrees", expect_done(checked).stdout)

    def test_whole_numbers_are_repeated_rows(self):
        """Of one batch: as many rows of weight 1 have the mean of their losses."""
        rows = list(range(ROWS))
        repeated = [row for row in rows for _ in range(self.counts[row])]
        scale = len(repeated) / ROWS
        for name, classes in (("binary", False), ("classes", True)):
            with self.subTest(name):
                once = self.trained(
                    name, self.data("once", rows, [float(n) for n in self.counts], classes))
                program = Program.compile(self.repeating(name, len(repeated)), self.folder / "all")
                weights = self.folder / "repeated"
                program.run("train", "--data", self.data("again", repeated, None, classes),
                            "-o", weights, "-q")
                self.expect_near(once, list(read_safetensors(weights)[0]["w"].data))
                self.assertGreater(scale, 1)

    def repeating(self, name: str, batch: int) -> Path:
        path = self.folder / "repeating.mlir"
        path.write_text((self.folder / f"{name}.mlir").read_text().replace(
            f"batch({BATCH})", f"batch({batch})"))
        return path

    def test_the_loss_of_a_test_is_a_weighted_mean(self):
        rows = list(range(ROWS))
        weights = [float(n) for n in self.counts]
        repeated = [row for row in rows for _ in range(self.counts[row])]
        learned = self.folder / "learned"
        self.programs["small"].run("train", "--data", self.data("d", rows), "-o", learned, "-q")
        losses = []
        for data in (self.data("t1", rows, weights), self.data("t2", repeated),
                     self.data("t3", rows, [5 * weight for weight in weights])):
            told = self.programs["small"].run("eval", "--data", data, "--weights", learned, "--json")
            losses.append(json.loads(told)["loss"])
        self.expect_near(losses[:1], losses[1:2])
        self.expect_near(losses[:1], losses[2:])

    def test_classes(self):
        rows = list(range(ROWS))
        data = self.data("kinds", rows, None, True)
        counts = [self.kinds.count(kind) for kind in range(3)]
        factors = [ROWS / (3 * count) for count in counts]
        weighed = self.data("weighed", rows, [factors[kind] for kind in self.kinds], True)
        self.expect_near(self.trained("classes", data, "--class-weight", "balanced"),
                         self.trained("classes", weighed))
        given = ",".join(f"{kind}={3 * factor}" for kind, factor in enumerate(factors))
        self.expect_near(self.trained("classes", data, "--class-weight", given),
                         self.trained("classes", weighed))
        self.assertNotEqual(self.trained("classes", data), self.trained("classes", weighed))

    def test_same_bits_for_any_threads_and_after_resuming(self):
        data = self.data("bits", range(ROWS), [0.5 + n for n in self.counts])
        options = ("--class-weight", "1=3", "--validation", "0.2")
        one = self.trained("small", data, *options, "--threads", "1")
        for threads in ("2", "3"):
            self.assertEqual(self.trained("small", data, *options, "--threads", threads), one)
        folder = self.folder / "checkpoints"
        keep = ("--checkpoints", folder, "--checkpoint-every", "1steps")
        self.trained("small", data, *options, *keep, "--max-steps", "7")
        self.assertEqual(self.trained("small", data, *options, *keep, "--resume"), one)
        result = self.programs["small"].attempt(
            "train", "--data", data, "--validation", "0.2", *keep, "--resume")
        self.assertEqual(result.returncode, 1)
        self.assertIn("was made with another --class-weight: 1=3", result.stderr)

    def test_refusals(self):
        plain = self.folder / "plain.mlir"
        plain.write_text(model(0).replace(", %v: tensor<?xf32>", "").replace(" weight(%v)", ""))
        program = Program.compile(plain, self.folder / "plain")
        data = self.data("refused", range(ROWS), [1.0] * ROWS)
        result = program.attempt("train", "--data", data, "-o", self.folder / "none")
        self.assertEqual(result.returncode, 1)
        self.assertIn("the rows have weights, but the loss", result.stderr)
        result = program.attempt("train", "--data", data, "--class-weight", "balanced")
        self.assertEqual(result.returncode, 2)
        self.assertIn("mlc new --weighted", result.stderr)
        self.assertFalse((self.folder / "none").exists())
        # The hint leads on.
        made = self.folder / "made.mlir"
        expect_done(attempt(MLC, "new", "--weighted", "--data", self.data("x", range(ROWS)),
                            "-o", made))
        Program.compile(made, self.folder / "made").run(
            "train", "--data", data, "--class-weight", "balanced", "--epochs", "1", "-q")

    def test_metrics_tell_the_weighted_loss(self):
        data = self.data("metrics", range(ROWS), [float(n) for n in self.counts])
        metrics = self.folder / "metrics.jsonl"
        self.programs["small"].run("train", "--data", data, "--metrics", metrics,
                                   "--metrics-every-step", "--epochs", "1", "--no-shuffle", "-q")
        steps, (epoch,) = read_metrics(metrics)
        sizes = [7] * 5 + [5]
        mean = sum(loss * size for loss, size in zip(steps, sizes, strict=True)) / ROWS
        self.expect_near([epoch["loss"]], [mean])


if __name__ == "__main__":
    unittest.main()
