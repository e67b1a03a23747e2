"""A wrong command line of `mlc compile`: status 2, the option at fault on
standard error, nothing on standard output, and no file made or changed.

What a file is to blame for is status 1; test/Integration/CPU tests that.
"""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "Integration"))

from integration import MLC, MODELS, attempt

STAGES = "graph, autodiff, linalg, tile, bufferize, spmd, lowering, ptx, obj, exe or lib"


class Usage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.text = (MODELS / "logistic.mlir").read_text()
        (self.folder / "m.mlir").write_text(self.text)

    def refuse(self, status: int, *arguments) -> str:
        """The message of `mlc ARGUMENTS`, run in a folder that holds m.mlir."""
        result = attempt(MLC, *arguments, cwd=self.folder)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(os.listdir(self.folder), ["m.mlir"])
        self.assertEqual((self.folder / "m.mlir").read_text(), self.text)
        return result.stderr

    def test_wrong_options(self):
        for arguments, message in {
            (): "MODEL is required",
            ("m.mlir", "n.mlir"): "not expected: n.mlir",
            ("m.mlir", "--optimize"): "not expected: --optimize",
            ("m.mlir", "--emti", "graph"): "not expected: --emti graph; did you mean --emit?",
            ("m.mlir", "-o"): "--output: 1 required",
            ("m.mlir", "--emit"): "--emit: 1 required",
            ("m.mlir", "--emit", "llvm"): f"unknown --emit 'llvm'; expected {STAGES}",
            ("m.mlir", "--emit", "Graph"): "unknown --emit 'Graph'",
            ("m.mlir", "--emit", "obj", "--emit", "exe"): "--emit: At Most 1",
            ("m.mlir", "--cpu", "abacus"): "unknown CPU 'abacus'; expected native, ",
            ("m.mlir", "--cpu", ""): "unknown CPU ''",
            ("m.mlir", "--gemm", "mkl"): "unknown --gemm 'mkl'; expected auto, generated, openblas or cublas",
            ("m.mlir", "--target-triple", "pdp11"): "--target-triple: expected one of x86_64 or aarch64",
            ("m.mlir", "--target-triple", "aarch64-linux-gnu"): "use --emit obj",
            ("m.mlir", "--target-triple", "aarch64-linux-gnu", "--cpu", "x86-64-v3"):
                "unknown CPU 'x86-64-v3'; expected native, generic, neoverse-n1",
            ("m.mlir", "--target", "tpu"): "unknown --target 'tpu'; expected cpu, cuda or cpu,cuda",
            ("m.mlir", "--emit", "ptx"): "--emit ptx needs --target cuda",
            ("m.mlir", "--target", "cuda", "--gpu", "sm_1"): "sm_1",
            ("m.mlir", "--target", "cuda", "--profile"): "--profile is of code for CPUs",
            ("m.mlir", "--target", "cuda", "--sanitize", "thread"):
                "--sanitize watches code for CPUs",
            ("m.mlir", "--timing=lines"): "unknown --timing 'lines'; expected stages or passes",
            ("m.mlir", "--batch", "two"): "--batch = two",
            ("m.mlir", "--batch", "1.5"): "--batch = 1.5",
            ("m.mlir", "--batch", "0"): "--batch: expected 1 to 1048576 rows, but got 0",
            ("m.mlir", "--batch", "-4"): "--batch: expected 1 to 1048576 rows, but got -4",
            ("m.mlir", "--batch", "1048577"): "--batch: expected 1 to 1048576 rows",
            ("m.mlir", "--batch", "9" * 30): "--batch: expected 1 to 1048576 rows",
        }.items():
            with self.subTest(arguments):
                self.assertIn(message, self.refuse(2, "compile", *arguments))

    def test_other_commands_speak_alike(self):
        for arguments, message in (
            (("run", "m.mlir", "--chek", "--data", "x"), "not expected: --chek; did you mean --check?"),
            (("run", "m.mlir"), "--data is required"),
        ):
            with self.subTest(arguments):
                error = self.refuse(2, *arguments)
                self.assertTrue(error.startswith(f"error: {message}"), error)
                self.assertIn("\n`mlc run --help` lists the options\n", error)

    def on_a_terminal(self, columns: int, *arguments, **environment) -> str:
        """What `mlc ARGUMENTS` writes on a terminal of so many columns."""
        try:
            ours, theirs = pty.openpty()
        except OSError as error:  # As in a root without /dev/pts.
            self.skipTest(f"no terminal can be opened: {error}")
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        known = {**os.environ, "TERM": "xterm", **environment}
        with subprocess.Popen(
            [MLC, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, cwd=self.folder, env=known
        ):
            os.close(theirs)
            text = b""
            try:
                while more := os.read(ours, 65536):
                    text += more
            except OSError:  # The other end is closed.
                pass
        os.close(ours)
        return text.decode()

    def test_a_terminal(self):
        (self.folder / "m.mlir").write_text("graph.program @m {")
        colour = "\x1b["
        self.assertIn(colour, self.on_a_terminal(80, "compile", "m.mlir", NO_COLOR=""))
        self.assertNotIn(colour, self.on_a_terminal(80, "compile", "m.mlir", NO_COLOR="1"))
        for command in ("compile", "data", "train", "new", "run"):
            with self.subTest(command):
                lines = self.on_a_terminal(60, command, "--help").splitlines()
                self.assertLessEqual(max(map(len, lines)), 60)

    def test_wrong_usage_is_said_before_the_model_is_read(self):
        for option in (("--emit", "llvm"), ("--batch", "0")):
            with self.subTest(option):
                error = self.refuse(2, "compile", "missing.mlir", *option)
                self.assertNotIn("missing.mlir", error)

    def test_an_unknown_command(self):
        self.assertIn("unknown command 'frobnicate'", self.refuse(2, "frobnicate"))

    def test_outputs_that_cannot_be_written(self):
        for output, message in {
            ".": "is a directory",
            "m.mlir": "is the model itself",
            "./m.mlir": "is the model itself",
            "/dev/null": "is no regular file",
            "none/out": "no such file or directory",
        }.items():
            for emit in ("exe", "obj", "graph"):
                with self.subTest(output, emit=emit):
                    command = ("compile", "m.mlir", "-o", output, "--emit", emit)
                    error = self.refuse(1, *command)
                    self.assertTrue(error.startswith(f"error: {output}"), error)
                    self.assertIn(message, error)

    def test_the_name_of_the_model_is_the_default(self):
        model = self.folder / "m.mlir"
        for emit, name in {"obj": "m.o", "exe": "m"}.items():
            (self.folder / name).mkdir()
            result = attempt(MLC, "compile", model, "--emit", emit, cwd=self.folder)
            self.assertEqual(result.returncode, 1)
            self.assertIn(f"error: {name}: is a directory; name the output with -o", result.stderr)
            (self.folder / name).rmdir()
            result = attempt(MLC, "compile", model, "--emit", emit, cwd=self.folder)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertTrue((self.folder / name).is_file())
            (self.folder / name).unlink()

    def test_a_model_without_an_ending_is_not_overwritten(self):
        (self.folder / "m.mlir").rename(self.folder / "m")
        result = attempt(MLC, "compile", "m", cwd=self.folder)
        self.assertEqual(result.returncode, 1)
        self.assertIn("error: m: is the model itself; name the output with -o", result.stderr)
        self.assertEqual((self.folder / "m").read_text(), self.text)

    def test_help_names_every_option(self):
        result = attempt(MLC, "compile", "--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for option in (
            *("MODEL", "--output", "--emit", "--cpu", "--batch"),
            *("--gemm", "--profile", "--target-triple", "--timing"),
        ):
            self.assertIn(option, result.stdout)


if __name__ == "__main__":
    unittest.main()
