"""A program says which instructions a CPU lacks, instead of dying of them."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, MODELS, Program, attempt, make_data

# Its XOP, FMA4 and TBM are in no CPU made since 2017.
LOST_CPU = "bdver4"


class Cpu(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_a_cpu_without_the_instructions(self):
        program = Program.compile(
            MODELS / "logistic.mlir", self.folder / "logistic", "--cpu", LOST_CPU
        )
        self.assertIn("xop", program.info["missing_features"])
        data, output = self.folder / "data", self.folder / "weights"
        make_data(program.info, 20, seed=1).write(data)
        for arguments in (
            ("train", "--data", data, "-o", output),
            ("eval", "--data", data, "--weights", output),
            ("predict", "--data", data, "--weights", output),
        ):
            with self.subTest(arguments[0]):
                result = program.attempt(*arguments)
                self.assertEqual(result.returncode, 1, result.stderr)
                self.assertRegex(result.stderr, "error: this CPU lacks .*xop")
                self.assertIn(LOST_CPU, result.stderr)
                self.assertIn("recompile it with --cpu ", result.stderr)
                self.assertFalse(output.exists())

    def test_every_level_runs_where_it_can(self):
        for cpu in ("x86-64-v2", "x86-64-v3", "x86-64-v4", "native"):
            with self.subTest(cpu):
                program = Program.compile(
                    MODELS / "logistic.mlir", self.folder / cpu, "--cpu", cpu
                )
                if program.info["missing_features"]:
                    self.skipTest(f"this CPU is no {cpu}")
                data = self.folder / "data"
                make_data(program.info, 20, seed=1).write(data)
                program.run("train", "--data", data)

    def test_an_unknown_cpu_is_wrong_usage(self):
        output = self.folder / "logistic"
        result = attempt(
            *(MLC, "compile", MODELS / "logistic.mlir", "-o", output),
            *("--cpu", "abacus"),
        )
        self.assertEqual(result.returncode, 2)
        self.assertIn("abacus", result.stderr)
        self.assertFalse(output.exists())


if __name__ == "__main__":
    unittest.main()
