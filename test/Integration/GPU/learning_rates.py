"""Each step of a call has its own learning rate.

Many steps in one call learn what they learn in calls of their own, to the bit:
on the CPU, and on the emulated GPU told in each of its ways. The runtime's own
training loop has one rate so far, so a program of the test's (Inputs/) calls.
"""

import os
import tempfile
import unittest
from pathlib import Path

from gpu import FAKE, GpuProgram
from integration import MLC, MODELS, REPOSITORY, attempt, expect_done, make_data

SOURCE = Path(__file__).parent / "Inputs" / "learning_rates.cpp"
RUNTIME = sorted((FAKE.parent / "mlc").glob("*.a"))
WIDE = Path(__file__).parent / "models" / "wide.mlir"
# A model of SGD with momentum and one of Adam, over every way to tell a GPU, and
# one whose products are the library's.
CASES = (
    (MODELS / "logistic.mlir", "--gpu-steps", "launches"),
    (MODELS / "adam.mlir", "--gpu-steps", "kernel"),
    (MODELS / "adam.mlir", "--gpu-steps", "chip"),
    (WIDE, "--gemm", "cublas"),
)


class LearningRates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.main = cls.folder / "main.o"
        expect_done(
            attempt("c++", "-std=c++20", "-I", REPOSITORY / "runtime", "-I",
                    REPOSITORY / "include", "-DFMT_HEADER_ONLY", "-c", SOURCE,
                    "-o", cls.main)
        )

    def test_each_step_has_its_own(self):
        for number, (source, *chosen) in enumerate(CASES):
            options = ("--target", "cpu,cuda", *chosen)
            program = GpuProgram.compile(source, self.folder / f"{number}", *options)
            compiled, linked = self.folder / f"{number}.o", self.folder / f"{number}.main"
            expect_done(attempt(MLC, "compile", source, "--emit", "obj", "-o", compiled, *options))
            expect_done(
                attempt("c++", self.main, compiled, "-o", linked, "-pthread",
                        "-Wl,--start-group", *RUNTIME, "-Wl,--end-group")
            )
            data = self.folder / f"{number}.data"
            make_data(program.info, 40 * program.info["batch"], seed=4).write(data)
            for device in ("cpu", "cuda"):
                with self.subTest(source.stem, options=chosen, device=device):
                    result = attempt(linked, data, device, env={**os.environ, **program.driver()})
                    self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
