"""Runs that cannot be: damaged and foreign checkpoints, files that are missing or
of another kind. Status 1, the file, what is wrong, and nothing new on the disk."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, MODELS, Program, make_data, make_weights, write_weights

ROWS = 40
FOLDER = "expected a regular file, but got a folder"
MISSING = "No such file or directory"
NO_VECTORISER = "holds no vectoriser"
# Changes of a checkpoint's bytes, and what is said of it then.
DAMAGES = {
    "empty": (lambda raw: b"", "0 bytes, too few"),
    "cut in the header": (lambda raw: raw[:60], "the file has 60"),
    "cut in the data": (lambda raw: raw[:-4], "ends at byte 204 of the data"),
    "longer": (lambda raw: raw + bytes(4), "but there are 208"),
    "a bit of the data": (lambda raw: raw[:-2] + bytes([raw[-2] ^ 1]) + raw[-1:], "hash"),
    "a bit of the header": (lambda raw: raw.replace(b'"step"', b'"stap"'), "its header"),
    "a digit of its hash": (
        lambda raw: re.sub(rb'"xxh3":"(\w)', lambda m: m[0][:-1] + b"z", raw),
        "its header",
    ),
    "header's length": (lambda raw: bytes([raw[0] ^ 64]) + raw[1:], "not valid JSON"),
    "text": (lambda raw: b"hello\n", "6 bytes, too few"),
    "zeros": (lambda raw: bytes(len(raw)), "not valid JSON"),
}
# What a run depends on: options that differ from the checkpoint's.
OTHER_RUNS = {
    "--seed: 0, but this run has 2": ("--seed", "2"),
    "--learning-rate: 1, but this run has 0.5": ("--learning-rate", "0.5"),
    "order of rows (shuffled)": ("--no-shuffle",),
    "first weights": ("--init", "weights"),
    "--validation": ("--validation", "0.2"),
    "test set": ("--test", "other"),
}
# Options of `train --data data`, the file that is named, what is said of it.
TRAIN = (
    ("-o dir", "dir", "it is a folder"),
    ("-o none/out", "none/out", MISSING),
    ("--metrics dir", "dir", "give the name of a file"),
    ("--metrics none/m", "none/m", "check that the folder"),
    ("--test weights", "weights", 'format "mlc.dataset", but got "mlc.weights"'),
    ("--test missing", "missing", MISSING),
    ("--init data", "data", 'format "mlc.weights", but got "mlc.dataset"'),
    ("--init missing", "missing", MISSING),
    ("--init empty", "empty", "0 bytes"),
    ("--init dir", "dir", FOLDER),
    ("--validation 0.999", "data", "no row of 40 for training"),
    ("--validation 1e-9", "data", "no row of 40 for validation"),
    ("--checkpoints data", "data", "Not a directory"),
    ("--checkpoints none/c", "none/c", MISSING),
)
# Other commands of a program.
COMMANDS = (
    ("train --data dir", "dir", FOLDER),
    ("train --data empty", "empty", "0 bytes"),
    ("train --data pipe", "pipe", "a pipe or device"),
    ("train --data weights", "weights", "mlc.dataset"),
    ("train --data texts.csv", "texts.csv", "expected a safetensors file, but got text"),
    ("eval --data data --weights data", "data", "mlc.weights"),
    ("eval --data data --weights missing", "missing", MISSING),
    ("eval --data missing --weights weights", "missing", MISSING),
    ("eval --data texts.csv --weights weights", "weights", NO_VECTORISER),
    ("eval --data data --weights weights --predictions dir", "dir", "it is a folder"),
    ("eval --data data --weights weights --predictions none/p", "none/p", MISSING),
    ("predict --weights weights --text words", "weights", NO_VECTORISER),
    ("predict --weights weights --text missing", "missing", MISSING),
    ("predict --weights weights --data texts.csv", "weights", NO_VECTORISER),
    ("predict --weights dir --data data", "dir", FOLDER),
    ("predict --weights empty --data data", "empty", "0 bytes"),
)
# Commands of mlc; MODEL is a good one.
MLC_COMMANDS = (
    ("compile missing.mlir", "missing.mlir", MISSING),
    ("compile dir", "dir", "is a directory"),
    ("compile MODEL -o dir", "dir", "is a directory"),
    ("compile MODEL -o none/out", "none/out", "no such file"),
    ("compile MODEL -o pipe", "pipe", "no regular file"),
    ("data missing -o out", "missing", MISSING),
    ("data texts.csv -o dir", "dir", "it is a folder"),
    ("data texts.csv -o none/out", "none/out", MISSING),
    ("data texts.csv --like weights -o out", "weights", NO_VECTORISER),
    ("data texts.csv --like missing -o out", "missing", MISSING),
    ("data texts.csv --like data -o out", "data", NO_VECTORISER),
    ("data texts.csv --like texts.csv -o out", "texts.csv", "expected a safetensors file, but got text"),
    ("data texts.csv --vocabulary missing -o out", "missing", MISSING),
    ("data texts.csv --vocabulary empty -o out", "empty", "expected words"),
    ("data texts.csv --stop-words missing -o out", "missing", MISSING),
    ("data texts.csv --embeddings missing -o out", "missing", MISSING),
    ("data texts.csv --embeddings empty -o out", "empty", "expected word vectors"),
    ("data texts.csv --embeddings words -o out", "words:1:3", ""),
    ("data texts.csv --text-column t -o out", "texts.csv", "--text-column"),
    ("data texts.csv --label-column t -o out", "texts.csv", "--label-column"),
    ("data texts.csv --format libsvm -o out", "texts.csv:1:1", ""),
    ("data texts.csv --format jsonl -o out", "texts.csv:1:1", "JSON object"),
    ("data data -o out", "data", "but got a safetensors file"),
    ("data weights -o out", "weights", "but got a safetensors file"),
    ("run MODEL --check --data missing --init weights", "missing", MISSING),
    ("run MODEL --reference --data data --init missing", "missing", MISSING),
    ("run missing --reference --data data --init weights", "missing", MISSING),
)


class BrokenRuns(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.built = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.built.cleanup)
        cls.program, cls.dense = (
            Program.compile(MODELS / f"{name}.mlir", Path(cls.built.name) / name)
            for name in ("logistic", "regression")
        )

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        info = self.program.info
        make_data(info, ROWS, seed=1).write(self.folder / "data")
        make_data(info, ROWS, seed=2).write(self.folder / "other")
        write_weights(self.folder / "weights", make_weights(info, 1))
        (self.folder / "empty").write_bytes(b"")
        (self.folder / "dir").mkdir()
        (self.folder / "texts.csv").write_text("label,review\n1,good\n0,bad\n")
        (self.folder / "words").write_text("a text\n")
        os.mkfifo(self.folder / "pipe")

    def attempt(self, *command) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(part) for part in command],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def expect_refusal(self, file: str, message: str, *command) -> None:
        before = sorted(os.listdir(self.folder))
        result = self.attempt(*command)
        self.assertEqual(result.returncode, 1, result.stderr)
        errors = [line for line in result.stderr.splitlines() if "error: " in line]
        self.assertEqual(len(errors), 1, result.stderr)
        self.assertIn(file, errors[0])
        self.assertIn(message, result.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def train(self, *options) -> tuple:
        return (self.program.path, "train", "--data", "data", "--threads", "1", *options)

    def with_checkpoints(self, *options) -> tuple:
        interval = ("--checkpoint-every", "2", "--max-steps", "6")
        return self.train("--checkpoints", "c", *interval, *options)

    def test_damaged_checkpoints(self):
        self.assertEqual(self.attempt(*self.with_checkpoints()).returncode, 0)
        shutil.copytree(self.folder / "c", self.folder / "kept")
        foreign = {
            name: (lambda raw, name=name: (self.folder / name).read_bytes(), "has no hash")
            for name in ("weights", "data")
        }
        for name, (damage, message) in (DAMAGES | foreign).items():
            with self.subTest(name):
                shutil.rmtree(self.folder / "c")
                shutil.copytree(self.folder / "kept", self.folder / "c")
                for path in (self.folder / "c").glob("*.safetensors"):
                    path.write_bytes(damage(path.read_bytes()))
                resume = self.with_checkpoints("--resume")
                self.expect_refusal("c: none of its 2 checkpoints is intact", message, *resume)

    def test_checkpoints_of_other_runs(self):
        self.assertEqual(self.attempt(*self.with_checkpoints()).returncode, 0)
        for message, options in OTHER_RUNS.items():
            with self.subTest(message):
                resume = self.with_checkpoints("--resume", *options)
                self.expect_refusal("c/step-", message, *resume)
        for name, message, options in (
            ("new run", "go on from it with --resume", ()),
            ("other data", "another data set", ("--resume", "--data", "other")),
            ("end passed", "6 steps are done already", ("--resume", "--max-steps", "3")),
        ):
            with self.subTest(name):
                command = [str(part) for part in self.with_checkpoints()]
                for option, value in zip(options[1::2], options[2::2]):
                    command[command.index(option) + 1] = value
                self.expect_refusal("", message, *command, *options[:1])

    def test_a_folder_for_a_checkpoint(self):
        self.assertEqual(self.attempt(*self.with_checkpoints()).returncode, 0)
        newest = max((self.folder / "c").glob("*.safetensors"))
        newest.unlink()
        newest.mkdir()
        self.expect_refusal(newest.name, FOLDER, *self.with_checkpoints("--resume"))

    def test_train(self):
        for options, file, message in TRAIN:
            with self.subTest(options):
                self.expect_refusal(file, message, *self.train(*options.split()))

    def test_commands(self):
        for command, file, message in COMMANDS:
            with self.subTest(command):
                self.expect_refusal(file, message, self.program.path, *command.split())

    def test_other_models(self):
        command = (self.dense.path, "train", "--data", "data")
        self.expect_refusal("data: ", "expects dense rows", *command)
        command = (self.dense.path, "eval", "--data", "data", "--weights", "weights")
        self.expect_refusal("weights: ", "is no parameter of program", *command)

    def test_mlc(self):
        for command, file, message in MLC_COMMANDS:
            with self.subTest(command):
                arguments = command.replace("MODEL", f"{MODELS}/logistic.mlir").split()
                self.expect_refusal(file, message, MLC, *arguments)


if __name__ == "__main__":
    unittest.main()
