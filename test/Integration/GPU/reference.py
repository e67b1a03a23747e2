"""Kernels on the emulated GPU against the f64 reference, step by step.

`mlc run --check` allows each number the distance that rounding explains.
"""

import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from gpu import FAKE, emulate_kernels
from integration import (
    MLC, MODELS, Program, attempt, make_data, make_weights, write_weights,
)


class Reference(unittest.TestCase):
    def check(self, model: Path, folder: Path):
        kernels, data, start = folder / "k.so", folder / "data", folder / "init"
        emulate_kernels(model, kernels)
        program = Program.compile(model, folder / "program")
        make_data(program.info, program.info["batch"] + 3, 5).write(data)
        write_weights(start, make_weights(program.info, 6))
        driver = {"MLC_CUDA_LIBRARY": str(FAKE), "MLC_EMULATED_KERNELS": str(kernels)}
        return attempt(
            *(MLC, "run", model, "--check", "--device", "cuda", "--threads", 1),
            *("--data", data, "--init", start, "--steps", 2),
            env={**os.environ, **driver},
        )

    def test_every_model_agrees(self):
        for model in sorted(MODELS.glob("*.mlir")):
            with self.subTest(model.name), tempfile.TemporaryDirectory() as folder:
                result = self.check(model, Path(folder))
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertIn("agrees with the reference in 2 steps", result.stdout)

    def test_a_planted_difference_is_seen(self):
        text = (MODELS / "regression.mlir").read_text()
        with tempfile.TemporaryDirectory() as folder:
            model, other = Path(folder) / "model.mlir", Path(folder) / "other.mlir"
            model.write_text(text)
            other.write_text(text.replace("momentum = 0.9", "momentum = 0.8"))
            original = emulate_kernels
            globals()["emulate_kernels"] = lambda _, path: original(other, path)
            try:
                result = self.check(model, Path(folder))
            finally:
                globals()["emulate_kernels"] = original
            self.assertEqual(result.returncode, 1, result.stdout)
            self.assertIn("compiled code differs", result.stderr)


if __name__ == "__main__":
    unittest.main()
