"""`mlc compress`: which features stay, that the smaller model answers from its
own folder alone, what is told of it, and what is wrong."""

import json
import math
import os
import re
import signal
import subprocess
import unittest

from compressing import KEPT, CompressTest
from integration import (
    MLC, Program, attempt, expect_done, read_safetensors, tensor, write_safetensors,
)  # fmt: skip


class Compress(CompressTest):
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
                    [
                        "model.mlir", "report.json", "weights.safetensors",
                        "weights.safetensors.run.json",
                    ],
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

    def test_what_is_judged_is_written(self):
        """Of 16 units a search takes the weights for smaller than they are, since
        the teacher has fewer. Features that were asked for stay, whatever they
        weigh; others become fewer, and are judged as they are written."""
        options = ("--units", 16, "--bits", 4, "--feature-dropout", 0)
        done = expect_done(self.compress("--features", KEPT, "--json", *options, epochs=2))
        told = json.loads(done.stdout)
        most = told["bytes"]["after"] - 4
        self.emptied()
        failed = self.compress("--features", KEPT, "--max-size", most, *options, epochs=2)
        self.assertEqual(failed.returncode, 1)
        self.assertIn(
            f"--max-size: the weights of {KEPT} features have {most + 4} bytes", failed.stderr
        )
        self.assertEqual(os.listdir(self.folder), [])
        done = expect_done(self.compress("--max-size", most, "--json", *options, epochs=2))
        told = json.loads(done.stdout)
        kept = told["features"]["after"]
        learned = re.findall(r"a pupil learns from (\d+) rows of (\d+) features", done.stderr)
        # The candidate, then in turn what is judged and what learns from all rows.
        self.assertGreater(len(learned), 3, "fewer features than were found at first")
        self.assertEqual(learned[-2:], [("320", str(kept)), ("400", str(kept))])
        self.assertLess(kept, int(learned[0][1]))
        self.assertLessEqual(told["bytes"]["after"], most)

    def test_the_same_again(self):
        """For any number of threads."""
        made = []
        for threads in (1, 3):
            expect_done(self.compress("--features", KEPT, "--threads", threads))
            small = self.folder / "small"
            # But for the record, which says when.
            made.append(
                {
                    path.name: path.read_bytes()
                    for path in small.iterdir()
                    if path.name != "weights.safetensors.run.json"
                }
            )
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
            (2, "--features: expected", ("--features", "9223372036854775808"), {}),
            (2, "--features: expected", ("--features", ""), {}),
            (2, "--units: expected", ("--units", 0), {}),
            (2, "--units: expected", ("--units", 1048577), {}),
            (2, "--threads: expected", ("--threads", 0), {}),
            (2, "--threads: expected", ("--threads", 100000), {}),
            (2, "--bits: expected", ("--bits", 5), {}),
            (2, "--prune: expected", ("--prune", 1), {}),
            (2, "--prune: expected", ("--prune", -0.1), {}),
            (2, "--prune: expected", ("--prune", "nan"), {}),
            (2, "--alpha: expected", ("--alpha", 2), {}),
            (2, "--temperature: expected", ("--temperature", 0), {}),
            (2, "--feature-dropout: expected", ("--feature-dropout", 1), {}),
            (2, "--max-loss: expected", ("--max-loss", -1), {}),
            (2, "--folds: expected", ("--folds", 1), {}),
            (2, "--max-size: expected", ("--max-size", "much"), {}),
            (2, "--max-size: expected", ("--max-size", -5), {}),
            (2, "--max-size: expected", ("--max-size", "inf"), {}),
            (2, "--max-size: expected", ("--max-size", ""), {}),
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
