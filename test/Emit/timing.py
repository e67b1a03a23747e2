"""`mlc compile --timing` says on standard error how long each stage took."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "Integration"))

from integration import MLC, MODELS, attempt

STAGES = ("graph", "autodiff", "linalg", "tile", "bufferize", "spmd", "lowering")
LLVM = ("translation to LLVM IR", "LLVM's optimisation", "code generation")
SECOND_THREAD = "waiting for LLVM's second thread"
KERNELS = ("kernels", "kernels: lowering", *(f"kernels: {part}" for part in LLVM))


class Timing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.output = Path(folder.name) / "out"

    def times(self, *options: str) -> list[str]:
        """What has been measured, in the order of the lines that say so:
        `   0.0123 ( 12.3%)  stage`."""
        command = (MLC, "compile", MODELS / "logistic.mlir", "-o", self.output, *options)
        result = attempt(*command)
        self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)
        lines = [line.split(")") for line in result.stderr.splitlines()]
        return [line[-1] for line in lines if "%" in line[0]]

    def names(self, *options: str) -> list[str]:
        return [name.strip() for name in self.times(*options)]

    def test_stages_in_order(self):
        found = self.names("--timing")
        expected = [*STAGES, *LLVM, SECOND_THREAD, "linking"]
        self.assertEqual([name for name in found if name in expected], expected)
        self.assertEqual(found[-1], "Total")

    def test_a_stage_that_is_not_run_is_not_named(self):
        self.assertNotIn("bufferize", self.names("--timing", "--emit", "tile"))

    def test_one_object_file_needs_no_second_thread(self):
        self.assertNotIn(SECOND_THREAD, self.names("--timing", "--emit", "obj"))

    def test_kernels(self):
        found = self.names("--timing", "--target", "cuda", "--emit", "obj")
        self.assertEqual([name for name in found if name in KERNELS], list(KERNELS))

    def test_passes_are_parts_of_their_stage(self):
        indent = lambda text: len(text) - len(text.lstrip())
        found = self.times("--timing=passes", "--emit", "obj")
        tile = next(i for i, text in enumerate(found) if text.strip() == "tile")
        self.assertGreater(indent(found[tile + 1]), indent(found[tile]))
        self.assertTrue(any("TileShards" in text for text in found[tile:]), found)

    def test_nothing_is_printed_otherwise(self):
        result = attempt(MLC, "compile", MODELS / "logistic.mlir", "-o", self.output)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))


if __name__ == "__main__":
    unittest.main()
