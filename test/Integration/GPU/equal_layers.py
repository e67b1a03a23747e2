"""Equal layers of a deep model are one function of a GPU's code, and give the
bits that they give when each has code of its own."""

import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "Emit")]

from compare import Case, difference
from deep_model import deep_model
from gpu import GpuProgram
from integration import MLC, attempt, expect_done

# Enough arguments that the kernel of many steps reads their slots in each step.
LAYERS = 8
# `equal-ops`: by the cost model, and more than there are.
COSTS = {"shared": 4, "each its own": 1000}


class EqualLayers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.model = self.folder / "deep.mlir"
        self.model.write_text(deep_model(LAYERS))

    def test_the_same_bits(self):
        for steps in ("launches", "kernel"):
            with self.subTest(steps):
                runs = {
                    name: self.train("--gpu-steps", steps, "--cost", f"equal-ops={ops}")
                    for name, ops in COSTS.items()
                }
                self.assertEqual(*runs.values())

    def train(self, *options):
        program = GpuProgram.compile(
            self.model, self.folder / "program", "--target", "cpu,cuda", "--gpu",
            "sm_90", "--batch", 6, *options,
        )
        case = Case(program, self.folder, epochs=1)
        run = case.run("--device", "cuda")
        self.assertEqual(difference(run, case.run("--device", "cpu")), "")
        return run

    def test_functions_do_not_grow_with_layers(self):
        numbers = {}
        for layers in (LAYERS, 2 * LAYERS):
            self.model.write_text(deep_model(layers))
            ptx = expect_done(
                attempt(MLC, "compile", self.model, "--target", "cuda", "--gpu", "sm_90",
                        "--gpu-steps", "kernel", "--emit", "ptx")
            ).stdout
            numbers[layers] = len(re.findall(r"^\.func equal_work_\d+\(", ptx, re.MULTILINE))
            # What is in no function: the step's sums are.
            bodies = ptx[ptx.index(".entry"):]
            self.assertLess(bodies.count("fma.rn.f32"), 300)
        self.assertGreater(numbers[LAYERS], 0)
        self.assertEqual(*numbers.values())


if __name__ == "__main__":
    unittest.main()
