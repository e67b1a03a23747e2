"""Training follows the curves that PyTorch drew; they are in recorded.json.

`../pytorch/run.sh -- --record recorded.json` draws them anew, with the same
data, first weights and order.
"""

import json
import math
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MODELS, REPOSITORY, Program, train_recorded_case

RECORDED = json.loads((Path(__file__).parent / "recorded.json").read_text())
EPOCHS = 3
# Of an f32 sum in another order, carried through some 20 steps. A wrong
# constant anywhere shows at once: momentum 0.8 for 0.9 is 1e-1.
TOLERANCE = 1e-5


class Curves(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compile(self, name: str, *options) -> Program:
        if name == "imdb_mlp":
            source = REPOSITORY / "examples" / "imdb-mlp" / "model.mlir"
        else:
            source = MODELS / f"{name}.mlir"
        # PyTorch drops other elements: drop none, but keep the op.
        text = source.read_text().replace("%s4, 0.25", "%s4, 0.0")
        model = self.folder / f"{name}.mlir"
        model.write_text(text)
        return Program.compile(model, self.folder / name, *options)

    def deviation(self, name: str, *options) -> float:
        """The largest of all losses and norms of parameters, relative."""
        program = self.compile(name, *options)
        batch = program.info["batch"]
        rows = 5 * batch + max(1, batch // 3)
        _, _, losses, weights = train_recorded_case(program, self.folder, rows, EPOCHS)
        expected = RECORDED[name]
        self.assertEqual(len(losses), len(expected["losses"]))
        self.assertEqual(set(weights), set(expected["norms"]))
        norms = {key: math.hypot(*weight.data) for key, weight in weights.items()}
        pairs = [*zip(losses, expected["losses"])]
        pairs += [(norms[key], norm) for key, norm in expected["norms"].items()]
        return max(abs(got / want - 1) for got, want in pairs)

    def test_every_model_follows_pytorch(self):
        for name in RECORDED:
            with self.subTest(name):
                self.assertLess(self.deviation(name), TOLERANCE)

    def test_vectors_of_another_width_do_too(self):
        for name in ("everything", "classes"):
            with self.subTest(name):
                self.assertLess(self.deviation(name, "--cpu", "x86-64-v3"), TOLERANCE)

    def test_so_do_products_of_either_kind(self):
        for gemm, is_linked in {"generated": False, "openblas": True}.items():
            for name in ("everything", "classes"):
                with self.subTest(name, gemm=gemm):
                    self.assertLess(self.deviation(name, "--gemm", gemm), TOLERANCE)
            program = (self.folder / "classes").read_bytes()
            self.assertEqual(b"libopenblas" in program, is_linked)

    def test_a_planted_difference_is_seen(self):
        source = (MODELS / "regression.mlir").read_text()
        model = self.folder / "regression.mlir"
        model.write_text(source.replace("momentum = 0.9", "momentum = 0.8"))
        self.compile = lambda name: Program.compile(model, self.folder / name)
        self.assertGreater(self.deviation("regression"), 100 * TOLERANCE)


if __name__ == "__main__":
    unittest.main()
