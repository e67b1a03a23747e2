"""Parameters that are frozen, or that have a rate or a weight decay of their own."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC, MODELS, Program, attempt, expect_done, make_data, make_weights, read_safetensors,
    write_weights,
)  # fmt: skip

FROZEN = "fc0.weight"


class Groups(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.source = MODELS / "groups.mlir"
        cls.program = Program.compile(cls.source, cls.folder / "groups")
        cls.data = cls.folder / "data"
        make_data(cls.program.info, 7 * cls.program.info["batch"] + 2, seed=1).write(cls.data)
        cls.start = make_weights(cls.program.info, seed=2)
        write_weights(cls.folder / "start", cls.start)

    def train(self, *options) -> bytes:
        output = self.folder / "weights"
        output.unlink(missing_ok=True)
        self.program.run("train", "--data", self.data, "--init", self.folder / "start",
                         "-o", output, *options)
        return output.read_bytes() if output.exists() else b""

    def test_frozen_weights_keep_their_bits_and_others_learn(self):
        self.train()
        weights, _ = read_safetensors(self.folder / "weights")
        self.assertEqual(weights.keys(), self.start.keys())
        for name, learned in weights.items():
            self.assertEqual(learned.data == self.start[name].data, name == FROZEN, name)

    def test_compiled_code_agrees_with_the_reference(self):
        checked = attempt(MLC, "run", self.source, "--check", "--data", self.data,
                          "--init", self.folder / "start")
        self.assertIn("agrees", expect_done(checked).stdout)

    def test_same_bits_for_any_threads_and_after_resuming(self):
        one = self.train("--threads", 1)
        for threads in (2, 3):
            self.assertEqual(self.train("--threads", threads), one)
        keep = ("--checkpoints", self.folder / "checkpoints", "--checkpoint-every", "1steps")
        self.train(*keep, "--max-steps", 11)
        checkpoint = sorted((self.folder / "checkpoints").iterdir())[-1]
        kept, _ = read_safetensors(checkpoint)
        self.assertTrue(any(FROZEN in name for name in kept), list(kept))
        self.assertFalse([name for name in kept if f"{FROZEN}.exp_avg" in name])
        self.assertEqual(self.train(*keep, "--resume"), one)

    def test_info_tells_each_way(self):
        told = {row["name"]: row for row in self.program.info["parameters"]}
        self.assertEqual([row["trained"] for row in told.values()], [False, True, True, True])
        self.assertEqual([row["rate"] for row in told.values()], [1, 0.5, 2, 1])
        self.assertEqual([row["weight_decay"] for row in told.values()], [None, None, 0, 0.2])
        self.assertFalse([name for name in self.program.info["states"] if FROZEN in name])
        text = self.program.run("info")
        self.assertIn("uniform_fan_in frozen\n", text)
        self.assertIn("uniform(0.3) rate(2) weight_decay(0)\n", text)


if __name__ == "__main__":
    unittest.main()
