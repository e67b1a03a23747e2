"""`mlc tune`: the same trials for the same seed, also after SIGKILL; what was
given stays; the best model is kept."""

import json
import os
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, attempt, expect_done, read_safetensors

TABLE = ("--label-column", "y", "--epochs", "9")


class Tune(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.made = self.folder / "tuned"

    def table(self, rows: int = 200) -> Path:
        numbers = random.Random(4)
        lines = ["size,weight,colour,y"]
        for _ in range(rows):
            size, weight = numbers.random() * 10, numbers.random()
            colour = "red" if numbers.random() < 0.5 else "blue"
            label = "large" if size + 4 * weight + 2 * (colour == "red") > 8 else "small"
            lines.append(f"{size:.3f},{weight:.3f},{colour},{label}")
        path = self.folder / "table.csv"
        path.write_text("\n".join(lines) + "\n")
        return path

    def command(self, *arguments, made: Path | None = None) -> list[str]:
        words = [MLC, "tune", self.table(), *TABLE, *arguments, "-o", made or self.made]
        return [str(word) for word in words]

    def tune(self, *arguments, made: Path | None = None) -> dict:
        result = expect_done(attempt(*self.command(*arguments, "--json", made=made)))
        return json.loads(result.stdout)

    def trials(self, made: Path | None = None) -> list[dict]:
        lines = ((made or self.made) / "trials.jsonl").read_text().splitlines()
        trials = [json.loads(line) for line in lines[1:]]
        for trial in trials:
            del trial["seconds"]
        return trials

    def test_halving_and_what_is_kept(self):
        result = self.tune("--trials", 14, "--metric", "f1", "--no-refit")
        trials = self.trials()
        self.assertEqual([trial["trial"] for trial in trials], list(range(1, 15)))
        self.assertEqual([trial["epochs"] for trial in trials], [9] + [1] * 9 + [3] * 3 + [9])
        self.assertEqual([trial["configuration"] for trial in trials[:10]], list(range(10)))
        self.assertEqual(trials[0]["settings"], {})
        first = sorted(trials[1:10], key=lambda trial: -(trial["value"] or 0))
        self.assertEqual(
            [trial["configuration"] for trial in trials[10:13]],
            [trial["configuration"] for trial in first[:3]],
        )
        for trial in trials[1:]:
            settings = trial["settings"]
            self.assertTrue(1e-4 <= settings["learning_rate"] <= 1e-1)
            self.assertTrue(1e-6 <= settings["weight_decay"] <= 1e-2)
            self.assertTrue(0 <= settings["dropout"] <= 0.8)
            self.assertIn(settings["batch"], (32, 64, 128, 256, 512))
            self.assertIn(settings["hidden"], (16, 32, 64, 128, 256, 512))
            self.assertIn(settings["schedule"], ("constant", "linear", "cosine", "wsd"))
            self.assertTrue(0 <= settings["warmup"] <= 0.2)
            self.assertTrue(0 <= settings.get("final", 0) <= 0.1)
            self.assertEqual("final" in settings, settings["schedule"] != "constant")
            model = self.made / "trials" / str(trial["configuration"]) / "model.mlir"
            self.assertEqual(
                f"schedule({settings['schedule']}" in model.read_text(),
                settings["schedule"] != "constant" or settings["warmup"] > 0,
            )
        self.assertNotIn(None, [trial["value"] for trial in trials])
        best = max(trials, key=lambda trial: trial["value"] or 0)
        self.assertEqual(result["value"], best["value"])
        # What is kept is it, and the command, `mlc train`, makes it again.
        told = attempt(
            self.made / "program", "eval", "--json",
            "--data", self.made / "validation.safetensors",
            "--weights", self.made / "weights.safetensors",
        )  # fmt: skip
        self.assertEqual(json.loads(expect_done(told).stdout)["f1"], best["value"])
        weights = (self.made / "weights.safetensors").read_bytes()
        (self.made / "weights.safetensors").unlink()
        mlc, *words = shlex.split(result["command"])
        self.assertEqual([mlc, words[0]], ["mlc", "train"])
        expect_done(attempt(MLC, *words))
        self.assertEqual((self.made / "weights.safetensors").read_bytes(), weights)

    def test_a_trial_that_paused(self):
        # Going on, it is the trial that did not pause. (Where the rate depends on
        # the length, a longer training is another one from its first step on.)
        space = self.folder / "space.json"
        space.write_text('{"schedule": null}')
        self.tune("--trials", 11, "--metric", "f1", "--no-refit", "--space", space)
        again = self.trials()[10]
        self.assertNotIn("schedule", again["settings"])
        folder = self.made / "trials" / str(again["configuration"])
        epochs = (folder / "full-rate.jsonl").read_text().splitlines()
        metrics = self.folder / "again.jsonl"
        expect_done(attempt(
            folder / "program", "train", "--data", self.made / "trials/train.safetensors",
            "--test", self.made / "trials/validation.safetensors", "--epochs", len(epochs),
            "--select-by", "f1", "--metrics", metrics,
        ))  # fmt: skip
        for ours, theirs in zip(epochs, metrics.read_text().splitlines(), strict=True):
            ours, theirs = json.loads(ours), json.loads(theirs)
            for name in ("step", "loss", "test_loss", "test_f1"):
                self.assertEqual(ours[name], theirs[name])

    def test_the_same_trials_after_sigkill(self):
        whole = self.folder / "whole"
        self.tune("--trials", 12, "--threads", 1, made=whole)
        kills = 0
        while True:
            resume = ["--resume"] if kills else []
            running = subprocess.Popen(
                self.command("--trials", 12, "--threads", 2, *resume),
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            try:
                running.communicate(timeout=2.5 if kills < 4 else None)
            except subprocess.TimeoutExpired:
                os.kill(running.pid, signal.SIGKILL)
                running.communicate()
                kills += 1
                continue
            self.assertEqual(running.returncode, 0)
            break
        self.assertGreater(kills, 0)
        self.assertEqual(self.trials(), self.trials(whole))
        for name in ("model.mlir", "weights.safetensors"):
            self.assertEqual((self.made / name).read_bytes(), (whole / name).read_bytes(), name)

    def test_another_seed_tries_others(self):
        self.tune("--trials", 2)
        # The best settings then learn from all rows.
        rows = read_safetensors(self.made / "train.safetensors")[0]["labels"].shape[0]
        self.assertEqual(rows, 200)
        learned = read_safetensors(self.made / "trials/train.safetensors")[0]["labels"].shape[0]
        self.assertEqual(learned, 160)
        fine = json.loads((self.made / "metrics.jsonl").read_text().splitlines()[-1])
        self.assertNotIn("test_loss", fine)
        other = self.folder / "other"
        self.tune("--trials", 2, "--seed", 1, made=other)
        self.assertNotEqual(self.trials()[1]["settings"], self.trials(other)[1]["settings"])

    def test_a_line_that_was_cut_off(self):
        self.tune("--trials", 3)
        path = self.made / "trials.jsonl"
        trials = self.trials()
        path.write_text(path.read_text()[:-20])
        self.tune("--trials", 3, "--resume")
        self.assertEqual(self.trials(), trials)

    def test_the_budget_ends_it(self):
        start = time.monotonic()
        self.tune("--budget", "6s")
        self.assertLess(time.monotonic() - start, 60)  # With what it makes of the best.
        first = len(self.trials())
        self.assertGreater(first, 0)
        # What it took counts: with the same budget there is nothing left.
        self.tune("--budget", "1s", "--resume")
        self.assertEqual(len(self.trials()), first)

    def test_what_is_given_stays(self):
        space = self.folder / "space.json"
        space.write_text(
            '{"batch": 64, "dropout": null, "weight_decay": [1e-3, 1e-2], "schedule": "wsd", '
            '"warmup": 0.1, "final": null}'
        )
        self.tune("--trials", 4, "--hidden", "8", "--learning-rate", "0.01", "--space", space)
        for trial in self.trials()[1:]:
            self.assertEqual(
                trial["settings"].keys(), {"batch", "weight_decay", "schedule", "warmup"}
            )
            self.assertEqual(trial["settings"]["batch"], 64)
            self.assertGreaterEqual(trial["settings"]["weight_decay"], 1e-3)
        text = (self.made / "trials" / "1" / "model.mlir").read_text()
        self.assertIn("x8xf32", text)
        self.assertIn("adamw(", text)
        self.assertIn("schedule(wsd, warmup = 0.1)", text)

    def test_a_model_of_ones_own_and_a_data_set(self):
        train, model = self.folder / "train.st", self.folder / "model.mlir"
        expect_done(attempt(MLC, "data", self.table(), "--label-column", "y", "-o", train))
        expect_done(attempt(MLC, "new", "--data", train, "--hidden", 8, "--dropout", 0, "-o", model))
        result = attempt(
            MLC, "tune", "--data", train, "--model", model, "--epochs", 3, "--trials", 3,
            "-o", self.made,
        )  # fmt: skip
        expect_done(result)
        self.assertIn("best of 3 trials", result.stdout)
        searched = {"learning_rate", "weight_decay", "batch"}
        for trial in self.trials()[1:]:  # The file has no dropout, and its units.
            settings = trial["settings"]
            self.assertEqual(
                settings.keys() - {"final"}, searched | {"schedule", "warmup"}
            )
        # A schedule that it has stays.
        text = model.read_text()
        at = text.index(")", text.index("epochs(")) + 1
        model.write_text(text[:at] + " schedule(step, every = 2, gamma = 0.5)" + text[at:])
        made = self.folder / "stays"
        expect_done(attempt(
            MLC, "tune", "--data", train, "--model", model, "--epochs", 3, "--trials", 2,
            "-o", made,
        ))  # fmt: skip
        self.assertEqual(self.trials(made)[1]["settings"].keys(), searched)
        self.assertIn("every = 2", (made / "trials/1/model.mlir").read_text())

    def test_folds(self):
        result = self.tune("--trials", 2, "--folds", 3)
        self.assertEqual(result["trials"], 2)
        values = []
        for fold in (1, 2, 3):
            lines = (self.made / "trials" / "0" / f"fold-{fold}" / "metrics.jsonl").read_text()
            values.append(min(json.loads(line)["test_loss"] for line in lines.splitlines()))
        self.assertAlmostEqual(self.trials()[0]["value"], sum(values) / 3, places=12)

    def test_size_and_bounds(self):
        # Two layers of 16 units have 1.5 kB, of 32 more than 5 kB.
        self.tune("--trials", 10, "--max-size", "2k")
        fits = [trial["settings"].get("hidden") == 16 for trial in self.trials()]
        self.assertIn(True, fits)
        self.assertEqual([trial["value"] is not None for trial in self.trials()], fits)
        self.assertLess((self.made / "weights.safetensors").stat().st_size, 8000)

    def test_what_is_wrong(self):
        self.tune("--trials", 1)
        space = self.folder / "space.json"
        space.write_text('{"units": 3}')
        for status, message, *arguments in (
            (1, "a search was here already", "--trials", "1"),
            (1, "the search here was another one", "--trials", "1", "--resume", "--seed", "5"),
            (2, "--budget TIME or --trials N"),
            (2, "--budget: expected a time", "--budget", "soon"),
            (2, "--max-size: expected bytes", "--trials", "1", "--max-size", "small"),
            (1, "expected learning_rate", "--trials", "1", "--resume", "--space", space),
        ):
            with self.subTest(message):
                result = attempt(*self.command(*arguments))
                self.assertEqual(result.returncode, status, result.stderr)
                self.assertIn(message, result.stderr)
        result = attempt(*self.command("--trials", 1, "--metric", "f2", made=self.folder / "new"))
        self.assertEqual(result.returncode, 2)
        self.assertIn("--select-by", result.stderr)
        result = attempt(
            MLC, "tune", "--data", "x.st", "--folds", "3", "--trials", "1", "-o", self.made
        )
        self.assertEqual(result.returncode, 2)
        self.assertIn("would leak", result.stderr)


if __name__ == "__main__":
    unittest.main()
