"""Kernels on the emulated GPU against the f64 reference, step by step.

`mlc run --check` allows each number the distance that rounding explains.
"""

import os
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from gpu import EXAMPLES, FAKE, emulate_kernels
from integration import (
    MLC, MODELS, Program, attempt, make_data, make_weights, write_weights,
)

MOST_FEATURES = 70_001  # more than 16 bits count
EXAMPLE_BATCH = 5  # full ones take minutes here
PROCESSORS = 16  # whose shared memory the shards of the small examples fit


class Reference(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def check(self, text: str, density: float = 0.2, kernels_of: str | None = None):
        """Runs a model whose kernels are those of another one, if one is given."""
        model, other = self.folder / "model.mlir", self.folder / "other.mlir"
        model.write_text(text)
        other.write_text(kernels_of or text)
        kernels, data, start = (self.folder / name for name in ("k.so", "data", "init"))
        emulate_kernels(other, kernels)
        program = Program.compile(model, self.folder / "program")
        make_data(program.info, program.info["batch"] + 3, 5, density).write(data)
        write_weights(start, make_weights(program.info, 6))
        driver = {
            "MLC_CUDA_LIBRARY": str(FAKE),
            "MLC_EMULATED_KERNELS": str(kernels),
            "MLC_FAKE_CUDA": f"processors={PROCESSORS}",
        }
        return attempt(
            *(MLC, "run", model, "--check", "--device", "cuda", "--threads", 1),
            *("--data", data, "--init", start, "--steps", 2),
            env={**os.environ, **driver},
        )

    def expect_agreement(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("agrees with the reference in 2 steps", result.stdout)

    def test_every_model_agrees(self):
        models = sorted(MODELS.glob("*.mlir"))
        self.assertGreaterEqual(len(models), 7)
        for model in models:
            with self.subTest(model.name):
                self.expect_agreement(self.check(model.read_text()))

    def test_every_example_agrees(self):
        self.assertGreaterEqual(len(EXAMPLES), 5)
        for model in EXAMPLES:
            text = re.sub(r"batch\(\d+\)", f"batch({EXAMPLE_BATCH})", model.read_text())
            text = text.replace("300000x", f"{MOST_FEATURES}x")
            with self.subTest(f"{model.parent.name}/{model.name}"):
                self.expect_agreement(self.check(text, density=0.001))

    def test_a_planted_difference_is_seen(self):
        text = (MODELS / "regression.mlir").read_text()
        planted = text.replace("momentum = 0.9", "momentum = 0.8")
        self.assertNotEqual(text, planted)
        result = self.check(text, kernels_of=planted)
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn("compiled code differs", result.stderr)


if __name__ == "__main__":
    unittest.main()
