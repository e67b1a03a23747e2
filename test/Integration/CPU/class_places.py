"""A model that tells a class for each place of a row (tensor<?xTxi32>).

It is trained beside one whose rows are those places, with T times the batch:
losses, weights and figures are the same within the rounding of sums in another
order, since both take the mean over all places of a batch.
"""

import json
import random
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC,
    Program,
    attempt,
    expect_done,
    make_weights,
    read_metrics,
    read_safetensors,
    tensor,
    write_safetensors,
    write_weights,
)

PLACES, FEATURES, UNITS, CLASSES, ROWS = 3, 6, 20, 4, 45
ROUNDING = 2e-5


def model(places: str, batch: int) -> str:
    """`places` is "x3", or empty where each row is one."""

    def rows(columns: int) -> str:
        return f"tensor<?{places}x{columns}xf32>"

    labels = f"tensor<?{places}xi32>"
    return f"""
graph.program @tags {{
  %w1 = graph.parameter "w1" uniform_fan_in : tensor<{FEATURES}x{UNITS}xf32>
  %b1 = graph.parameter "b1" zeros : tensor<{UNITS}xf32>
  %w2 = graph.parameter "w2" uniform_fan_in : tensor<{UNITS}x{CLASSES}xf32>
  graph.predict(%x: {rows(FEATURES)}) {{
    %h = graph.linear %x, %w1, %b1 : {rows(FEATURES)}, tensor<{FEATURES}x{UNITS}xf32>, tensor<{UNITS}xf32>
    %a = graph.relu %h : {rows(UNITS)}
    %y = graph.linear %a, %w2 : {rows(UNITS)}, tensor<{UNITS}x{CLASSES}xf32>
    graph.yield %y : {rows(CLASSES)}
  }}
  graph.loss(%y: {rows(CLASSES)}, %t: {labels}) {{
    %l = graph.cross_entropy %y, %t smoothing(0.1) : {rows(CLASSES)}, {labels}
    graph.yield %l : tensor<f32>
  }}
  graph.train adam(learning_rate = 0.02) batch({batch}) epochs(4)
}}
"""


def numbers_of(seed: int):
    """Features of all places, and the class of each: the largest of the first."""
    draws = random.Random(seed)
    features = [draws.random() * 2 - 1 for _ in range(ROWS * PLACES * FEATURES)]
    labels = []
    for place in range(ROWS * PLACES):
        own = features[place * FEATURES : place * FEATURES + CLASSES]
        labels.append(own.index(max(own)))
    return features, labels


class ClassPlaces(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.places = cls.make("places", f"x{PLACES}", 10, [ROWS, PLACES])
        cls.alone = cls.make("alone", "", 10 * PLACES, [ROWS * PLACES])
        write_weights(cls.folder / "init", make_weights(cls.alone.info, 4))

    @classmethod
    def make(cls, name: str, places: str, batch: int, rows: list[int]) -> Program:
        source = cls.folder / f"{name}.mlir"
        source.write_text(model(places, batch))
        features, labels = numbers_of(7)
        write_safetensors(
            cls.folder / f"{name}.data",
            {
                "features": tensor("F32", [rows[0], len(features) // rows[0]], features),
                "labels": tensor("I32", rows, labels),
            },
            {"format": "mlc.dataset", "version": "1"},
        )
        return Program.compile(source, cls.folder / name)

    def trained(self, name: str, *options):
        program = getattr(self, name)
        metrics, weights = self.folder / f"{name}.jsonl", self.folder / f"{name}.w"
        program.run(
            *("train", "--data", self.folder / f"{name}.data", "--init", self.folder / "init"),
            *("--no-shuffle", "--metrics", metrics, "--metrics-every-step", "-o", weights),
            *options,
        )
        return read_metrics(metrics)[0], read_safetensors(weights)[0]

    def asked(self, name: str, *options) -> str:
        return getattr(self, name).run(
            *options, "--data", self.folder / f"{name}.data", "--weights", self.folder / f"{name}.w"
        )

    def test_trains_as_a_model_of_single_places(self):
        info = self.places.info["label"]
        self.assertEqual(info, {"kind": "class", "outputs": PLACES * CLASSES, "places": PLACES})
        for threads in ("1", "3"):
            losses, weights = self.trained("places", "--threads", threads)
            expected, others = self.trained("alone", "--threads", threads)
            self.assertEqual(len(losses), 20)
            self.assertLess(losses[-1], 0.9 * losses[0])
            for loss, other in zip(losses, expected, strict=True):
                self.assertAlmostEqual(loss, other, delta=ROUNDING)
            for name, numbers in weights.items():
                for x, y in zip(numbers.data, others[name].data, strict=True):
                    self.assertAlmostEqual(x, y, delta=50 * ROUNDING)
        rows = [json.loads(line) for line in self.asked("places", "predict", "--json").splitlines()]
        alone = [json.loads(line) for line in self.asked("alone", "predict", "--json").splitlines()]
        self.assertEqual((len(rows), len(alone)), (ROWS, ROWS * PLACES))
        for number, row in enumerate(rows):
            own = alone[number * PLACES : (number + 1) * PLACES]
            self.assertEqual(row["classes"], [other["class"] for other in own])
            self.assertEqual(row["label"], row["classes"])
            for kind in ("outputs", "probabilities"):
                expected = [x for other in own for x in other[kind]]
                for x, y in zip(row[kind], expected, strict=True):
                    self.assertAlmostEqual(x, y, delta=200 * ROUNDING)
        plain = self.asked("places", "predict").splitlines()[0].split("\t")
        self.assertEqual(plain[:PLACES], [str(label) for label in rows[0]["classes"]])
        self.assertEqual(len(plain), PLACES + PLACES * CLASSES)
        found, expected = (json.loads(self.asked(name, "eval", "--json")) for name in ("places", "alone"))
        for figure in ("loss", "accuracy"):
            self.assertAlmostEqual(found[figure], expected[figure], delta=100 * ROUNDING)
        self.assertGreater(found["accuracy"], 0.5)

    def test_agrees_with_the_reference(self):
        check = attempt(
            *(MLC, "run", "--check", self.folder / "places.mlir"),
            *("--data", self.folder / "places.data", "--init", self.folder / "init"),
        )
        self.assertEqual(check.returncode, 0, check.stderr)

    def test_other_labels_are_refused(self):
        features, labels = numbers_of(7)
        width = PLACES * FEATURES
        for shape, numbers, part in (
            ([ROWS], labels[:ROWS], f"expects {PLACES} classes a row, but the file has labels of 1 column"),
            ([ROWS, PLACES - 1], labels[: ROWS * (PLACES - 1)], "write them as I32 [rows, 3]"),
            ([ROWS, PLACES], [*labels[:-1], CLASSES], f"row {ROWS - 1}: label {CLASSES} is out of range"),
        ):
            data = self.folder / "other.data"
            write_safetensors(
                data,
                {"features": tensor("F32", [ROWS, width], features), "labels": tensor("I32", shape, numbers)},
                {"format": "mlc.dataset", "version": "1"},
            )
            run = self.places.attempt("train", "--data", data, "-o", self.folder / "refused")
            self.assertEqual(run.returncode, 1)
            self.assertIn(part, run.stderr)
            self.assertFalse((self.folder / "refused").exists())
        run = self.alone.attempt("train", "--data", self.folder / "places.data", "-o", self.folder / "refused")
        self.assertEqual(run.returncode, 1)
        self.assertIn("expects", run.stderr)

    def test_what_is_of_one_answer_a_row_is_refused(self):
        self.trained("places")
        run = self.places.attempt(
            *("explain", "--data", self.folder / "places.data", "--weights", self.folder / "places.w"),
        )
        self.assertEqual(run.returncode, 1)
        self.assertIn(f"predicts {PLACES} classes a row", run.stderr)


if __name__ == "__main__":
    unittest.main()
