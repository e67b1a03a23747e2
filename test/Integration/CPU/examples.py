"""Every example's run.sh, on the synthetic sample, from the data to the accuracy."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, REPOSITORY, attempt

EXAMPLES = sorted((REPOSITORY / "examples").glob("*/run.sh"))


class Examples(unittest.TestCase):
    def test_run_scripts(self):
        self.assertGreaterEqual(len(EXAMPLES), 4)
        for script in EXAMPLES:
            name = script.parent.name
            with self.subTest(name), tempfile.TemporaryDirectory() as out:
                result = attempt(script, "--out", out, env=os.environ | {"MLC": MLC})
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                self.assertRegex(
                    result.stdout, r"(?m)^loss \S+  (accuracy|rmse) .* 1000 rows$"
                )
                self.assertTrue((Path(out) / "weights.safetensors").exists())

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
