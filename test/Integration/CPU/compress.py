"""`mlc compress`: which features stay, that the smaller model answers from its
own folder alone, what is told of it, and what is wrong."""

import json
import lzma
import math
import os
import random
import re
import signal
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC, Program, attempt, csr_of, expect_done, read_safetensors, tensor, write_safetensors,
)  # fmt: skip

GOOD = ["lovely", "superb", "brilliant", "moving"]
BAD = ["awful", "dull", "tedious", "weak"]
OTHERS = [f"word{number}" for number in range(60)]
KEPT = 12


def review(numbers: random.Random, label: int) -> str:
    own, other = (GOOD, BAD) if label else (BAD, GOOD)
    words = [numbers.choice(OTHERS) for _ in range(8)]
    words += [numbers.choice(own) for _ in range(2)]
    if numbers.random() < 0.3:
        words.append(numbers.choice(other))
    numbers.shuffle(words)
    return " ".join(words)


class Compress(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.shared = Path(cls.temporary.name)
        numbers = random.Random(7)
        lines = ["label,review"]
        lines += [f"{row % 2},{review(numbers, row % 2)}" for row in range(400)]
        cls.texts = cls.shared / "texts.csv"
        cls.texts.write_text("\n".join(lines) + "\n")
        cls.data = cls.shared / "train.safetensors"
        cls.model = cls.shared / "model.mlir"
        cls.weights = cls.shared / "weights.safetensors"
        form = ("--value", "tfidf", "--normalize", "l2")
        expect_done(attempt(MLC, "data", cls.texts, *form, "-o", cls.data))
        new = ("new", "--data", cls.data, "--hidden", 8, "-o", cls.model)
        expect_done(attempt(MLC, *new))
        # A few epochs do.
        text = cls.model.read_text()
        cls.model.write_text(text[: text.rindex("epochs(")] + "epochs(6)\n}\n")
        cls.teacher = Program.compile(cls.model, cls.shared / "teacher")
        cls.teacher.run("train", "--data", cls.data, "-o", cls.weights)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compress(self, *options, data=None, weights=None):
        return attempt(
            MLC, "compress", self.model, "--weights", weights or self.weights,
            "--data", data or self.data, "-o", self.folder / "small", "--epochs", 12,
            "--learning-rate", 0.02, *options,
        )  # fmt: skip

    def chosen(self) -> list[str]:
        """The features of the highest score, by the formula."""
        tensors, _ = read_safetensors(self.data)
        weights, _ = read_safetensors(self.weights)
        words = tensors["vocabulary"].data.tobytes().decode().split()
        first = weights["layer1.weight"]
        units = first.shape[1]
        squares = [0.0] * len(words)
        _, indices, values = csr_of(tensors)
        for column, value in zip(indices, values, strict=True):
            squares[column] += value * value
        scores = [
            math.sqrt(sum(w * w for w in first.data[units * at : units * (at + 1)]) * squares[at])
            for at in range(len(words))
        ]
        order = sorted(range(len(words)), key=lambda at: -scores[at])
        return [words[at] for at in sorted(order[:KEPT])]

    def test_a_smaller_model(self):
        for distill in ((), ("--distill",)):
            with self.subTest(distill):
                told = json.loads(
                    expect_done(
                        self.compress("--features", KEPT, "--units", 2, "--json", *distill)
                    ).stdout
                )
                small = self.folder / "small"
                self.assertEqual(
                    sorted(os.listdir(small)),
                    ["model.mlir", "report.json", "weights.safetensors"],
                )
                self.assertEqual(json.loads((small / "report.json").read_text()), told)
                self.assertEqual(told["features"]["after"], KEPT)
                self.assertEqual(told["units"], {"before": 8, "after": 2})
                size = (small / "weights.safetensors").stat().st_size
                self.assertEqual(told["bytes"]["after"], size)
                self.assertEqual(told["distilled"], bool(distill))
                aside = told["set_aside"]
                self.assertEqual(aside["rows"], 80)
                self.assertGreater(aside["accuracy_after"], 0.9)
                self.assertAlmostEqual(
                    aside["difference"], aside["accuracy_after"] - aside["accuracy_before"]
                )
                self.assertEqual(os.listdir(self.folder), ["small"])
                path = small / "weights.safetensors"
                self.check_answers(small, path, *read_safetensors(path))
                for path in small.iterdir():
                    path.unlink()
                small.rmdir()

    def check_answers(self, small: Path, weights: Path, tensors: dict, metadata: dict):
        """From texts, by the folder alone: the formula in f64."""
        words = tensors["vocabulary"].data.tobytes().decode().split()
        self.assertEqual(words, self.chosen())
        documents = json.loads(metadata["vectorizer"])["documents"]
        frequencies = tensors["vectorizer.df"].data
        program = Program.compile(small / "model.mlir", self.folder / "program")
        texts = [line.split(",")[1] for line in self.texts.read_text().splitlines()[1:30]]
        texts.append("nothing known")
        source = self.folder / "asked"
        source.write_text("\n".join(texts) + "\n")
        answers = program.run("predict", "--weights", weights, "--text", source)
        source.unlink()
        program.path.unlink()
        for text, line in zip(texts, answers.splitlines(), strict=True):
            row = [0.0] * KEPT
            for word in text.split():
                if word in words:
                    at = words.index(word)
                    row[at] += math.log((1 + documents) / (1 + frequencies[at])) + 1
            length = math.sqrt(sum(x * x for x in row)) or 1
            hidden = list(tensors["layer1.bias"].data)
            for at in range(KEPT):
                for unit in range(2):
                    hidden[unit] += row[at] / length * tensors["layer1.weight"].data[2 * at + unit]
            logit = tensors["layer2.bias"].data[0]
            for unit in range(2):
                logit += max(hidden[unit], 0) * tensors["layer2.weight"].data[unit]
            self.assertAlmostEqual(json.loads(line)["outputs"][0], logit, delta=1e-5)

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
        """Numbers are the nearest, halves even; answers are those of numbers
        times scales; every command reads the packed file."""
        options = ("--features", KEPT, "--units", 2)
        small = self.folder / "small"
        expect_done(self.compress(*options))
        weights, _ = read_safetensors(small / "weights.safetensors")
        exact = list(weights["layer1.weight"].data)
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
                    self.assertEqual(scale, half)
                    bounded = max(-most, min(most, exact[at] / scale))
                    self.assertEqual(number, round(bounded))
                self.check_answers(small, packed, tensors, metadata)
                self.check_quantized(small, packed, bits)
                program = Program.compile(
                    small / "model.mlir", self.folder / "alone", "--weights", packed
                )
                evaluated = json.loads(program.run("eval", "--data", self.texts, "--json"))
                self.assertGreater(evaluated["accuracy"], 0.9)
                for path in small.iterdir():
                    path.unlink()

    def emptied(self) -> Path:
        """The folder, for the next one."""
        small = self.folder / "small"
        for path in small.iterdir():
            path.unlink()
        small.rmdir()
        return small

    def test_a_size(self):
        """About as many features as fit into it, and no more; the rest is chosen."""

        def told(*options):
            return json.loads(expect_done(self.compress("--json", *options)).stdout)

        small = told("--features", KEPT, "--units", 2, "--bits", 4)["bytes"]["after"]
        most = small + 120
        self.emptied()
        chosen = told("--max-size", most, "--distill")
        self.assertLessEqual(chosen["bytes"]["after"], most)
        self.assertEqual(chosen["bits"]["after"], 4)
        self.assertIn(chosen["units"]["after"], (2, 4, 8, 16))
        features = chosen["features"]["after"]
        self.assertGreater(features, 4)
        self.assertGreater(chosen["set_aside"]["accuracy_after"], 0.8)
        self.emptied()
        more = told("--features", features + 20, "--units", chosen["units"]["after"], "--bits", 4)
        self.assertGreater(more["bytes"]["after"], most)
        self.emptied()
        # What is given stays.
        given = told("--max-size", "1MB", "--units", 3, "--bits", 8)
        self.assertEqual(given["units"]["after"], 3)
        self.assertEqual(given["bits"]["after"], 8)
        self.assertEqual(given["features"]["after"], given["features"]["before"])

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

    def test_the_same_again(self):
        """For any number of threads."""
        made = []
        for threads in (1, 3):
            expect_done(self.compress("--features", KEPT, "--threads", threads))
            small = self.folder / "small"
            made.append({path.name: path.read_bytes() for path in small.iterdir()})
            for path in small.iterdir():
                path.unlink()
        self.assertEqual(*made)

    def test_a_teacher_in_the_data(self):
        """Is what the pupil learns from."""
        tensors, metadata = read_safetensors(self.data)
        rows = tensors["labels"].shape[0]
        taught = self.folder / "taught"
        # One that says the opposite of the labels, and is believed.
        opposite = [-8.0 if label else 8.0 for label in tensors["labels"].data]
        write_safetensors(taught, tensors | {"teacher": tensor("F32", [rows], opposite)}, metadata)
        told = json.loads(
            expect_done(
                self.compress("--features", KEPT, "--distill", "--alpha", 1, "--json", data=taught)
            ).stdout
        )
        self.assertLess(told["set_aside"]["accuracy_after"], 0.2)
        self.assertGreater(told["set_aside"]["flips"], 0.8)
        write_safetensors(taught, tensors | {"teacher": tensor("F32", [3], [0, 0, 0])}, metadata)
        (self.folder / "small").rename(self.folder / "moved")
        failed = self.compress("--features", KEPT, "--distill", data=taught)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("expected 1 for each of 400 rows", failed.stderr)
        self.assertFalse((self.folder / "small").exists())

    def test_a_decision_of_the_teacher(self):
        """Is that of both, and of the weights that are written: with a threshold
        that hardly any answer reaches, all of them are no."""
        decided = self.folder / "decided"
        weights, metadata = read_safetensors(self.weights)
        metadata = {key: text for key, text in metadata.items() if not key.startswith("xxh3")}
        decision = {"temperature": "2.5", "threshold": "0.999999"}
        write_safetensors(decided, weights, metadata | decision)
        for options, name in (((), "weights.safetensors"), (("--bits", 4), "weights.xz")):
            with self.subTest(name):
                command = ("--features", KEPT, "--units", 2, "--json", *options)
                told = json.loads(expect_done(self.compress(*command, weights=decided)).stdout)
                aside = told["set_aside"]
                self.assertEqual(aside["accuracy_before"], 0.5)
                self.assertEqual(aside["accuracy_after"], 0.5)
                self.assertEqual(aside["flips"], 0)
                small = self.folder / "small"
                program = Program.compile(
                    small / "model.mlir", self.folder / "program", "--weights", small / name
                )
                evaluated = json.loads(program.run("eval", "--data", self.texts, "--json"))
                self.assertEqual(evaluated["accuracy"], 0.5)
                for path in small.iterdir():
                    path.unlink()
                small.rmdir()

    def test_a_signal(self):
        """Ends it and what it runs, and leaves nothing behind."""
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                process = subprocess.Popen(
                    [
                        MLC, "compress", self.model, "--weights", self.weights, "--data",
                        self.data, "-o", self.folder / "small", "--features", str(KEPT),
                        "--feature-dropout", "0", "--epochs", "1000000",
                    ],
                    stderr=subprocess.PIPE,
                    text=True,
                    # lit ignores it, which its children would inherit.
                    preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
                )  # fmt: skip
                while "a pupil learns" not in process.stderr.readline():
                    self.assertIsNone(process.poll())
                process.send_signal(number)
                # The end of its last line is that of the last process, too.
                process.communicate(timeout=60)
                self.assertEqual(process.returncode, 128 + number)
                self.assertEqual(os.listdir(self.folder), [])

    def test_what_is_wrong(self):
        weights, metadata = read_safetensors(self.weights)
        metadata = {key: text for key, text in metadata.items() if not key.startswith("xxh3")}
        spoilt = self.folder / "spoilt"
        for name in ("layer1.weight", "layer2.weight"):
            numbers = list(weights[name].data)
            numbers[3] = math.nan
            changed = {name: tensor("F32", weights[name].shape, numbers)}
            write_safetensors(self.folder / f"nan-{name}", weights | changed, metadata)
        other = self.folder / "other"
        other_texts = self.folder / "other.csv"
        other_texts.write_text("label,review\n" + "1,good film\n0,bad film\n" * 20)
        expect_done(attempt(MLC, "data", other_texts, "-o", other))
        spoilt.write_text("not a file of weights")
        for status, message, options, files in (
            (1, "it has only 68", ("--features", 1000), {}),
            (2, "--features: expected", ("--features", 0), {}),
            (2, "--units: expected", ("--units", 0), {}),
            (2, "--bits: expected", ("--bits", 5), {}),
            (2, "--alpha: expected", ("--alpha", 2), {}),
            (2, "--temperature: expected", ("--temperature", 0), {}),
            (2, "--feature-dropout: expected", ("--feature-dropout", 1), {}),
            (2, "--max-loss: expected", ("--max-loss", -1), {}),
            (2, "--folds: expected", ("--folds", 1), {}),
            (2, "--max-size: expected", ("--max-size", "much"), {}),
            (2, "--max-size: expected", ("--max-size", -5), {}),
            (1, "not even 1 of its features fit", ("--max-size", 50), {}),
            (1, "not even 60 of its", ("--max-size", "400", "--features", 60), {}),
            (2, "--seed: expected", ("--seed", "x"), {}),
            (1, "element 3 is nan", (), {"weights": self.folder / "nan-layer1.weight"}),
            (1, "element 3 is nan", (), {"weights": self.folder / "nan-layer2.weight"}),
            (1, "spoilt", (), {"weights": spoilt}),
            (1, "missing", (), {"weights": self.folder / "missing"}),
            (1, "as the data set of --data has", (), {"data": other}),
            (1, "more than --max-loss 0.01 allows", ("--features", 1, "--max-loss", 0.01), {}),
        ):  # fmt: skip
            with self.subTest(message, options=options):
                before = set(os.listdir(self.folder))
                failed = self.compress(*options, **files)
                self.assertEqual(failed.returncode, status, failed.stderr)
                self.assertIn(message, failed.stderr)
                self.assertEqual(set(os.listdir(self.folder)), before)

    def test_a_folder_that_is_there(self):
        (self.folder / "small").mkdir()
        (self.folder / "small" / "file").touch()
        failed = self.compress("--features", KEPT)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("is there already", failed.stderr)


if __name__ == "__main__":
    unittest.main()
