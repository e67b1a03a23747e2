"""What tests of `mlc compress` share: reviews of few words, a teacher that learned
them, and what the smaller model answers by its own folder alone."""

import json
import math
import random
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, Program, attempt, csr_of, expect_done, read_safetensors

GOOD = ["lovely", "superb", "brilliant", "moving"]
BAD = ["awful", "dull", "tedious", "weak"]
OTHERS = [f"word{number}" for number in range(60)]
KEPT = 12


def review(numbers: random.Random, label: int) -> str:
    own, other = (GOOD, BAD) if label else (BAD, GOOD)
    words = [numbers.choice(OTHERS) for _ in range(8)]
    words += [numbers.choice(own) for _ in range(2)]
    if numbers.random() < 0.3:
        words.append(numbers.choice(other))
    numbers.shuffle(words)
    return " ".join(words)


class CompressTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.shared = Path(cls.temporary.name)
        numbers = random.Random(7)
        lines = ["label,review"]
        lines += [f"{row % 2},{review(numbers, row % 2)}" for row in range(400)]
        cls.texts = cls.shared / "texts.csv"
        cls.texts.write_text("\n".join(lines) + "\n")
        cls.data = cls.shared / "train.safetensors"
        cls.model = cls.shared / "model.mlir"
        cls.weights = cls.shared / "weights.safetensors"
        form = ("--value", "tfidf", "--normalize", "l2")
        expect_done(attempt(MLC, "data", cls.texts, *form, "-o", cls.data))
        new = ("new", "--data", cls.data, "--hidden", 8, "-o", cls.model)
        expect_done(attempt(MLC, *new))
        # A few epochs do.
        text = cls.model.read_text()
        cls.model.write_text(text[: text.rindex("epochs(")] + "epochs(6)\n}\n")
        cls.teacher = Program.compile(cls.model, cls.shared / "teacher")
        cls.teacher.run("train", "--data", cls.data, "-o", cls.weights)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compress(self, *options, data=None, weights=None, epochs=12):
        return attempt(
            MLC, "compress", self.model, "--weights", weights or self.weights,
            "--data", data or self.data, "-o", self.folder / "small", "--epochs", epochs,
            "--learning-rate", 0.02, *options,
        )  # fmt: skip

    def emptied(self) -> Path:
        """The folder, for the next one."""
        small = self.folder / "small"
        for path in small.iterdir():
            path.unlink()
        small.rmdir()
        return small

    def chosen(self) -> list[str]:
        """The features of the highest score, by the formula."""
        tensors, _ = read_safetensors(self.data)
        weights, _ = read_safetensors(self.weights)
        words = tensors["vocabulary"].data.tobytes().decode().split()
        first = weights["layer1.weight"]
        units = first.shape[1]
        squares = [0.0] * len(words)
        _, indices, values = csr_of(tensors)
        for column, value in zip(indices, values, strict=True):
            squares[column] += value * value
        scores = [
            math.sqrt(sum(w * w for w in first.data[units * at : units * (at + 1)]) * squares[at])
            for at in range(len(words))
        ]
        order = sorted(range(len(words)), key=lambda at: -scores[at])
        return [words[at] for at in sorted(order[:KEPT])]

    def check_answers(self, small: Path, weights: Path, tensors: dict, metadata: dict):
        """From texts, by the folder alone: the formula in f64."""
        words = tensors["vocabulary"].data.tobytes().decode().split()
        self.assertEqual(words, self.chosen())
        documents = json.loads(metadata["vectorizer"])["documents"]
        frequencies = tensors["vectorizer.df"].data
        program = Program.compile(small / "model.mlir", self.folder / "program")
        texts = [line.split(",")[1] for line in self.texts.read_text().splitlines()[1:30]]
        texts.append("nothing known")
        source = self.folder / "asked"
        source.write_text("\n".join(texts) + "\n")
        answers = program.run("predict", "--weights", weights, "--text", source)
        source.unlink()
        program.path.unlink()
        for text, line in zip(texts, answers.splitlines(), strict=True):
            row = [0.0] * KEPT
            for word in text.split():
                if word in words:
                    at = words.index(word)
                    row[at] += math.log((1 + documents) / (1 + frequencies[at])) + 1
            length = math.sqrt(sum(x * x for x in row)) or 1
            hidden = list(tensors["layer1.bias"].data)
            for at in range(KEPT):
                for unit in range(2):
                    hidden[unit] += row[at] / length * tensors["layer1.weight"].data[2 * at + unit]
            logit = tensors["layer2.bias"].data[0]
            for unit in range(2):
                logit += max(hidden[unit], 0) * tensors["layer2.weight"].data[unit]
            self.assertAlmostEqual(json.loads(line)["outputs"][0], logit, delta=1e-5)
