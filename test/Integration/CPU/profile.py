"""`train --profile` tells where the time of a step goes, by the model's names.

No time is expected to be of any size: only that each is there, and that the
parts make the whole.
"""

import math
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MODELS, REPOSITORY, Program, make_data, read_safetensors

LINE = re.compile(r" *([\d.]+) +([\d.]+) % +([\d.]+) +([\d.]+) % +([\d.]+)  (.+)")
WHOLE = "the whole step"


class Region(NamedTuple):
    microseconds: float
    share: float  # of the step, in percent
    gigaflops: float
    peak: float  # share of the machine's, in percent
    gigabytes: float


def read_profile(text: str) -> dict[str, Region]:
    # After the epochs' lines.
    heading, columns, *lines = text[text.find("a step's time") :].splitlines()
    assert re.match(r"a step's time, mean of \d+ steps and \d threads?; peak", heading), heading
    assert columns.split()[:2] == ["us", "of"], columns
    matches = [LINE.fullmatch(line) for line in lines]
    assert all(matches), text
    return {match[6]: Region(*map(float, match.groups()[:5])) for match in matches if match}


class Profile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compile(self, source: Path, *options) -> Program:
        program = Program.compile(source, self.folder / source.stem, *options)
        self.data = self.folder / "data"
        make_data(program.info, 5 * program.info["batch"] + 3, seed=1).write(self.data)
        return program

    def profile(self, program: Program, *options) -> dict[str, Region]:
        return read_profile(program.run("train", "--data", self.data, "--profile", *options))

    def words_of(self, regions) -> set[str]:
        return {word for name in regions for word in name.split()}

    def test_the_names_are_the_models(self):
        example = REPOSITORY / "examples" / "imdb-mlp" / "model.mlir"
        regions = self.profile(self.compile(example, "--profile"), "--threads", 2)
        words = self.words_of(regions)
        for name in ("%h", "%a", "%y", "%l", "grad(%y)", "update(%w1)", "update(%b2)"):
            self.assertIn(name, words)
        self.assertIn("waiting for other workers", regions)
        # The first layer's product has its own region, with its work.
        (product,) = (name for name in regions if "%h" in name.split())
        self.assertNotIn("update(%w1)", product)
        self.assertGreater(regions[product].gigaflops, 0)
        self.assertGreater(regions[product].gigabytes, 0)

    def test_work_of_sparse_products_counts(self):
        source = REPOSITORY / "examples" / "imdb-mlp" / "model.mlir"
        command = ["mlc", "compile", "--profile", source, "--emit", "spmd"]
        program = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        regions = dict(re.findall(r'name = "([^"]*)", work = array<f64: ([^>]*)>', program))
        operations_of_nonzeros = {name: float(work.split(",")[2]) for name, work in regions.items()}
        # 128 products and sums of each non-zero: forward, and in the gradient.
        self.assertEqual(operations_of_nonzeros["%a %h"], 256)
        (update,) = (name for name in regions if "update(%w1)" in name.split())
        self.assertEqual(operations_of_nonzeros[update], 256)

    def test_the_parts_make_the_whole(self):
        for name in ("classes", "everything", "adam"):
            with self.subTest(name):
                program = self.compile(MODELS / f"{name}.mlir", "--profile")
                for threads in (1, 3):
                    regions = self.profile(program, "--threads", threads)
                    whole = regions.pop(WHOLE)
                    self.assertEqual(whole.share, 100)
                    self.assertGreater(whole.microseconds, 0)
                    total = math.fsum(region.microseconds for region in regions.values())
                    # As printed: each is rounded.
                    self.assertAlmostEqual(
                        total, whole.microseconds, delta=0.01 * (len(regions) + 1)
                    )
                    for region in regions.values():
                        self.assertLessEqual(region.share, 100)

    def test_it_trains_the_same(self):
        weights = []
        for options in ((), ("--profile",)):
            program = self.compile(MODELS / "classes.mlir", *options)
            output = self.folder / "weights"
            program.run("train", "--data", self.data, "-o", output, *options)
            weights.append(read_safetensors(output)[0])
        self.assertEqual(*weights)

    def test_nothing_is_left_of_it_where_it_is_off(self):
        program = self.compile(MODELS / "logistic.mlir")
        result = program.attempt("train", "--data", self.data, "--profile")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("compile the model with mlc compile --profile", result.stderr)
        self.assertNotIn("update(%", program.path.read_bytes().decode("latin-1"))

    def test_a_run_of_no_steps(self):
        program = self.compile(MODELS / "logistic.mlir", "--profile")
        text = program.run("train", "--data", self.data, "--profile", "--epochs", 0)
        self.assertEqual(text, "no step was trained, so there is no profile\n")


if __name__ == "__main__":
    unittest.main()
