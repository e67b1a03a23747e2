"""`mlc compile --weights`, and --static: one file that holds it all."""

import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC, Program, attempt, expect_done, read_safetensors, tensor, write_safetensors,
)
from trained import Trained, make_texts, write_reviews, write_table

OPTIONS = ("--max-features", "40", "--hidden", "8", "--value", "tfidf")
PT_LOAD, PT_DYNAMIC, PT_INTERP, WRITABLE = 1, 2, 3, 2


def segments(path) -> list[tuple[int, int, int, int]]:
    """Of an ELF file's program header: type, flags, offset, bytes in the file."""
    raw = Path(path).read_bytes()
    start, size, count = (*struct.unpack_from("<Q", raw, 32), *struct.unpack_from("<HH", raw, 54))[:3]
    rows = (struct.unpack_from("<IIQQQQ", raw, start + i * size) for i in range(count))
    return [(row[0], row[1], row[2], row[5]) for row in rows]


class Weights(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.reviews = write_reviews(cls.folder / "reviews.csv")
        cls.trained = Trained(cls.folder / "made", cls.reviews, *OPTIONS)
        cls.lines = cls.folder / "lines.txt"
        cls.lines.write_text("".join(text + "\n" for text in make_texts(50, 1)), encoding="utf-8")
        cls.expected = cls.trained.program.run(
            "predict", "--weights", cls.trained.weights, "--text", cls.lines
        )
        cls.single = cls.folder / "single"
        expect_done(cls.compile(cls.single))

    @classmethod
    def compile(cls, output, *options, weights=None):
        return attempt(
            MLC, "compile", cls.trained.model, "--weights", weights or cls.trained.weights,
            *options, "-o", output,
        )

    def refuse(self, message: str, *options, status=1, weights=None) -> str:
        """Nothing is written, and an old program stays."""
        output = self.folder / "refused"
        output.write_text("old")
        before = set(os.listdir(self.folder))
        result = self.compile(output, *options, weights=weights)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertIn(message, result.stderr)
        self.assertEqual(output.read_text(), "old")
        self.assertEqual(set(os.listdir(self.folder)), before)
        return result.stderr

    def changed_weights(self, change) -> Path:
        """A copy without a seal whose tensors or metadata `change` changes."""
        tensors, metadata = read_safetensors(self.trained.weights)
        metadata = {k: v for k, v in metadata.items() if not k.startswith("xxh3")}
        change(tensors, metadata)
        path = self.folder / "changed.safetensors"
        write_safetensors(path, tensors, metadata)
        return path

    def test_answers_without_a_file(self):
        with tempfile.TemporaryDirectory() as elsewhere:
            program = Path(elsewhere) / "moved"
            shutil.copy(self.single, program)
            result = attempt(program, "predict", "--text", self.lines, cwd=elsewhere)
            self.assertEqual(expect_done(result).stdout, self.expected)
            self.assertEqual(os.listdir(elsewhere), ["moved"])
        # Others may be given still.
        program = Program(self.single)
        self.assertEqual(
            program.run("predict", "--weights", self.trained.weights, "--text", self.lines),
            self.expected,
        )
        ways = [
            program.run("eval", "--data", self.reviews, "--json"),
            self.trained.program.run(
                "eval", "--data", self.reviews, "--weights", self.trained.weights, "--json"
            ),
        ]
        self.assertEqual(*ways)
        calibrated = self.folder / "calibrated.safetensors"
        held_out = write_reviews(self.folder / "held-out.csv", seed=9)
        program.run("calibrate", "--data", held_out, "-o", calibrated)
        self.assertIn("temperature", read_safetensors(calibrated)[1])
        # Without weights inside, the option stays obligatory.
        result = self.trained.program.attempt("predict", "--text", self.lines)
        self.assertEqual(result.returncode, 2)
        self.assertIn("--weights is required", result.stderr)

    def test_serves_without_a_file(self):
        process = subprocess.Popen(
            [self.single, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        port = re.search(r"http://127.0.0.1:(\d+)/", process.stderr.readline())[1]
        text = "great naïve film"
        question = {"inputs": [
            {"name": "text", "shape": [1, 1], "datatype": "BYTES", "data": [text]}]}
        answers = []
        for reload in (False, True):
            if reload:
                process.send_signal(signal.SIGHUP)
                self.assertIn("loaded version", process.stderr.readline())
            with urllib.request.urlopen(
                f"http://127.0.0.1:{port}/v2/models/model/infer", json.dumps(question).encode()
            ) as answer:
                answers.append(json.load(answer)["outputs"][0]["data"])
        said = attempt(self.single, "predict", "--text", input=text + "\n", encoding="utf-8")
        expected = json.loads(expect_done(said).stdout)["outputs"]
        self.assertEqual(answers, [expected] * 2)
        process.terminate()
        self.assertEqual(process.wait(), 0)
        process.stderr.close()

    def test_info_tells_what_is_inside(self):
        inside = Program(self.single).info["weights"]
        self.assertEqual(inside["bytes"], self.trained.weights.stat().st_size)
        self.assertEqual(inside["input"], "text")
        self.assertRegex(inside["hash"], "^[0-9a-f]{16}$")
        self.assertEqual(inside["temperature"], 1)
        self.assertIsNone(self.trained.program.info["weights"])
        text = Program(self.single).run("info")
        self.assertRegex(text, r"(?m)^weights +inside, \d+ bytes, hash [0-9a-f]{16}$")
        self.assertRegex(text, r"(?m)^reads +text, 40 features$")
        self.assertNotIn("weights", self.trained.program.run("info"))

    def test_lies_in_read_only_memory_as_it_is(self):
        raw, weights = self.single.read_bytes(), self.trained.weights.read_bytes()
        place = raw.find(weights)
        self.assertGreaterEqual(place, 0, "the file is not inside, or changed")
        self.assertEqual(place % 64, 0, "parameters would be copied")
        holders = [
            flags for type, flags, offset, size in segments(self.single)
            if type == PT_LOAD and offset <= place and place + len(weights) <= offset + size
        ]
        self.assertEqual(len(holders), 1)
        self.assertFalse(holders[0] & WRITABLE)

    def test_weights_of_another_model_are_refused_at_its_line(self):
        def reshape(tensors, metadata):
            name, tensor = next((n, t) for n, t in tensors.items() if len(t.shape) == 2)
            tensors[name] = tensor._replace(shape=tensor.shape[::-1])

        def rename(tensors, metadata):
            name = next(n for n, t in tensors.items() if len(t.shape) == 2)
            tensors["another"] = tensors.pop(name)

        path = self.trained.model
        for change, message in (
            (reshape, "of shape [8, 40], but the model of [40, 8]; PyTorch keeps"),
            (rename, "has no tensor '"),
        ):
            with self.subTest(message):
                said = self.refuse(message, weights=self.changed_weights(change))
                self.assertRegex(said, rf"{path}:\d+:\d+: error: .*changed.safetensors has")
                self.assertIn("graph.parameter", said)

    def test_rows_of_another_kind_are_refused(self):
        def shorten(tensors, metadata):
            bytes = tensors["vocabulary"].data.tobytes()
            kept = b"".join(bytes.splitlines(keepends=True)[:-1])
            frequencies = tensors["vectorizer.df"].data[:-1]
            tensors["vocabulary"] = tensor("U8", [len(kept)], kept)
            tensors["vectorizer.df"] = tensor("I32", [len(frequencies)], frequencies)

        said = self.refuse("makes sparse rows of 39 features, but the model takes sparse rows of 40",
                           weights=self.changed_weights(shorten))
        self.assertRegex(said, rf"{self.trained.model}:\d+:\d+: error: ")

    def test_damaged_files_are_refused(self):
        raw = bytearray(self.trained.weights.read_bytes())
        damaged = self.folder / "damaged.safetensors"
        raw[-5] ^= 1
        damaged.write_bytes(raw)
        self.refuse("does not agree with its hash", weights=damaged)
        damaged.write_bytes(raw[:-7])
        self.refuse("damaged.safetensors", weights=damaged)

        def spoil(tensors, metadata):
            next(t for t in tensors.values() if t.type == "F32").data[0] = float("nan")

        self.refuse("element 0 is nan", weights=self.changed_weights(spoil))
        self.refuse("cannot be read", weights=self.folder / "missing")
        self.refuse("expected a file of format", weights=self.trained.folder / "train.safetensors")

    def test_wrong_usage(self):
        self.refuse("--emit tile has no place for them", "--emit", "tile", status=2)
        result = self.compile(self.trained.weights)
        self.assertEqual(result.returncode, 1)
        self.assertIn("has the weights; name the output with -o", result.stderr)
        self.assertIn("mlc.weights", read_safetensors(self.trained.weights)[1]["format"])

    def test_a_full_disk_leaves_nothing(self):
        output = self.folder / "full"
        result = subprocess.run(
            ["sh", "-c", 'ulimit -f 8; exec "$@"', "sh", MLC, "compile", self.trained.model,
             "--weights", self.trained.weights, "-o", output],
            text=True, stderr=subprocess.PIPE,
        )
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertFalse(output.exists())

    def test_single_file(self):
        made = self.folder / "one"
        trained = Trained(made, self.reviews, *OPTIONS, "--single-file")
        self.assertIsNotNone(trained.program.info["weights"])
        alone = self.folder / "alone"
        shutil.copy(trained.program.path, alone)
        shutil.rmtree(made)
        self.assertEqual(Program(alone).run("predict", "--text", self.lines), self.expected)
        self.assertNotIn(PT_INTERP, [row[0] for row in segments(alone)])


class Static(Weights):
    """All of it again, of a program that needs no library."""

    @classmethod
    def compile(cls, output, *options, weights=None):
        return super().compile(output, "--static", *options, weights=weights)

    def test_needs_no_library(self):
        kinds = [row[0] for row in segments(self.single)]
        self.assertNotIn(PT_INTERP, kinds)
        raw = self.single.read_bytes()
        self.assertEqual(struct.unpack_from("<H", raw, 16)[0], 3, "no position-independent file")
        for type, _, offset, size in segments(self.single):
            if type == PT_DYNAMIC:
                tags = [struct.unpack_from("<q", raw, at)[0] for at in range(offset, offset + size, 16)]
                self.assertNotIn(1, tags[: tags.index(0)], "DT_NEEDED")

    def test_runs_where_nothing_else_is(self):
        with tempfile.TemporaryDirectory() as root:
            shutil.copy(self.single, Path(root) / "program")
            command = ["chroot", root, "/program", "predict", "--text"]
            if os.geteuid() != 0:
                command = ["unshare", "--map-root-user", *command]
            with open(self.lines) as lines:
                result = attempt(*command, stdin=lines)
            if result.returncode in (1, 125, 126) and "program" not in result.stderr:
                self.skipTest(f"no empty root may be made here: {result.stderr}")
            self.assertEqual(expect_done(result).stdout, self.expected)

    def test_holds_the_library_of_products(self):
        table = write_table(self.folder / "table.csv")
        trained = Trained(self.folder / "table", table, "--label-column", "price", "--hidden", "64")
        made = []
        for options in ((), ("--gemm", "openblas")):
            program = self.folder / f"products{len(options)}"
            expect_done(attempt(
                MLC, "compile", trained.model, "--weights", trained.weights, "--static", *options,
                "-o", program,
            ))
            self.assertNotIn(PT_INTERP, [row[0] for row in segments(program)])
            made.append((program.stat().st_size, Program(program).run("predict", "--data", table)))
        self.assertGreater(made[1][0], made[0][0] + 10e6, "OpenBLAS is not inside")
        self.assertEqual(
            made[1][1],
            trained.program.run("predict", "--weights", trained.weights, "--data", table),
        )

    def test_what_cannot_be(self):
        self.refuse("a GPU's driver is a shared library", "--target", "cpu,cuda", status=2)
        self.refuse("--static is of programs", "--emit", "obj", status=2)
        self.refuse("--static: sanitizers are", "--sanitize", "address", status=2)

    def test_wrong_usage(self):
        pass  # --emit has been tested above.

    def test_single_file(self):
        pass  # Is static already.


if __name__ == "__main__":
    unittest.main()
