"""Every example's run.sh, on the synthetic sample, from the data to the accuracy."""

import json
import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, REPOSITORY, attempt, expect_done

EXAMPLES = sorted((REPOSITORY / "examples").glob("*/run.sh"))


class Examples(unittest.TestCase):
    def test_run_scripts(self):
        self.assertGreaterEqual(len(EXAMPLES), 4)
        for script in EXAMPLES:
            name = script.parent.name
            with self.subTest(name), tempfile.TemporaryDirectory() as out:
                # Asks its server once, and ends it.
                more = ["--check", "--port", "0"] if name in ("serve", "imdb-tiny") else []
                result = attempt(script, "--out", out, *more, env=os.environ | {"MLC": MLC})
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                self.assertRegex(
                    result.stdout, r"(?m)^loss \S+  (accuracy|rmse) .* 1000 rows$"
                )
                self.assertTrue(any(Path(out).glob("weights*.safetensors")))
                if name == "embed":
                    self.expect_the_same_answers(result.stdout, Path(out))
                if name == "imdb-tiny":
                    self.expect_a_small_model_that_explains(result.stdout, Path(out))

    def expect_a_small_model_that_explains(self, printed: str, out: Path):
        small = [(out / "small" / name).stat().st_size for name in ("model.mlir", "weights.xz")]
        self.assertLessEqual(sum(small), 10_000)
        self.assertIn(f"the model: {sum(small)} bytes", printed)
        answer = next(line for line in printed.splitlines() if line.startswith('{"model_name"'))
        told = json.loads(answer)["explanations"][0]
        self.assertTrue(any(word["known"] for word in told["words"]))
        parts = sum(word["part"] for word in told["words"])
        self.assertAlmostEqual(told["baseline"] + parts, told["score"], places=4)

    def expect_the_same_answers(self, printed: str, out: Path):
        """C and Python print the probabilities of the program itself."""
        answers = printed.splitlines()[-4:]
        told = expect_done(attempt(
            out / "embed", "predict", "--weights", out / "weights.safetensors",
            "--text", out / "lines.txt",
        )).stdout.splitlines()
        expected = [f"{json.loads(line)['probabilities'][0]:.6f}" for line in told]
        self.assertEqual(answers, expected * 2)
        self.assertNotEqual(*expected)

    def test_wrong_folders(self):
        with tempfile.TemporaryDirectory() as folder:
            for script in EXAMPLES:
                with self.subTest(script.parent.name):
                    result = attempt(
                        script, "--out", folder, "--data", folder,
                        env=os.environ | {"MLC": MLC},
                    )
                    self.assertEqual(result.returncode, 1)
                    self.assertIn("give the folder of the IMDB data set", result.stderr)


if __name__ == "__main__":
    unittest.main()
