"""A model of 64 layers is compiled in less than 1 GB of memory, for a CPU and
for GPUs. How long it takes is measured by test/benchmark, never tested."""

import resource
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "Integration"))

from deep_model import deep_model

from integration import MLC

LAYERS = 64
MOST_BYTES = 1_000_000_000


def limit_memory() -> None:
    """Of everything that is written to, which leaves out the code of libraries.
    One allocation too many ends the compiler."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))


class DeepModels(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.model = Path(folder.name) / "deep.mlir"
        self.model.write_text(deep_model(LAYERS))

    def expect_compiled(self, emit: str, *options: str) -> bytes:
        output = self.model.with_suffix(".out")
        command = [MLC, "compile", self.model, "--emit", emit, "-o", output, *options]
        done = subprocess.run(
            command, preexec_fn=limit_memory, capture_output=True, text=True
        )
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        result = output.read_bytes()
        self.assertTrue(result)
        return result

    def test_cpu(self):
        self.expect_compiled("obj")

    def test_steps_of_gpus(self):
        for steps in ("auto", "launches", "kernel"):
            with self.subTest(steps):
                self.expect_compiled("spmd", "--target", "cuda", "--gpu-steps", steps)

    def test_a_deep_step_is_no_single_kernel_on_the_chip(self):
        """LLVM would take hours for it."""
        for layers, is_chip in {4: True, 8: False}.items():
            with self.subTest(layers):
                self.model.write_text(deep_model(layers))
                text = self.expect_compiled("tile", "--target", "cuda")
                self.assertEqual(b"@mlc_chip" in text, is_chip)


if __name__ == "__main__":
    unittest.main()
