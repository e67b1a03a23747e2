"""On an emulated GPU odd batches train as they do on a CPU, with the same bits
in whatever order threads have their turns, and however steps are launched."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from compare import Case, difference
from gpu import GpuProgram
from integration import MODELS

# Batches of one row, and of one more than a word of a mask has bits.
CASES = [("everything", 1), ("everything", 65), ("classes", 65), ("lazy", 65)]
# See test/device/FakeCuda.cpp. Without cooperation, steps are graphs of launches.
DRIVERS = ["order=0", "order=1", "order=2", "order=2,processors=1", "cooperative=0"]


class EmulatedGpu(unittest.TestCase):
    def test_odd_batches(self):
        for name, batch in CASES:
            with self.subTest(f"{name}, batch {batch}"):
                with tempfile.TemporaryDirectory() as folder:
                    self.expect_as_on_cpu(MODELS / f"{name}.mlir", batch, Path(folder))

    def expect_as_on_cpu(self, model: Path, batch: int, folder: Path):
        program = GpuProgram.compile(
            model, folder / "program", "--target", "cpu,cuda", "--gpu", "sm_90",
            "--batch", batch,
        )
        for ones in (False, True) if program.info["input"]["kind"] == "csr" else (False,):
            case = Case(program, folder, ones=ones)
            runs = []
            for fake in DRIVERS:
                program.fake = fake
                runs.append(case.run("--device", "cuda"))
                self.assertEqual(runs[0], runs[-1], fake)
            self.assertEqual(difference(runs[0], case.run("--device", "cpu")), "")


if __name__ == "__main__":
    unittest.main()
