"""`mlc compress --bits` of a table: with 8 bits the program computes with the
numbers, whose scales are those of units; with 4 bits it has f32 weights."""

import json
import lzma
import random
import re
import struct
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC,
    Program,
    attempt,
    expect_done,
    read_safetensors,
    tensor,
    write_safetensors,
)

UNITS = 9


class CompressTable(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        numbers = random.Random(3)
        lines = ["label,a,b,c,kind"]
        for row in range(300):
            a, b, c = (numbers.gauss(0, 1) for _ in range(3))
            kind = numbers.choice("xyz")
            label = int(a * b + c + (kind == "x") > 0.3)
            lines.append(f"{label},{a:.4f},{b:.4f},{c:.4f},{kind}")
        self.rows = self.folder / "rows.csv"
        self.rows.write_text("\n".join(lines) + "\n")
        self.data = self.folder / "train.safetensors"
        expect_done(attempt(MLC, "data", self.rows, "-o", self.data))
        self.model = self.folder / "model.mlir"
        expect_done(attempt(MLC, "new", "--data", self.data, "--hidden", 16, "-o", self.model))
        self.weights = self.folder / "weights"
        Program.compile(self.model, self.folder / "teacher").run(
            "train", "--data", self.data, "--epochs", 10, "-o", self.weights
        )

    def compress(self, name: str, *options) -> Path:
        small = self.folder / name
        expect_done(attempt(
            MLC, "compress", self.model, "--weights", self.weights, "--data", self.data,
            "--units", UNITS, "--epochs", 10, *options, "-o", small,
        ))  # fmt: skip
        return small

    def answers(self, model: Path, weights: Path, *options) -> list[float]:
        program = Program.compile(model, self.folder / "asked", *options)
        kept = self.folder / "kept"
        program.run("eval", "--data", self.rows, "--weights", weights, "--predictions", kept)
        told = [json.loads(line)["outputs"][0] for line in kept.read_text().splitlines()]
        kept.unlink()
        program.path.unlink()
        return told

    def widened(self, small: Path) -> tuple[Path, Path]:
        """Model and weights of f32, in which numbers are multiplied by scales."""
        raw = self.folder / "raw"
        raw.write_bytes(lzma.decompress((small / "weights.xz").read_bytes()))
        tensors, metadata = read_safetensors(raw)
        numbers = tensors["layer1.weight"]
        self.assertEqual(tensors["layer1.weight.scale"].shape, [1, UNITS])
        bytes_of_halves = tensors.pop("layer1.weight.scale").data.tobytes()
        scales = struct.unpack(f"<{UNITS}e", bytes_of_halves)
        for unit in range(UNITS):
            self.assertEqual(max(map(abs, numbers.data[unit::UNITS])), 127)
        products = [number * scales[at % UNITS] for at, number in enumerate(numbers.data)]
        tensors["layer1.weight"] = tensor("F32", numbers.shape, products)
        for key in [key for key in metadata if key == "widened" or key.startswith("xxh3")]:
            del metadata[key]
        write_safetensors(self.folder / "wide", tensors, metadata)
        text = re.sub(
            r"^    %w1 = .*\n|^  %s1 = .*\n", "", (small / "model.mlir").read_text(), flags=re.M
        )
        text = re.sub(
            r"%q1 = (.*) stored : tensor<(.*)xi8>", r"%w1 = \1 zeros : tensor<\2xf32>", text
        )
        model = self.folder / "wide.mlir"
        model.write_text(text)
        return model, self.folder / "wide"

    def test_eight_bits(self):
        small = self.compress("small", "--bits", 8)
        text = (small / "model.mlir").read_text()
        self.assertRegex(text, rf"graph.dequantize %q1, %s1 : tensor<\d+x{UNITS}xi8>, "
                               rf"tensor<1x{UNITS}xf16>")  # fmt: skip
        self.assertIn("a scale for each unit", text)
        expected = self.answers(*self.widened(small))
        self.assertEqual(len(expected), 300)
        self.assertGreater(max(map(abs, expected)), 0.5)
        for options in ((), ("--cpu", "x86-64-v2")):
            told = self.answers(small / "model.mlir", small / "weights.xz", *options)
            for one, other in zip(told, expected, strict=True):
                self.assertAlmostEqual(one, other, delta=2e-6 * (1 + abs(other)))
        report = json.loads((small / "report.json").read_text())
        self.assertLess(report["set_aside"]["flips"], 0.2)

    def test_bits_of_threads(self):
        small = self.compress("small", "--bits", 8)
        program = Program.compile(small / "model.mlir", self.folder / "program")
        told = set()
        for threads in (1, 2, 3):
            kept = self.folder / "kept"
            program.run(
                "eval", "--data", self.rows, "--weights", small / "weights.xz",
                "--threads", threads, "--predictions", kept,
            )  # fmt: skip
            told.add(kept.read_text())
        self.assertEqual(len(told), 1)
        failed = program.attempt("train", "--data", self.data)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("cannot be trained: its weights are whole numbers", failed.stderr)

    def test_four_bits_are_widened(self):
        small = self.compress("small", "--bits", 4)
        self.assertNotIn("dequantize", (small / "model.mlir").read_text())
        told = self.answers(small / "model.mlir", small / "weights.xz")
        self.assertEqual(len(told), 300)


if __name__ == "__main__":
    unittest.main()
