"""On an emulated GPU every model trains as PyTorch did (see ../CPU/curves.py)
and as the CPU's code does, in whatever order threads have their turns."""

import json
import math
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from compare import Case, difference
from gpu import GpuProgram
from integration import MODELS, REPOSITORY, train_recorded_case

RECORDED = json.loads((MODELS.parent / "recorded.json").read_text())
EPOCHS = 3
TOLERANCE = 1e-5
# Numbers of test/device/Warp.h.
ORDERS = {"forward": 0, "backward": 1, "mixed": 2}
# Of the size of the others, which would take as long each.
EXAMPLES = ["imdb-mlp/model-dropout.mlir"]


class EmulatedGpu(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compile(self, model: Path, *options) -> GpuProgram:
        # PyTorch drops other elements: drop none, but keep the op.
        text = model.read_text().replace("%s4, 0.25", "%s4, 0.0")
        copy = self.folder / f"{model.parent.name}-{model.name}"
        copy.write_text(text)
        path = self.folder / copy.stem
        return GpuProgram.compile(copy, path, "--target", "cpu,cuda", *options)

    def test_every_model_follows_pytorch(self):
        for name, expected in RECORDED.items():
            if name == "imdb_mlp":
                continue  # takes minutes; the examples are compared below
            with self.subTest(name):
                program = self.compile(MODELS / f"{name}.mlir")
                batch = program.info["batch"]
                rows = 5 * batch + max(1, batch // 3)
                _, _, losses, weights = train_recorded_case(
                    program, self.folder, rows, EPOCHS
                )
                self.assertEqual(len(losses), len(expected["losses"]))
                pairs = [*zip(losses, expected["losses"])]
                pairs += [
                    (math.hypot(*weights[key].data), norm)
                    for key, norm in expected["norms"].items()
                ]
                worst = max(abs(got / want - 1) for got, want in pairs)
                self.assertLess(worst, TOLERANCE)

    def expect_as_on_cpu(self, model, *options, orders=("forward", "mixed"), **data):
        case = Case(self.compile(model, *options), self.folder, **data)
        cpu = case.run("--device", "cpu")
        runs = []
        for order in orders:
            case.program.fake = f"order={ORDERS[order]}"
            runs.append(case.run("--device", "cuda"))
            self.assertEqual(runs[0], runs[-1], f"threads with turns {order}")
        self.assertEqual(difference(runs[0], cpu), "")

    def test_examples_train_as_on_a_cpu(self):
        for name in EXAMPLES:
            with self.subTest(name):
                self.expect_as_on_cpu(
                    REPOSITORY / "examples" / name,
                    *("--batch", 5), orders=["mixed"], ones=True, density=0.01, epochs=1,
                )

    def test_odd_sizes_and_values(self):
        for name in ("everything", "classes", "regression", "logistic"):
            for batch in (1, 65):
                with self.subTest(f"{name}, batch {batch}"):
                    self.expect_as_on_cpu(
                        MODELS / f"{name}.mlir", "--batch", batch
                    )


if __name__ == "__main__":
    unittest.main()
