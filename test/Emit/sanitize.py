"""Programs compiled with --sanitize train, resume, evaluate and predict on
several threads without a report, and give the numbers that they give without.
Where threads do not wait for one another, a race is reported."""

import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1] / "Integration"))

from integration import MODELS, Program, make_data

ROWS = 41
# In place of the C++ driver that links programs: workers do not meet in these.
LINKER = """\
#!/bin/sh
echo 'void __wrap_mlc_barrier(void *barrier, long worker) {}' >"$0.c"
exec "%s" "$@" -Wl,--wrap=mlc_barrier -x c "$0.c"
"""


class Sanitize(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compile(self, model: str, sanitizer: str) -> Program:
        path = self.folder / f"{model}-{sanitizer}"
        options = ("--sanitize", sanitizer)
        program = Program.compile(MODELS / f"{model}.mlir", path, *options)
        make_data(program.info, ROWS, seed=1).write(self.folder / "data")
        return program

    def run_all(self, program: Program, threads: int) -> tuple[bytes, str]:
        weights, data = self.folder / "weights", self.folder / "data"
        checkpoints = self.folder / "checkpoints"
        common = ("--threads", threads, "--data", data)
        train = ("train", *common, "-o", weights, "--epochs", 2, "--test", data)
        keep = ("--checkpoints", checkpoints, "--checkpoint-every", "2steps")
        program.run(*train, *keep, "--max-steps", 3)
        program.run(*train, *keep, "--resume")
        shutil.rmtree(checkpoints)
        resumed = weights.read_bytes()
        program.run(*train)
        self.assertEqual(weights.read_bytes(), resumed)
        evaluated = program.run("eval", *common, "--weights", weights, "--json")
        return resumed, evaluated + program.run("predict", *common, "--weights", weights)

    def test_programs(self):
        for model in ("logistic", "everything"):
            for sanitizer in ("address", "thread"):
                with self.subTest(model, sanitizer=sanitizer):
                    program = self.compile(model, sanitizer)
                    one = self.run_all(program, threads=1)
                    self.assertEqual(self.run_all(program, threads=3), one)

    def test_a_race_is_reported(self):
        linker = self.folder / "c++"
        linker.write_text(LINKER % shutil.which("c++"))
        linker.chmod(0o755)
        path = f"{self.folder}:{os.environ['PATH']}"
        with mock.patch.dict(os.environ, PATH=path):
            program = self.compile("everything", "thread")
        # On a busy machine a worker may be through before the next one begins.
        for _ in range(20):
            result = program.attempt(
                "train", "--threads", 3, "--data", self.folder / "data", "--epochs", 20
            )
            if result.returncode != 0:
                break
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("ThreadSanitizer: data race", result.stderr)


if __name__ == "__main__":
    unittest.main()
