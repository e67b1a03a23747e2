"""Private training as a command: what it promises, writes, refuses and repeats."""

import json
import math
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC, MODELS, Program, attempt, expect_done, make_data, make_weights, read_lines,
    read_safetensors, write_safetensors, write_weights,
)  # fmt: skip

NAMES = ("groups", "clipped", "places")  # Dense rows, sparse ones, and rows of several places.
ROWS = 7  # Batches of them.


class Private(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.programs = {}
        for name in NAMES:
            text = (MODELS / f"{name}.mlir").read_text()
            begin = text.index("epochs(3)") + len("epochs(3)")
            end = text.index("\n", begin)
            model = cls.folder / f"{name}.mlir"
            model.write_text(f"{text[:begin]} private(clip = 0.25){text[end:]}")
            program = Program.compile(model, cls.folder / name)
            data = make_data(program.info, ROWS * program.info["batch"] + 2, seed=1)
            data.write(cls.folder / f"{name}.data")
            write_weights(cls.folder / f"{name}.start", make_weights(program.info, seed=2))
            cls.programs[name] = program

    def attempt(self, name: str, *options):
        return self.programs[name].attempt(
            "train", "--data", self.folder / f"{name}.data", *options
        )

    def train(self, name: str, *options) -> bytes:
        output = self.folder / "weights"
        output.unlink(missing_ok=True)
        expect_done(self.attempt(name, "--epsilon", 3, "-o", output, *options))
        return output.read_bytes()

    def test_compiled_code_agrees_with_the_reference(self):
        for name in NAMES:
            with self.subTest(name):
                checked = attempt(MLC, "run", self.folder / f"{name}.mlir", "--check",
                                  "--data", self.folder / f"{name}.data",
                                  "--init", self.folder / f"{name}.start")
                self.assertIn("agrees", expect_done(checked).stdout)

    def test_same_bits_for_any_threads_and_after_resuming(self):
        for name in NAMES:
            key, kept = self.folder / f"{name}.key", self.folder / f"{name}.kept"
            keep = ("--keep-key", key, "--checkpoint-every", "1steps")
            one = self.train(name, *keep, "--checkpoints", kept, "--threads", 1)
            self.assertEqual(key.stat().st_mode & 0o777, 0o600)
            files = sorted(kept.glob("*.safetensors"))
            self.assertGreater(len(files), 1)
            files[-1].unlink()  # As if it had been killed before.
            for threads in (2, 3, 8):
                with self.subTest(name, threads=threads):
                    folder = self.folder / f"{name}{threads}"
                    shutil.copytree(kept, folder)
                    again = ("--checkpoints", folder, "--resume", "--threads", threads)
                    self.assertEqual(self.train(name, *keep, *again), one)
            # A run without a checkpoint does not go on with another one's secret.
            anew = self.attempt(name, "--epsilon", 3, *keep, "--resume", "--checkpoints",
                                self.folder / f"{name}.none")
            self.assertEqual(anew.returncode, 1, anew.stderr)
            # Another secret, another choice of rows and other noise.
            self.assertNotEqual(self.train(name), self.train(name))
            other = self.attempt(name, "--epsilon", 3, "--keep-key", key)
            self.assertEqual(other.returncode, 1, other.stderr)
            self.assertIn(str(key), other.stderr)
            noise = self.attempt(name, "--epsilon", 2, *keep, "--checkpoints", kept, "--resume")
            self.assertEqual(noise.returncode, 1, noise.stderr)
            self.assertIn("noise (of --epsilon, --delta and the steps)", noise.stderr)
            further = self.attempt(name, "--epsilon", 3, "--continue", kept)
            self.assertEqual(further.returncode, 2, further.stderr)
            self.assertIn("begin a new run from its weights by --init", further.stderr)

    def test_tells_what_it_costs_and_nothing_of_the_rows(self):
        name = "groups"
        metrics, page = self.folder / "metrics", self.folder / "page.html"
        written = self.folder / "told"
        data = self.folder / f"{name}.data"
        done = expect_done(self.attempt(
            name, "--epsilon", 3, "--delta", 1e-4, "-o", written, "--metrics", metrics,
            "--metrics-every-step", "--report", page, "--test", data, "--public-test"))
        self.assertNotIn(" loss", done.stdout.replace("test loss", ""))
        self.assertIn("epsilon", done.stdout)
        self.assertIn("private: epsilon", done.stderr)
        self.assertIn("at delta 0.0001 after", done.stderr)
        lines = read_lines(metrics)
        self.assertFalse([line for line in lines if "loss" in line])
        epsilons = [line["epsilon"] for line in lines if "epoch" in line]
        self.assertEqual(sorted(epsilons), epsilons)
        self.assertLessEqual(epsilons[-1], 3)
        self.assertGreater(epsilons[-1], 2.9)
        _, metadata = read_safetensors(written)
        privacy = json.loads(metadata["privacy"])
        batch, rows = self.programs[name].info["batch"], ROWS * self.programs[name].info["batch"] + 2
        self.assertEqual((privacy["rows"], privacy["unit"], privacy["adjacency"], privacy["clip"]),
                         (rows, "row", "zero-out", 0.25))
        self.assertEqual(privacy["sampling_rate"], batch / rows)
        self.assertEqual(privacy["epsilon"], epsilons[-1])
        self.assertTrue(math.isfinite(privacy["noise_multiplier"]))
        self.assertNotIn("data_hash", metadata)
        self.assertFalse(Path(f"{written}.run.json").exists())
        plain = self.programs[name].run("info", "--weights", written)
        self.assertIn("epsilon", plain)
        # Neither has what anyone could make of data that he guesses.
        tested = expect_done(self.programs[name].attempt("eval", "--data", data, "--weights", written, "--json"))
        self.assertTrue(tested.stdout)
        for text in (page.read_text(), written.read_bytes().decode("latin1")):
            self.assertNotIn("data_hash", text)

    def test_refuses_with_reasons(self):
        name = "groups"
        data = self.folder / f"{name}.data"
        cases = {
            (): "say by --epsilon how much it may tell of a row, such as --epsilon 3",
            ("--epsilon", 3, "--seed", 1): "--seed: not in private training: noise is made",
            ("--epsilon", 3, "--no-shuffle"): "each step draws its rows at random",
            ("--epsilon", 3, "--validation", 0.2): "give rows that are no secret as --test",
            ("--epsilon", 3, "--test", data): "add --public-test where its rows are no secret",
            ("--epsilon", 3, "--validation", 0.2, "--best", self.folder / "b"): "--validation",
            ("--epsilon", 3, "--patience", 2): "--patience needs --test",
            ("--epsilon", 3, "--window", 64): "each step draws its rows from all",
            ("--epsilon", 3, "--skip-outliers", 5): "it goes by losses of the private rows",
            ("--epsilon", 3, "--data", data, data): "draws from all rows: give one file",
            ("--epsilon", 3, "--dry-run"): "it tells a loss of the private rows",
            ("--epsilon", 3, "--overfit", 2): "to learn rows by heart",
            ("--epsilon", 3, "--checkpoints", self.folder / "c"): "keep it by --keep-key FILE",
            ("--epsilon", 3, "--epochs", 2**63 - 1): "give fewer, or a lower --max-steps",
            ("--epsilon", 0): "expected a number above 0, but got 0",
            ("--delta", 1e-5): "--epsilon",
        }
        for options, reason in cases.items():
            with self.subTest(options):
                refused = self.attempt(name, *options)
                self.assertEqual(refused.returncode, 2, refused.stderr)
                self.assertIn(reason, refused.stderr)
        expect_done(self.attempt(name, "--epsilon", 3, "--epochs", 2**63 - 1, "--max-steps", 3))
        plain = Program.compile(MODELS / f"{name}.mlir", self.folder / "plain")
        refused = plain.attempt("train", "--data", data, "--epsilon", 3)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("write private(clip = 0.5) behind epochs(...)", refused.stderr)
        forget = self.programs[name].attempt("forget", "--data", data, "--rows", data, "-o", self.folder / "f")
        self.assertEqual(forget.returncode, 2, forget.stderr)
        self.assertIn("train anew, which costs privacy anew", forget.stderr)

    def test_a_learned_vocabulary_must_be_public(self):
        name = "groups"
        tensors, metadata = read_safetensors(self.folder / f"{name}.data")
        path = self.folder / "learned"
        write_safetensors(path, tensors, metadata | {"target_mean": "0", "target_sd": "1"})
        refused = self.programs[name].attempt("train", "--data", path, "--epsilon", 3)
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("give --public-vocabulary", refused.stderr)

    def test_more_rows_than_the_batch(self):
        name = "groups"
        few = self.folder / "few"
        make_data(self.programs[name].info, 6, seed=1).write(few)
        refused = self.programs[name].attempt("train", "--data", few, "--epsilon", 3)
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("compile the model with a smaller batch", refused.stderr)

    def test_gpus_are_refused(self):
        refused = attempt(MLC, "compile", self.folder / "groups.mlir", "-o",
                          self.folder / "gpu", "--target", "cpu,cuda")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("private training is for CPUs so far", refused.stderr)


if __name__ == "__main__":
    unittest.main()
