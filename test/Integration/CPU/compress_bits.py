"""`mlc compress --bits` and `--prune`: what the packed file has, and that every
command reads it."""

import itertools
import json
import lzma
import math
import re
import struct
import unittest
from pathlib import Path

from compressing import KEPT, CompressTest
from integration import Program, csr_of, expect_done, read_safetensors, tensor, write_safetensors


class CompressBits(CompressTest):
    def unpacked(self, path: Path, bits: int) -> dict:
        """The tensors, with the first layer's weights as numbers times scales."""
        raw = self.folder / "raw"
        raw.write_bytes(lzma.decompress(path.read_bytes()))
        tensors, metadata = read_safetensors(raw)
        raw.unlink()
        numbers = list(tensors["layer1.weight"].data)
        if bits == 4:
            self.assertEqual(metadata["int4/layer1.weight"], f"{KEPT},2")
            halves = [half for byte in numbers for half in (byte & 15, byte >> 4)]
            numbers = [half - 16 * (half >= 8) for half in halves]
        bytes_of_halves = tensors["layer1.weight.scale"].data.tobytes()
        scales = struct.unpack(f"<{KEPT}e", bytes_of_halves)
        self.numbers, self.scales = numbers, scales
        products = [numbers[at] * scales[at // 2] for at in range(2 * KEPT)]
        tensors["layer1.weight"] = tensor("F32", [KEPT, 2], products)
        return tensors | {"": metadata}

    def test_few_bits(self):
        """Numbers of 8 bits are the nearest, halves even; those of 4 change the
        outputs less than the nearest do; answers are those of numbers times
        scales; every command reads the packed file."""
        options = ("--features", KEPT, "--units", 2)
        small = self.folder / "small"
        expect_done(self.compress(*options))
        weights, _ = read_safetensors(small / "weights.safetensors")
        exact = list(weights["layer1.weight"].data)
        wide = weights
        small.rename(self.folder / "exact")
        for bits, most in ((8, 127), (4, 7)):
            with self.subTest(bits=bits):
                told = json.loads(
                    expect_done(self.compress(*options, "--bits", bits, "--json")).stdout
                )
                self.assertEqual(told["bits"], {"before": 32, "after": bits})
                packed = small / "weights.xz"
                self.assertEqual(told["bytes"]["after"], packed.stat().st_size)
                tensors = self.unpacked(packed, bits)
                metadata = tensors.pop("")
                for at, number in enumerate(self.numbers):
                    scale = self.scales[at // 2]
                    row = exact[at // 2 * 2 : at // 2 * 2 + 2]
                    half = struct.unpack("<e", struct.pack("<e", max(map(abs, row)) / most))[0]
                    if bits == 4:
                        self.assertLessEqual(abs(number), most)
                        self.assertLessEqual(scale, half)
                        self.assertGreaterEqual(scale, half * 0.499)
                        continue
                    self.assertEqual(scale, half)
                    bounded = max(-most, min(most, exact[at] / scale))
                    self.assertEqual(number, round(bounded))
                if bits == 4:
                    self.check_rounding(wide, tensors)
                self.check_answers(small, packed, tensors, metadata)
                self.check_quantized(small, packed, bits)
                program = Program.compile(
                    small / "model.mlir", self.folder / "alone", "--weights", packed
                )
                evaluated = json.loads(program.run("eval", "--data", self.texts, "--json"))
                self.assertGreater(evaluated["accuracy"], 0.9)
                for path in small.iterdir():
                    path.unlink()

    def check_rounding(self, wide: dict, narrow: dict):
        """Over rows as the data has them, outputs differ less from those of f32
        than those of the nearest numbers do."""
        near = dict(wide)
        nearest = []
        for row in range(KEPT):
            own = wide["layer1.weight"].data[2 * row : 2 * row + 2]
            scale = max(map(abs, own)) / 7 or 1
            nearest += [scale * round(weight / scale) for weight in own]
        near["layer1.weight"] = tensor("F32", [KEPT, 2], nearest)
        tensors, _ = read_safetensors(self.data)
        words = tensors["vocabulary"].data.tobytes().decode().split()
        kept = {words.index(word): at for at, word in enumerate(self.chosen())}
        indptr, indices, values = csr_of(tensors)
        sums = {"near": 0.0, "narrow": 0.0}
        for begin, end in itertools.pairwise(indptr):
            row = {kept[c]: v for c, v in zip(indices[begin:end], values[begin:end], strict=True)
                   if c in kept}  # fmt: skip
            length = math.sqrt(sum(v * v for v in row.values())) or 1

            def output(network: dict, row=row, length=length) -> float:
                hidden = list(network["layer1.bias"].data)
                for at, value in row.items():
                    for unit in range(2):
                        weight = network["layer1.weight"].data[2 * at + unit]
                        hidden[unit] += value / length * weight
                return sum(
                    max(hidden[unit], 0) * network["layer2.weight"].data[unit] for unit in range(2)
                )

            exact = output(wide)
            sums["near"] += (output(near) - exact) ** 2
            sums["narrow"] += (output(narrow) - exact) ** 2
        self.assertLess(sums["narrow"], sums["near"])

    def test_scales_of_units(self):
        """8 bits of many units have a scale for each unit; sums of whole numbers
        answer as numbers times scales do in f32, on each CPU."""
        small = self.folder / "small"
        expect_done(self.compress("--features", KEPT, "--units", 32, "--bits", 8))
        model = small / "model.mlir"
        text = model.read_text()
        types = f"tensor<{KEPT}x32xi8>, tensor<1x32xf16>"
        self.assertIn(f"graph.dequantize %q1, %s1 : {types}", text)
        raw = self.folder / "raw"
        raw.write_bytes(lzma.decompress((small / "weights.xz").read_bytes()))
        tensors, metadata = read_safetensors(raw)
        self.assertEqual(tensors["layer1.weight.scale"].shape, [1, 32])
        scales = struct.unpack("<32e", tensors.pop("layer1.weight.scale").data.tobytes())
        numbers = list(tensors["layer1.weight"].data)
        for unit in range(32):
            self.assertEqual(max(abs(number) for number in numbers[unit::32]), 127)
        products = [number * scales[at % 32] for at, number in enumerate(numbers)]
        tensors["layer1.weight"] = tensor("F32", [KEPT, 32], products)
        for key in [key for key in metadata if key == "widened" or key.startswith("xxh3")]:
            del metadata[key]
        write_safetensors(self.folder / "wide", tensors, metadata)
        wide = re.sub(r"^    %w1 = .*\n|^  %s1 = .*\n", "", text, flags=re.M)
        wide = re.sub(
            r"%q1 = (.*) stored : tensor<(.*)xi8>", r"%w1 = \1 zeros : tensor<\2xf32>", wide
        )
        (self.folder / "wide.mlir").write_text(wide)

        source = self.folder / "texts"
        lines = self.texts.read_text().splitlines()[1:60]
        source.write_text("".join(line.split(",")[1] + "\n" for line in lines))

        def ask(path: Path, weights: Path, *options) -> list[float]:
            program = Program.compile(path, self.folder / "asked", *options)
            told = program.run("predict", "--weights", weights, "--text", source)
            answers = [json.loads(line)["outputs"][0] for line in told.splitlines()]
            program.path.unlink()
            return answers

        expected = ask(self.folder / "wide.mlir", self.folder / "wide")
        size = max(map(abs, expected))
        for options in ((), ("--cpu", "x86-64-v2"), ("--cpu", "x86-64-v3")):
            told = ask(model, small / "weights.xz", *options)
            for one, other in zip(told, expected, strict=True):
                self.assertAlmostEqual(one, other, delta=1e-4 * size)

    def check_quantized(self, small: Path, packed: Path, bits: int):
        """The program computes with the whole numbers: it says so, does not
        train, explains, and refuses other weights; code for older CPUs answers
        the same but for rounding."""
        model = small / "model.mlir"
        text = model.read_text()
        self.assertIn(
            f"graph.dequantize %q1, %s1 : tensor<{KEPT}x2xi{bits}>, tensor<{KEPT}xf16>", text
        )
        program = Program.compile(model, self.folder / "quantised")
        failed = program.attempt("train", "--data", self.data)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("cannot be trained: its weights are whole numbers", failed.stderr)
        failed = program.attempt("eval", "--data", self.texts, "--weights", self.weights)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("expected", failed.stderr)
        source = self.folder / "asked"
        source.write_text("lovely dull superb word1 word2 moving\n")

        def ask(asked: Program) -> list[float]:
            told = asked.run("predict", "--weights", packed, "--text", source)
            return json.loads(told)["outputs"]

        answers = ask(program)
        bits_of = set()
        for threads in (1, 3):
            kept = self.folder / "answers"
            program.run(
                "eval", "--data", self.texts, "--weights", packed, "--threads", threads,
                "--predictions", kept,
            )  # fmt: skip
            bits_of.add(kept.read_text())
            kept.unlink()
        self.assertEqual(len(bits_of), 1, "the same bits for any number of threads")
        told = json.loads(
            program.run("explain", "--weights", packed, "--text", source, "--json")
        )
        parts = sum(word["part"] for word in told["words"])
        self.assertAlmostEqual(told["baseline"] + parts, told["score"], places=3)
        self.assertTrue(any(word["known"] for word in told["words"]))
        for cpu in ("x86-64-v2", "x86-64-v3"):
            older = Program.compile(model, self.folder / "older", "--cpu", cpu)
            for one, other in zip(ask(older), answers, strict=True):
                self.assertAlmostEqual(one, other, delta=1e-6)
            older.path.unlink()
        info = json.loads(program.run("info", "--weights", packed, "--json"))
        kinds = {row["name"]: row["element"] for row in info["parameters"]}
        self.assertEqual(kinds["layer1.weight"], f"i{bits}")
        self.assertEqual(kinds["layer1.weight.scale"], "f16")
        # A model of f32 weights does not read them, nor this one f32 weights.
        wide = re.sub(r"^    %w1 = .*\n|^  %s1 = .*\n", "", text, flags=re.M)
        wide = re.sub(
            r"%q1 = (.*) stored : tensor<(.*)xi[48]>", r"%w1 = \1 zeros : tensor<\2xf32>", wide
        )
        (self.folder / "wide.mlir").write_text(wide)
        older = Program.compile(self.folder / "wide.mlir", self.folder / "older")
        failed = older.attempt("eval", "--data", self.texts, "--weights", packed)
        self.assertEqual(failed.returncode, 1)
        self.assertIn(f"expected elements of F32, but got whole numbers of {bits}", failed.stderr)
        plain = self.folder / "exact" / "weights.safetensors"
        failed = program.attempt("eval", "--data", self.texts, "--weights", plain)
        self.assertEqual(failed.returncode, 1)
        self.assertIn(f"expected whole numbers of {bits} bits, but got F32", failed.stderr)
        # What calibrate writes has them, too.
        calibrated = self.folder / "calibrated"
        program.run("calibrate", "--data", self.texts, "--weights", packed, "-o", calibrated)
        told = program.run("predict", "--weights", calibrated, "--text", source)
        self.assertEqual(len(json.loads(told)["outputs"]), 1)
        for path in (source, calibrated, older.path, program.path, self.folder / "wide.mlir"):
            path.unlink()

    def test_pruned(self):
        """As many weights are 0 as were asked for, the smallest of those learned
        without; they stay so in what learns on, and the file has only the others."""
        options = ("--units", 16, "--feature-dropout", 0)
        small, shares = self.folder / "small", {}
        expect_done(self.compress(*options))
        dense, _ = read_safetensors(small / "weights.safetensors")
        dense = list(dense["layer1.weight"].data)
        self.emptied()
        for bits in (32, 4):
            with self.subTest(bits=bits):
                told = json.loads(
                    expect_done(
                        self.compress(*options, "--prune", 0.75, "--bits", bits, "--json")
                    ).stdout
                )
                self.assertEqual(told["pruned"], 0.75)
                self.assertGreater(told["set_aside"]["accuracy_after"], 0.9)
                packed = small / "weights.xz"
                self.assertEqual(told["bytes"]["after"], packed.stat().st_size)
                model = self.model_of(small)
                program = Program.compile(model, self.folder / "program")
                evaluated = json.loads(
                    program.run("eval", "--data", self.texts, "--weights", packed, "--json")
                )
                self.assertGreater(evaluated["accuracy"], 0.9)
                info = json.loads(program.run("info", "--weights", packed, "--json"))
                shares[bits] = info["weights"]["zeros"]["layer1.weight"]
                self.assertIn("% of layer1.weight", program.run("info", "--weights", packed))
                if bits == 32:
                    self.check_zeros(program, packed, dense)
                self.emptied()
        self.assertEqual(shares[32], 0.75)
        self.assertGreaterEqual(shares[4], 0.75, "some round to 0")

    def model_of(self, small: Path) -> Path:
        """The model, outside of the folder."""
        model = self.folder / "pruned.mlir"
        model.write_text((small / "model.mlir").read_text())
        return model

    def check_zeros(self, program: Program, packed: Path, dense: list[float]):
        raw = self.folder / "raw"
        raw.write_bytes(lzma.decompress(packed.read_bytes()))
        tensors, metadata = read_safetensors(raw)
        shape = metadata["sparse/layer1.weight"]
        self.assertEqual(shape, f"{len(dense) // 16},16")
        stored = tensors["layer1.weight"].data
        self.assertEqual(len(stored), len(dense) // 4)
        mask = tensors["layer1.weight.mask"].data
        kept = [at for at in range(len(dense)) if mask[at // 8] >> at % 8 & 1]
        smallest = sorted(range(len(dense)), key=lambda at: abs(dense[at]))
        self.assertEqual(kept, sorted(smallest[len(dense) - len(stored) :]))
        self.assertNotEqual(list(stored), [dense[at] for at in kept], "they learned on")
        # Further training leaves the zeros where they are.
        again = self.folder / "again"
        program.run(
            "train", "--data", self.data, "--init", packed, "--epochs", 3, "-o", again,
        )  # fmt: skip
        weights, _ = read_safetensors(again)
        numbers = weights["layer1.weight"].data
        self.assertEqual([at for at in range(len(dense)) if numbers[at] != 0], kept)
        self.assertNotEqual([numbers[at] for at in kept], list(stored))

    def test_a_damaged_packed_file(self):
        expect_done(self.compress("--features", KEPT, "--units", 2, "--bits", 4))
        packed = self.folder / "small" / "weights.xz"
        program = Program.compile(self.folder / "small" / "model.mlir", self.folder / "program")
        whole = packed.read_bytes()
        for damaged in (whole[:-20], whole[:100] + b"x" + whole[101:], whole + b"more"):
            packed.write_bytes(damaged)
            failed = program.attempt("eval", "--data", self.texts, "--weights", packed)
            self.assertEqual(failed.returncode, 1)
            self.assertIn(f"{packed}: is damaged", failed.stderr)


if __name__ == "__main__":
    unittest.main()
