"""The same bits for any number of threads and from run to run.

And what the files of one command mean to the next: --init, eval, predict.
"""

import json
import math
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MODELS, Program, make_data, read_metrics, read_safetensors

NAMES = ("regression", "classes", "everything", "logistic", "lazy", "reshape")
# Each the name of a model and options of `mlc compile`.
VARIANTS = {name: (name,) for name in NAMES} | {
    "generated": ("classes", "--gemm", "generated"),
    "openblas": ("classes", "--gemm", "openblas"),
}
THREADS = (1, 2, 3, 5)


class Bits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.programs = {
            name: Program.compile(MODELS / f"{model}.mlir", cls.folder / name, *options)
            for name, (model, *options) in VARIANTS.items()
        }
        for name, program in cls.programs.items():
            rows = 7 * program.info["batch"] + 2
            make_data(program.info, rows, seed=1).write(cls.data(name))
            make_data(program.info, rows // 2, seed=2).write(cls.data(name, "test"))

    @classmethod
    def data(cls, name: str, part: str = "train") -> Path:
        return cls.folder / f"{name}.{part}"

    def train(self, name: str, *options) -> bytes:
        """The weights file, byte for byte."""
        output = self.folder / f"{name}.weights"
        output.unlink(missing_ok=True)
        self.programs[name].run(
            *("train", "--data", self.data(name), "-o", output, *options)
        )
        return output.read_bytes()

    def test_threads_never_change_weights(self):
        for name in VARIANTS:
            first = self.train(name, "--threads", 1)
            for threads in (*THREADS, *THREADS):
                with self.subTest(name, threads=threads):
                    self.assertEqual(self.train(name, "--threads", threads), first)

    def test_other_shapes_never_change_weights(self):
        # Of the same model without reshapes; its tensors have other shapes.
        flat = Program.compile(MODELS / "flat.mlir", self.folder / "flat")
        output = self.folder / "flat.weights"
        flat.run("train", "--data", self.data("reshape"), "-o", output)
        expected, _ = read_safetensors(output)
        self.train("reshape")
        weights, _ = read_safetensors(self.folder / "reshape.weights")
        self.assertEqual(weights["layer1.weight"].shape, [4, 5, 8, 16])
        self.assertEqual(expected["layer1.weight"].shape, [20, 128])
        self.assertEqual(weights.keys(), expected.keys())
        for name, tensor in weights.items():
            self.assertEqual(tensor.data, expected[name].data, name)

    def test_each_form_of_sparse_data_gives_the_same(self):
        program = self.programs["logistic"]
        data = make_data(program.info, 7 * program.info["batch"] + 2, seed=3)
        path, output = self.folder / "ones", self.folder / "ones.weights"
        weights = []
        for smallest in (False, True):
            data.with_ones(smallest).write(path)
            program.run("train", "--data", path, "-o", output)
            weights.append(read_safetensors(output)[0])
        self.assertEqual(*weights)

    def test_threads_never_change_figures(self):
        for name in NAMES:
            weights = self.folder / f"{name}.weights"
            self.train(name)
            for command in ("eval", "predict"):
                with self.subTest(name, command=command):
                    answers = {
                        self.programs[name].run(
                            *(command, "--data", self.data(name, "test")),
                            *("--weights", weights, "--threads", threads),
                        )
                        for threads in THREADS
                    }
                    self.assertEqual(len(answers), 1)

    def test_seed_and_shuffling_matter(self):
        for name in NAMES:
            with self.subTest(name):
                plain, other = self.train(name), self.train(name, "--seed", 1)
                self.assertNotEqual(plain, other)
                self.assertNotEqual(plain, self.train(name, "--no-shuffle"))

    def test_init_takes_what_training_wrote(self):
        for name in NAMES:
            with self.subTest(name):
                self.train(name)
                weights = self.folder / f"{name}.weights"
                start = weights.rename(self.folder / f"{name}.start")
                self.train(name, "--init", start, "--epochs", 0)
                self.assertEqual(
                    read_safetensors(weights)[0], read_safetensors(start)[0]
                )

    def test_eval_repeats_the_last_epoch(self):
        for name in NAMES:
            with self.subTest(name):
                metrics, test = self.folder / "metrics", self.data(name, "test")
                self.train(name, "--test", test, "--metrics", metrics)
                last = read_metrics(metrics)[1][-1]
                weights = self.folder / f"{name}.weights"
                figures = json.loads(
                    self.programs[name].run(
                        *("eval", "--data", test, "--weights", weights, "--json")
                    )
                )
                told = {name for name in figures if f"test_{name}" in last}
                self.assertEqual(len(told), 2)
                for name in told:
                    self.assertEqual(figures[name], last[f"test_{name}"])

    def test_predict_gives_the_accuracy_of_eval(self):
        """Logits above 0 are positive; the largest logit is the class."""
        for name in ("logistic", "classes"):
            with self.subTest(name):
                self.train(name)
                arguments = ("--data", self.data(name, "test"), "--json")
                arguments += ("--weights", self.folder / f"{name}.weights")
                program = self.programs[name]
                accuracy = json.loads(program.run("eval", *arguments))["accuracy"]
                lines = program.run("predict", *arguments).splitlines()
                labels = read_safetensors(self.data(name, "test"))[0]["labels"].data
                self.assertEqual(len(lines), len(labels))
                right = 0
                for line, label in zip(map(json.loads, lines), labels):
                    logits = line["outputs"]
                    answer = (
                        logits.index(max(logits)) if len(logits) > 1 else logits[0] > 0
                    )
                    right += answer == label
                self.assertTrue(math.isclose(right / len(labels), accuracy))


if __name__ == "__main__":
    unittest.main()
