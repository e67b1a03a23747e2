"""Programs compiled with --sanitize train, evaluate and predict on several
threads without a report, and give the numbers that they give without."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "Integration"))

from integration import MODELS, Program, make_data

ROWS = 41


class Sanitize(unittest.TestCase):
    def run_all(self, program: Program, folder: Path, threads: int) -> tuple[bytes, str]:
        make_data(program.info, ROWS, seed=1).write(folder / "data")
        weights, data = folder / "weights", folder / "data"
        common = ("--threads", threads, "--data", data)
        program.run("train", *common, "-o", weights, "--epochs", 2, "--test", data)
        evaluated = program.run("eval", *common, "--weights", weights, "--json")
        return weights.read_bytes(), evaluated + program.run(
            "predict", *common, "--weights", weights
        )

    def test_programs(self):
        for model in ("logistic", "everything"):
            for sanitizer in ("address", "thread"):
                with self.subTest(model, sanitizer=sanitizer), tempfile.TemporaryDirectory() as at:
                    folder = Path(at)
                    options = ("--sanitize", sanitizer)
                    program = Program.compile(
                        MODELS / f"{model}.mlir", folder / "watched", *options
                    )
                    one = self.run_all(program, folder, threads=1)
                    self.assertEqual(self.run_all(program, folder, threads=3), one)


if __name__ == "__main__":
    unittest.main()
