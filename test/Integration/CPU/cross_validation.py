"""`mlc cv`: means and deviations over folds, each of which learns everything
anew; the same answers for any number of threads."""

import json
import os
import random
import shlex
import statistics
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, attempt, expect_done, read_safetensors

FEW = ("--epochs", "3")


class CrossValidation(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def table(self, label=lambda size, colour: int(size + 3 * (colour == "red") > 6)) -> Path:
        numbers = random.Random(3)
        lines = ["size,colour,gap,who,y"]
        for row in range(150):
            size = numbers.random() * 10
            colour = "red" if numbers.random() < 0.5 else "blue"
            gap = "" if row % 4 == 0 else str(row)
            lines.append(f"{size:.3f},{colour},{gap},p{row // 10},{label(size, colour)}")
        path = self.folder / "table.csv"
        path.write_text("\n".join(lines) + "\n")
        return path

    def cv(self, *arguments) -> dict:
        result = attempt(MLC, "cv", *arguments, "--json")
        expect_done(result)
        self.shown = [
            shlex.split(line[2:])
            for line in result.stderr.splitlines()
            if line.startswith("$ ")
        ]
        return json.loads(result.stdout)

    def test_figures_are_those_of_the_folds(self):
        kept, answers = self.folder / "kept", self.folder / "oof.jsonl"
        result = self.cv(
            self.table(), "--label-column", "y", "--folds", 3, *FEW,
            "-o", kept, "--predictions", answers,
        )  # fmt: skip
        self.assertEqual(result["rows"], 150)
        self.assertEqual([fold["fold"] for fold in result["folds"]], [1, 2, 3])
        for name, mean in result["mean"].items():
            values = [fold[name] for fold in result["folds"]]
            self.assertAlmostEqual(mean, statistics.mean(values), places=14)
            self.assertAlmostEqual(result["sd"][name], statistics.stdev(values), places=14)
        self.assertIn("f1", result["mean"])
        self.assertIn("loss", result["mean"])
        for number, fold in enumerate(result["folds"], 1):
            files = kept / f"fold-{number}"
            train, _ = read_safetensors(files / "train.safetensors")
            self.assertEqual(train["labels"].shape[0], fold["training_rows"])
            program = kept / "fold-1" / "choosing" / "program"  # All have one width.
            told = attempt(
                program, "eval", "--json", "--data", files / "held-out.safetensors",
                "--weights", files / "weights.safetensors",
            )  # fmt: skip
            told = json.loads(expect_done(told).stdout)
            self.assertEqual({name: fold[name] for name in told}, told)
        # Each row once, in the order of the input, with its label's answer.
        lines = [json.loads(line) for line in answers.read_text().splitlines()]
        self.assertEqual([line["row"] for line in lines], list(range(150)))
        truth = [int(row.rsplit(",", 1)[1]) for row in self.table().read_text().split()[1:]]
        right = sum(line["labels"][0] == label for line, label in zip(lines, truth, strict=True))
        self.assertEqual(right / 150, result["accuracy"])
        confusion = result["confusion_matrix"]
        self.assertEqual(sum(map(sum, confusion)), 150)
        # The commands that were shown do the same.
        weights = kept / "fold-2" / "weights.safetensors"
        before = weights.read_bytes()
        weights.unlink()
        for command in self.shown:
            if "fold-2" in " ".join(command):
                expect_done(attempt(*(MLC if word == "mlc" else word for word in command)))
        self.assertEqual(weights.read_bytes(), before)

    def test_a_fold_is_learned_as_train_learns(self):
        """What is judged is what `mlc train` makes of the other rows: the same
        bits, in two passes and at two rates."""
        path, kept, answers = self.table(), self.folder / "kept", self.folder / "oof.jsonl"
        words = ("--label-column", "y", "--epochs", 10, "--seed", 5, "--select-by", "roc_auc",
                 "--validation", 0.3)  # fmt: skip
        self.cv(path, *words, "--folds", 3, "-o", kept, "--predictions", answers)
        header, *rows = path.read_text().splitlines()
        folds = [json.loads(line)["fold"] for line in answers.read_text().splitlines()]
        for fold in (1, 2, 3):
            others = self.folder / f"others-{fold}.csv"
            rest = [row for row, number in zip(rows, folds, strict=True) if number != fold]
            others.write_text("\n".join([header, *rest]) + "\n")
            made = self.folder / f"made-{fold}"
            expect_done(attempt(MLC, "train", others, *words, "-o", made))
            for name in ("choosing/full-rate", "choosing/weights", "full-rate", "weights"):
                ours, theirs = (
                    read_safetensors(folder / f"{name}.safetensors")[0]
                    for folder in (kept / f"fold-{fold}", made)
                )
                self.assertEqual(ours.keys(), theirs.keys())
                for tensor in ours:
                    self.assertEqual(ours[tensor].data, theirs[tensor].data, (name, tensor))

    def test_threads_change_nothing(self):
        results = [
            self.cv(self.table(), "--label-column", "y", "--folds", 2, "--threads", n, *FEW)
            for n in (1, 3)
        ]
        self.assertEqual(*results)

    def test_what_is_held_out_is_not_learned(self):
        """A row of strange text, and another seed: weights of the fold that has
        it set aside do not know of it."""
        path, kept = self.folder / "texts.csv", self.folder / "kept"
        words = ["good film", "bad film", "dull plot", "fine cast"]

        def weights(strange: int | None) -> list[bytes]:
            lines = ["label,review"]
            for row in range(24):
                text = "never heard of words words" if row == strange else words[row % 4]
                lines.append(f"{row % 2},{text} {row % 5}")
            path.write_text("\n".join(lines) + "\n")
            answers = self.folder / "oof.jsonl"
            self.cv(path, "--folds", 3, *FEW, "-o", kept, "--predictions", answers)
            rows = [json.loads(line) for line in answers.read_text().splitlines()]
            self.fold = rows[7]["fold"] - 1
            return [(kept / f"fold-{n}" / "weights.safetensors").read_bytes() for n in (1, 2, 3)]

        usual, other = weights(None), weights(7)
        self.assertEqual(
            [ours == theirs for ours, theirs in zip(usual, other, strict=True)],
            [number == self.fold for number in range(3)],
        )

    def test_groups_and_repeats(self):
        answers = self.folder / "oof.jsonl"
        result = self.cv(
            self.table(), "--label-column", "y", "--group-column", "who", "--folds", 3,
            "--repeats", 2, *FEW, "--predictions", answers,
        )  # fmt: skip
        self.assertEqual(result["rows"], 300)
        self.assertEqual([fold["repeat"] for fold in result["folds"]], [1, 1, 1, 2, 2, 2])
        folds = [json.loads(line) for line in answers.read_text().splitlines()]
        for repeat in (1, 2):
            rows = [line["fold"] for line in folds if line["repeat"] == repeat]
            for person in range(15):
                self.assertEqual(len(set(rows[10 * person : 10 * person + 10])), 1)
        ways = [[line["fold"] for line in folds if line["repeat"] == n] for n in (1, 2)]
        self.assertNotEqual(*ways)

    def test_quantities_in_their_units(self):
        path = self.table(lambda size, colour: f"{1000 + 100 * size:.1f}")
        result = self.cv(path, "--label-column", "y", "--hidden", 16, "--epochs", 100, "--folds", 3)
        self.assertLess(result["rmse"], 100)
        self.assertGreater(result["r2"], 0.9)
        self.assertAlmostEqual(result["mean"]["rmse"], result["rmse"], delta=20)

    def test_a_model_of_ones_own(self):
        model = self.folder / "model.mlir"
        train = self.folder / "train.st"
        path, label = self.table(), ("--label-column", "y")
        expect_done(attempt(MLC, "data", path, *label, "-o", train))
        expect_done(attempt(MLC, "new", "--data", train, "--linear", "-o", model))
        result = self.cv(path, *label, "--model", model, "--folds", 3, *FEW)
        self.assertEqual(sum(command[:2] == ["mlc", "compile"] for command in self.shown), 1)
        self.assertEqual(result["rows"], 150)
        wrong = ("cv", path, *label, "--ignore", "size", "--folds", 3, *FEW, "--model", model)
        failed = attempt(MLC, *wrong)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("as the data set of --data has", failed.stderr)
        opened = attempt(MLC, "new", "--data", train, "--linear", "--open-sizes")
        model.write_text(expect_done(opened).stdout)
        expect_done(attempt(MLC, *wrong))

    def test_what_is_wrong(self):
        data = self.table()
        before = set(os.listdir(tempfile.gettempdir()))
        for status, message, *arguments in (
            (1, "missing.csv", self.folder / "missing.csv"),
            (2, "--folds: expected", data, "--folds", "1"),
            (2, "--split: is not for mlc cv", data, "--split", "0.1"),
            (2, "--validation: expected a share", data, "--validation", "1"),
            (2, "--seed: expected", data, "--seed", "x"),
            (1, "expected a column \"whom\"", data, "--label-column", "y",
             "--group-column", "whom"),
            (1, "cannot be", data, "--label-column", "y", "--report", self.folder / "no" / "r"),
        ):  # fmt: skip
            with self.subTest(message):
                result = attempt(MLC, "cv", *arguments)
                self.assertEqual(result.returncode, status, result.stderr)
                self.assertIn(message, result.stderr)
        left = {name for name in os.listdir(tempfile.gettempdir()) if name.startswith("mlc-cv-")}
        self.assertEqual(left - before, set())


if __name__ == "__main__":
    unittest.main()
