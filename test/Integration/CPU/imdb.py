"""The example on the real reviews: test accuracy, after each epoch and by eval.

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
EXAMPLE = REPOSITORY / "examples" / "imdb-mlp"


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


if __name__ == "__main__":
    unittest.main()
