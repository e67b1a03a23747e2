"""On an emulated GPU odd batches train as they do on a CPU, with the same bits
in whatever order threads have their turns, and on however many blocks."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from compare import Case, difference
from gpu import GpuProgram
from integration import MODELS

# Batches of one row, and of one more than a word of a mask has bits.
CASES = [("everything", 1), ("everything", 65), ("classes", 65), ("lazy", 65), ("reshape", 65),
         ("groups", 8), ("clipped", 16), ("parts", 65), ("ftrl", 65), ("elastic", 17)]  # fmt: skip
# See test/device/FakeCuda.cpp. Without cooperation, steps are graphs of launches;
# without shared memory, a kernel that runs the same launches.
DRIVERS = {
    "chip": ["order=0", "order=1,processors=16", "order=2", "order=2,processors=1"],
    "others": ["cooperative=0,order=1", "shared=0", "shared=0,order=2,processors=1"],
}


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
            on_cpu = case.run("--device", "cpu")
            for fakes in DRIVERS.values():
                runs = []
                for fake in fakes:
                    program.fake = fake
                    runs.append(case.run("--device", "cuda"))
                    self.assertEqual(runs[0], runs[-1], fake)
                self.assertEqual(difference(runs[0], on_cpu), "")


if __name__ == "__main__":
    unittest.main()
