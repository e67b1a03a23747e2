"""The examples on the real reviews: test accuracy, after each epoch and by eval.

The data set is found through MLC_IMDB_DATA, or else in ../shared/data/imdb
beside the repository; the tests are skipped where it is missing.
"""

import json
import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, REPOSITORY, Program, attempt, expect_done, read_metrics

IMDB = Path(
    os.environ.get("MLC_IMDB_DATA", REPOSITORY.parent / "shared" / "data" / "imdb")
)
EXAMPLES = REPOSITORY / "examples"
EXAMPLE = EXAMPLES / "imdb-mlp"


@unittest.skipUnless(
    (IMDB / "train.labeledBow.feat.xz").exists(),
    f"no IMDB reviews in {IMDB}; set MLC_IMDB_DATA",
)
class Imdb(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def accuracies(self, model: str, features: tuple, *training) -> list[float]:
        """Of the test set after each epoch; eval must repeat the last."""
        train, test, weights, metrics = (
            self.folder / name for name in ("train", "test", "weights", "metrics")
        )
        source, other = (IMDB / f"{part}.labeledBow.feat.xz" for part in ("train", "test"))
        learned = ("--positive-from", "7", "--max-features", "1000", *features)
        expect_done(attempt(MLC, "data", source, *learned, "-o", train))
        expect_done(attempt(MLC, "data", other, "--like", train, "-o", test))
        program = Program.compile(EXAMPLE / model, self.folder / "program")
        program.run(
            *("train", "--data", train, "--test", test, *training),
            *("--metrics", metrics, "-o", weights),
        )
        epochs = [line["test_accuracy"] for line in read_metrics(metrics)[1]]
        result = program.run("eval", "--data", test, "--weights", weights, "--json")
        self.assertEqual(json.loads(result)["accuracy"], epochs[-1])
        return epochs

    def test_binary_words(self):
        epochs = self.accuracies("model.mlir", ("--value", "binary"), "--epochs", "5")
        self.assertEqual(len(epochs), 5)
        self.assertGreaterEqual(min(epochs), 0.850)

    def test_dropout_on_normalized_words(self):
        features = ("--value", "log", "--normalize", "l2")
        self.assertGreaterEqual(self.accuracies("model-dropout.mlir", features)[-1], 0.862)


@unittest.skipUnless(
    (IMDB / "train.csv.xz").exists(),
    f"no IMDB reviews in {IMDB}; set MLC_IMDB_DATA",
)
class ImdbTexts(unittest.TestCase):
    """From the raw texts; eval reads them again and must repeat the last epoch."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def last(self, model: Path, features: str, labels: str | None = None) -> float:
        train, test, weights, metrics = (
            self.folder / name for name in ("train", "test", "weights", "metrics")
        )

        def source(part: str) -> list:
            file = IMDB / f"{part}.meta.csv.xz"
            stars = ["--labels-file", file, "--label-column", "rating"]
            return [IMDB / f"{part}.csv.xz", *(stars if labels else [])]

        learned = [*features.split(), *(["--labels", labels] if labels else [])]
        expect_done(attempt(MLC, "data", *source("train"), *learned, "-o", train))
        expect_done(attempt(MLC, "data", *source("test"), "--like", train, "-o", test))
        program = Program.compile(model, self.folder / "program")
        program.run(
            *("train", "--data", train, "--test", test),
            *("--metrics", metrics, "-o", weights),
        )
        measure = "rmse" if labels == "numbers" else "accuracy"
        last = read_metrics(metrics)[1][-1][f"test_{measure}"]
        result = program.run(
            "eval", "--weights", weights, "--json", "--data", *source("test")
        )
        self.assertEqual(json.loads(result)[measure], last)
        return last

    def test_words(self):
        features = "--max-features 1000 --value binary"
        self.assertGreaterEqual(self.last(EXAMPLE / "model.mlir", features), 0.854)

    def test_most_telling_words_and_pairs(self):
        features = "--ngrams 1..2 --select linear --max-features 1000 --value log --normalize l2"
        self.assertGreaterEqual(self.last(EXAMPLE / "model-dropout.mlir", features), 0.888)

    def test_bigrams(self):
        features = "--ngrams 1..3 --min-df 2 --select chi2 --max-features 300000"
        model = EXAMPLES / "imdb-bigrams" / "model.mlir"
        self.assertGreaterEqual(
            self.last(model, features + " --value tfidf --normalize l2"), 0.913
        )

    def test_stars_as_numbers_and_classes(self):
        features = "--ngrams 1..2 --min-df 2 --select chi2 --value tfidf --normalize l2"
        for name, width, kind in (
            ("imdb-stars", "50000", "numbers"),
            ("imdb-ratings", "20000", "stars"),
        ):
            with self.subTest(name):
                found = self.last(
                    EXAMPLES / name / "model.mlir", f"{features} --max-features {width}", kind
                )
                if kind == "numbers":
                    self.assertLess(found, 1.91)
                else:
                    self.assertGreater(found, 0.46)


if __name__ == "__main__":
    unittest.main()
