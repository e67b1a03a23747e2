"""From texts to predictions: all ways from a text to a logit give the same bits.

On the synthetic sample; every model of examples/ that learns from texts runs.
"""

import csv
import json
import lzma
import os
import re
import select
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, REPOSITORY, Program, attempt, expect_done

EXAMPLES = REPOSITORY / "examples"
SAMPLE = EXAMPLES / "imdb-mlp" / "sample"


def sample(part: str) -> list[dict]:
    with lzma.open(SAMPLE / f"{part}.csv.xz", "rt", newline="") as file:
        return list(csv.DictReader(file))


class Text(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.reviews = sample("test")
        # Lines, with what plain text can hold and CSV must quote.
        cls.texts = [row["review"] for row in cls.reviews]
        cls.texts[0] = 'a "quoted", odd <br />line: caf\u00e9 \u0085 &#233;'
        cls.texts[1] = ""
        cls.lines = cls.folder / "lines.txt"
        cls.lines.write_text("".join(text + "\n" for text in cls.texts), encoding="utf-8")
        cls.csv = cls.folder / "test.csv"
        with open(cls.csv, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["label", "rating", "review"])
            for row, text in zip(cls.reviews, cls.texts):
                writer.writerow([row["label"], row["rating"], text])
        cls.weights = cls.folder / "weights"
        cls.train = cls.folder / "train"
        cls.program = cls.learn(
            cls, EXAMPLES / "imdb-mlp" / "model.mlir", cls.train, cls.weights,
            *("--max-features", "1000", "--value", "tfidf", "--normalize", "l2"),
        )

    def learn(self, model, train, weights, *options) -> Program:
        source = SAMPLE / "train.csv.xz"
        expect_done(attempt(MLC, "data", source, *options, "-o", train))
        program = Program.compile(model, self.folder / Path(model).parent.name)
        program.run("train", "--data", train, "--epochs", "1", "-o", weights)
        return program

    def outputs(self, text: str) -> list[dict]:
        return [json.loads(line) for line in text.splitlines()]

    def test_every_way_to_a_logit_gives_the_same_bits(self):
        data = self.folder / "test"
        expect_done(attempt(MLC, "data", self.csv, "--like", self.train, "-o", data))
        found = {}
        for name, source in (("data", data), ("csv", self.csv)):
            predictions = self.folder / f"{name}.jsonl"
            result = self.program.run(
                *("eval", "--weights", self.weights, "--data", source, "--json"),
                *("--predictions", predictions),
            )
            found[f"eval {name}"] = predictions.read_text()
            found[f"result {name}"] = result
            found[f"predict {name}"] = self.program.run(
                "predict", "--weights", self.weights, "--data", source, "--json"
            )
        self.assertEqual(found["result data"], found["result csv"])
        for threads in (1, 2):
            found[f"text, {threads} threads"] = self.program.run(
                *("predict", "--weights", self.weights, "--text", self.lines),
                *("--threads", threads),
            )
        with open(self.lines) as lines:
            piped = self.program.attempt(
                "predict", "--weights", self.weights, "--text", stdin=lines
            )
        found["text from stdin"] = expect_done(piped).stdout
        expected = found["eval data"]
        self.assertEqual(len(self.outputs(expected)), len(self.texts))
        for way, output in found.items():
            if not way.startswith("result"):
                with self.subTest(way):
                    self.assertTrue(output == expected)
        # And a text alone gives what it gives among others.
        for row in (0, 1, 2, 500, 999):
            alone = attempt(
                *(self.program.path, "predict", "--weights", self.weights, "--text"),
                input=self.texts[row] + "\n", encoding="utf-8",
            )
            (answer,) = self.outputs(expect_done(alone).stdout)
            self.assertEqual(answer | {"row": row}, self.outputs(expected)[row])

    def test_accuracy_is_that_of_the_predictions(self):
        predictions = self.folder / "p.jsonl"
        result = json.loads(self.program.run(
            *("eval", "--weights", self.weights, "--data", self.csv, "--json"),
            *("--predictions", predictions),
        ))
        right = sum(
            answer["labels"] == [int(row["label"])]
            for answer, row in zip(self.outputs(predictions.read_text()), self.reviews)
        )
        self.assertEqual(result["accuracy"], right / len(self.reviews))
        self.assertGreater(result["accuracy"], 0.8)

    def test_a_typed_line_is_answered_at_once(self):
        command = [self.program.path, "predict", "--weights", self.weights, "--text"]
        process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for row in range(3):
            process.stdin.write(f"{self.texts[row + 2]}\n".encode())
            process.stdin.flush()
            self.assertTrue(select.select([process.stdout], [], [], 60)[0], "no answer")
            self.assertEqual(json.loads(process.stdout.readline())["row"], row)
        process.stdin.close()
        self.assertEqual(process.stdout.read(), b"")
        self.assertEqual(process.wait(), 0)
        process.stdout.close()

    def test_ratings_come_back_as_stars(self):
        train, weights = self.folder / "stars", self.folder / "stars-weights"
        program = self.learn(
            EXAMPLES / "imdb-ratings" / "model.mlir", train, weights,
            *("--labels", "stars", "--label-column", "rating", "--ngrams", "1..2"),
            *("--max-features", "20000", "--value", "tfidf", "--normalize", "l2"),
        )
        stars = [1, 2, 3, 4, 7, 8, 9, 10]
        answers = self.outputs(
            program.run("predict", "--weights", weights, "--text", self.lines)
        )
        for answer in answers:
            self.assertEqual(answer["score"], stars[answer["class"]])
        result = json.loads(program.run(
            *("eval", "--weights", weights, "--data", self.csv),
            *("--label-column", "rating", "--json"),
        ))
        right = sum(
            answer["score"] == int(row["rating"])
            for answer, row in zip(answers, self.reviews)
        )
        self.assertEqual(result["accuracy"], right / len(self.reviews))

    def test_what_cannot_be_done(self):
        counts = self.folder / "counts"
        expect_done(attempt(
            *(MLC, "data", SAMPLE / "train.feat.xz", "--positive-from", "7"),
            *("--max-features", "1000", "-o", counts),
        ))
        other = self.folder / "other"
        self.program.run("train", "--data", counts, "--epochs", "1", "-o", other)
        bad = self.folder / "bad.txt"
        bad.write_bytes(b"good\nb\xe9d\n")
        for message, *arguments in (
            ("knows no words", "predict", "--weights", other, "--text", self.lines),
            ("expected LIBSVM text", "eval", "--weights", other, "--data", self.csv),
            ("expected texts", "eval", "--weights", self.weights, "--data",
             SAMPLE / "test.feat.xz"),
            ("bad.txt:2:2: expected UTF-8", "predict", "--weights", self.weights, "--text", bad),
            ("no vectori[sz]er", "predict", "--weights",
             self.without_vectorizer(), "--text", self.lines),
            ("empty", "predict", "--weights", self.weights, "--text", "/dev/null"),
        ):
            with self.subTest(message):
                result = self.program.attempt(*arguments)
                self.assertEqual(result.returncode, 1, result.stderr)
                self.assertRegex(result.stderr, message)
        result = self.program.attempt("predict", "--weights", self.weights)
        self.assertEqual(result.returncode, 2)
        replaced = self.program.run(
            "predict", "--weights", self.weights, "--text", bad, "--replace-invalid"
        )
        self.assertEqual(len(self.outputs(replaced)), 2)

    def without_vectorizer(self) -> Path:
        """The same weights, trained as if no `mlc data` had made the data."""
        path = self.folder / "bare"
        raw = self.weights.read_bytes()
        bare, count = re.subn(rb'"vectorizer":', b'"vectorizex":', raw, count=1)
        self.assertEqual(count, 1)
        bare = re.sub(rb'"xxh3(["/])', rb'"none\1', bare)  # no seal either
        path.write_bytes(bare)
        return path


if __name__ == "__main__":
    unittest.main()
