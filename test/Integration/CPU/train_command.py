"""`mlc train`: from files to a program that answers, in one command whose steps
are shown and can be run again."""

import json
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, attempt, expect_done, read_safetensors

FILES = {
    "metrics.jsonl",
    "model.mlir",
    "program",
    "report.html",
    "train.safetensors",
    "weights.safetensors",
    "weights.safetensors.run.json",
}
KINDS = {
    "billing": ["the invoice is wrong", "charged twice this month", "refund my payment"],
    "praise": ["great service thank you", "i love this product", "wonderful support team"],
    "technical": ["the app crashes at start", "cannot log in today", "screen stays black"],
}


class TrainCommand(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.made = self.folder / "made"

    def write(self, name: str, lines: list[str]) -> Path:
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n")
        return path

    def tickets(self, name: str = "tickets.csv", seed: int = 0, rows: int = 60) -> Path:
        numbers = random.Random(seed)
        lines = ["label,text"]
        for number in range(rows):
            label = list(KINDS)[number % 3]
            text = KINDS[label][int(numbers.random() * 3)]
            lines.append(f"{label},{text} {int(numbers.random() * 9)}")
        return self.write(name, lines)

    def train(self, *arguments) -> list[list[str]]:
        """The commands that were shown."""
        result = attempt(MLC, "train", *arguments, "-o", self.made)
        expect_done(result)
        return [
            shlex.split(line[2:])
            for line in result.stderr.splitlines()
            if line.startswith("$ ")
        ]

    def ask(self, *arguments, text: str = "") -> list[dict]:
        result = subprocess.run(
            [self.made / "program", "predict", "--weights", self.made / "weights.safetensors"]
            + [str(argument) for argument in arguments],
            input=text,
            capture_output=True,
            text=True,
        )
        expect_done(result)
        return [json.loads(line) for line in result.stdout.splitlines()]

    def inputs_of_server(self) -> set[str]:
        """The names of what `serve` wants to be sent."""
        weights = self.made / "weights.safetensors"
        command = [self.made / "program", "serve", "--weights", weights, "--port", "0"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
            try:
                address = re.search(r"http://[0-9.:]+", server.stderr.readline())
                with urllib.request.urlopen(f"{address[0]}/v2/models/model") as reply:
                    return {tensor["name"] for tensor in json.load(reply)["inputs"]}
            finally:
                server.terminate()
                server.communicate()

    def test_texts(self):
        commands = self.train(self.tickets(rows=180))
        first, second = self.made / "choosing/program", self.made / "program"
        self.assertEqual(
            [command[:2] for command in commands],
            [
                ["mlc", "data"],
                ["mlc", "new"],
                ["mlc", "compile"],
                [str(first), "train"],
                [str(first), "eval"],
                ["mlc", "data"],
                ["mlc", "new"],
                ["mlc", "compile"],
                [str(second), "train"],
            ],
        )
        self.assertEqual(set(os.listdir(self.made)), FILES | {"choosing"})
        # As long as was best, from all rows.
        metrics = (self.made / "choosing/metrics.jsonl").read_text()
        epochs = [json.loads(line) for line in metrics.splitlines()]
        best = min(epochs, key=lambda epoch: epoch["test_loss"])["epoch"]
        last = commands[-1]
        self.assertEqual(last[last.index("--epochs") + 1], str(best))
        self.assertEqual(len(read_safetensors(self.made / "train.safetensors")[0]["labels"].data), 180)
        answers = self.ask("--text", text="a wrong invoice\ni love it\nit crashes\n")
        self.assertEqual([answer["label"] for answer in answers], list(KINDS))
        # The commands alone do the same.
        weights = self.made / "weights.safetensors"
        before = weights.read_bytes()
        weights.unlink()
        for command in commands:
            expect_done(attempt(*(MLC if word == "mlc" else word for word in command)))
        self.assertEqual(weights.read_bytes(), before)

    def test_few_rows(self):
        """Four rows that are set aside would choose by chance: an epoch after which
        nothing is learned, as often as not."""
        result = attempt(MLC, "train", self.tickets(rows=20), "-o", self.made)
        expect_done(result)
        self.assertIn("rows that are set aside are too few", result.stderr)
        self.assertNotIn("--best", result.stderr)
        self.assertNotIn("--patience", result.stderr)
        answers = self.ask("--text", text="a wrong invoice\ni love it\nmy screen is black\n")
        self.assertEqual([answer["label"] for answer in answers], list(KINDS))
        for answer in answers:
            self.assertGreater(max(answer["probabilities"]), 0.4)

    def test_rows_that_choose(self):
        other = self.tickets("other.csv", seed=3)
        commands = self.train(
            *(self.tickets(), "--validation", other, "--epochs", "3", "--test"),
            self.tickets("test.csv", seed=5),
        )
        rows = {
            name: len(read_safetensors(self.made / name)[0]["labels"].data)
            for name in ("choosing/train.safetensors", "choosing/validation.safetensors",
                         "train.safetensors", "test.safetensors")  # fmt: skip
        }
        self.assertEqual(list(rows.values()), [60, 60, 120, 60])
        self.assertEqual(commands[-1][:2], [str(self.made / "program"), "eval"])

    def test_a_threshold(self):
        """Chosen by the rows that are set aside, then kept by what learns from all."""
        numbers = random.Random(7)
        lines = ["label,x,y"]
        for _ in range(400):
            x, y = numbers.gauss(0, 1), numbers.gauss(0, 1)
            lines.append(f"{'yes' if x + y + numbers.gauss(0, 1) > 1.5 else 'no'},{x:.4f},{y:.4f}")
        table = self.write("t.csv", lines)
        commands = self.train(table, "--threshold", "f1", "--epochs", 5)
        calibrated, _ = self.decision("choosing/calibrated.safetensors")
        kept, learned = self.decision("weights.safetensors")
        self.assertEqual(kept, calibrated)
        self.assertNotIn("threshold", read_safetensors(self.made / "choosing/weights.safetensors")[1])
        # What was set aside has been learned since, as has the table.
        self.assertEqual(len(learned.split(",")), 2)
        for rows in (self.made / "choosing/validation.safetensors", table,
                     self.made / "train.safetensors"):  # fmt: skip
            result = self.calibrate(rows)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn("was trained on these rows", result.stderr)
            self.assertIn("--threshold", result.stderr)
        expect_done(self.calibrate(self.write("others.csv", [lines[0], *lines[:100:-1]])))
        # The first pass has not learned them.
        choosing = self.made / "choosing"
        expect_done(self.calibrate(choosing / "validation.safetensors", choosing))
        self.assertEqual(self.calibrate(table, choosing).returncode, 1)
        answers = self.ask("--json", "--data", table)
        for answer in answers:
            is_yes = answer["probabilities"][0] >= float(kept[1])
            self.assertEqual(answer["label"], "yes" if is_yes else "no")
        before = (self.made / "weights.safetensors").read_bytes()
        (self.made / "weights.safetensors").unlink()
        for command in commands:
            expect_done(attempt(*(MLC if word == "mlc" else word for word in command)))
        self.assertEqual((self.made / "weights.safetensors").read_bytes(), before)

    def decision(self, name: str) -> tuple:
        """Temperature and threshold of weights, and what they also learned."""
        stored = read_safetensors(self.made / name)[1]
        return (stored["temperature"], stored["threshold"]), stored["also_learned"]

    def calibrate(self, rows: Path, folder: Path | None = None):
        return attempt((folder or self.made) / "program", "calibrate", "--data", rows, "--weights",
                       (folder or self.made) / "weights.safetensors", "-o", self.folder / "c")  # fmt: skip

    def test_rows_of_their_own_are_learned_too(self):
        other = self.tickets("other.csv", seed=3)
        self.train(self.tickets(), "--validation", other, "--epochs", "3", "--calibrate")
        self.assertEqual(self.calibrate(other).returncode, 1)
        expect_done(self.calibrate(other, self.made / "choosing"))
        stored = read_safetensors(self.made / "weights.safetensors")[1]
        self.assertNotIn("threshold", stored)
        calibrated = read_safetensors(self.made / "choosing/calibrated.safetensors")[1]
        self.assertEqual(stored["temperature"], calibrated["temperature"])

    def test_a_temperature_without_a_second_pass(self):
        commands = self.train(self.tickets(), "--no-refit", "--epochs", "4", "--calibrate")
        self.assertEqual(
            set(os.listdir(self.made)),
            FILES | {"validation.safetensors", "calibrated.safetensors",
                     "calibrated.safetensors.run.json"},
        )
        self.assertEqual(commands[-1][:2], [str(self.made / "program"), "calibrate"])

    def test_no_second_pass(self):
        commands = self.train(self.tickets(), "--no-refit", "--epochs", "4")
        self.assertEqual(set(os.listdir(self.made)), FILES | {"validation.safetensors"})
        self.assertEqual(commands[-1][:2], [str(self.made / "program"), "eval"])

    def test_quiet(self):
        result = attempt(MLC, "train", self.tickets(), "--epochs", "2", "-q", "-o", self.made)
        expect_done(result)
        self.assertEqual(result.stderr, "")
        self.assertTrue(result.stdout.startswith("loss "), result.stdout)
        self.assertNotIn("epoch", result.stdout)

    def test_a_table(self):
        numbers = random.Random(1)
        lines = ["size,colour,kind,price"]
        for _ in range(200):
            size = numbers.random() * 10
            colour = "red" if numbers.random() < 0.5 else "blue"
            price = 100 * size + (500 if colour == "red" else 0)
            lines.append(f"{size:.3f},{colour},{'xyz'[int(numbers.random() * 3)]},{price:.1f}")
        self.train(self.write("t.csv", lines), "--label-column", "price", "--hidden", "32")
        rows = self.write("rows.csv", ["colour,size,kind", "red,5,x", "blue,5,y"])
        red, blue = (answer["label"] for answer in self.ask("--json", "--data", rows))
        self.assertLess(abs(red - 1000), 150)
        self.assertLess(abs(blue - 500), 150)
        self.assertEqual(self.inputs_of_server(), {"size", "colour", "kind"})
        # The model's own schedule changes the rate, and runs to its end.
        self.assertFalse((self.made / "choosing/full-rate.jsonl").exists())
        epochs = (self.made / "choosing/metrics.jsonl").read_text().splitlines()
        self.assertEqual(len(epochs), 100)

    def test_layers_normalised_by_batches(self):
        lines = [f"{i % 7},{i * 5 % 11},{'yes' if i % 7 > 3 else 'no'}" for i in range(150)]
        self.train(self.write("t.csv", ["a,b,label", *lines]), "--batch-norm", "--hidden", "8",
                   "--epochs", 20)  # fmt: skip
        weights, _ = read_safetensors(self.made / "weights.safetensors")
        self.assertEqual(
            {name for name in weights if "1." in name},
            {"layer1.weight", "norm1.weight", "norm1.bias", "norm1.running_mean",
             "norm1.running_var"},
        )  # fmt: skip
        self.assertNotEqual(list(weights["norm1.running_mean"].data), [0.0] * 8)
        rows = self.write("rows.csv", ["a,b", "6,1", "0,1"])
        answers = [answer["label"] for answer in self.ask("--json", "--data", rows)]
        self.assertEqual(answers, ["yes", "no"])

    def test_a_model_and_a_data_set_of_ones_own(self):
        train, model = self.folder / "train.st", self.folder / "own.mlir"
        expect_done(attempt(MLC, "data", self.tickets(), "-o", train))
        expect_done(attempt(MLC, "new", "--data", train, "--hidden", 5, "-o", model))
        commands = self.train("--data", train, "--model", model, "--epochs", 3, "--select-by", "f1")
        trains = [command for command in commands if command[1] == "train"]
        for command in trains:
            self.assertEqual(command[command.index("--data") + 1], str(train))
        first = trains[0]
        self.assertEqual(first[first.index("--validation") + 1], "0.2")
        self.assertEqual(first[first.index("--select-by") + 1], "f1")
        weights, _ = read_safetensors(self.made / "weights.safetensors")
        self.assertEqual(weights["layer1.weight"].shape[1], 5)
        made = set(os.listdir(self.made))
        self.assertEqual(made, FILES - {"train.safetensors"} | {"choosing"})

    def test_a_test_set(self):
        commands = self.train(self.tickets(), "--test", self.tickets("test.csv", seed=5))
        self.assertEqual(set(os.listdir(self.made)), FILES | {"test.safetensors"})
        learn = next(command for command in commands if command[1] == "train")
        self.assertNotIn("--best", learn)

    def test_several_labels(self):
        lines = [
            " ".join(f"__label__{word}" for word in words) + " w " + " ".join(words)
            for words in (["cat"], ["dog"], ["cat", "dog"], ["cow"]) * 15
        ]
        self.train(self.write("x.txt", lines), "--labels", "several")
        answers = self.ask("--text", text="w cat\nw cat dog\n")
        self.assertEqual([answer["label"] for answer in answers], [["cat"], ["cat", "dog"]])

    def test_what_is_wrong(self):
        data = self.tickets()
        amounts = self.write("amounts.csv", ["x,y", *(f"{n},{n * n}" for n in range(60))])
        for status, message, *arguments in (
            (1, "missing.csv", self.folder / "missing.csv"),
            (1, "expected a column", data, "--text-column", "none"),
            (2, "--split: is not for mlc train", data, "--split", "0.1"),
            (2, "--labels", data, "--labels", "words"),
            (2, "not expected", data, "--frobnicate"),
            (2, "--validation: expected a share", data, "--validation", "1"),
            (2, "--epochs: expected a number", data, "--epochs", "some"),
            (2, "--learning-rate: expected a number", data, "--learning-rate", "-1"),
            (2, "--data takes the place of inputs", data, "--data", data),
            (2, "--validation: expected a share beside", "--data", data, "--validation", data),
            (2, "--model", data, "--model", data, "--hidden", "3"),
            (2, "--threshold: chosen by the rows that are set aside, but none are", data,
             "--validation", "0", "--threshold", "f1"),
            (2, "--calibrate: chosen by", "--data", data, "--calibrate"),
            (2, "--threshold: expected", data, "--threshold", "most"),
            (2, "--threshold: expected a probability", data, "--threshold", "1.5"),
            (2, "--threshold: decides between two classes, but the labels have 3", data,
             "--threshold", "f1"),
            (2, "--calibrate: the labels are quantities", amounts, "--label-column", "y",
             "--calibrate"),
        ):
            with self.subTest(message):
                result = attempt(MLC, "train", *arguments, "-o", self.made)
                self.assertEqual(result.returncode, status, result.stderr)
                self.assertIn(message, result.stderr)
                self.assertFalse(self.made.exists())
        result = attempt(MLC, "trian", data)
        self.assertEqual(result.returncode, 2)
        self.assertIn("did you mean 'train'?", result.stderr)


if __name__ == "__main__":
    unittest.main()
