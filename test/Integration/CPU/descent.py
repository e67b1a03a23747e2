"""How training descends: parameters that are frozen or have a rate of their own,
schedules, bounds of gradients, updates by the mean of several steps."""

import math
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC, MODELS, Program, attempt, expect_done, make_data, make_weights, read_lines,
    read_safetensors, write_weights,
)  # fmt: skip

# Models, and what is put behind their epochs. The gradient of a lazy update is
# not stored, not even for its norm.
NAMES = {
    "groups": "", "clipped": "", "parts": "", "lazy": " clip_norm(0.02)",
    "normalized": " accumulate(2)",
}  # fmt: skip
FROZEN = "fc0.weight"


class Descent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.programs, cls.starts = {}, {}
        for name, more in NAMES.items():
            text = (MODELS / f"{name}.mlir").read_text()
            cls.model(name).write_text(text.replace("epochs(3)", f"epochs(3){more}"))
            program = Program.compile(cls.model(name), cls.folder / name)
            make_data(program.info, 7 * program.info["batch"] + 2, seed=1).write(cls.data(name))
            cls.programs[name] = program
            cls.starts[name] = make_weights(program.info, seed=2)
            write_weights(cls.folder / f"{name}.start", cls.starts[name])

    @classmethod
    def model(cls, name: str) -> Path:
        return cls.folder / f"{name}.mlir"

    @classmethod
    def data(cls, name: str) -> Path:
        return cls.folder / f"{name}.data"

    def attempt(self, name: str, *options):
        start = self.folder / f"{name}.start"
        return self.programs[name].attempt(
            "train", "--data", self.data(name), "--init", start, *options
        )

    def train(self, name: str, *options) -> bytes:
        """The weights file."""
        output = self.folder / "weights"
        output.unlink(missing_ok=True)
        expect_done(self.attempt(name, "-o", output, *options))
        return output.read_bytes() if output.exists() else b""

    def metrics(self, name: str, *options) -> list[dict]:
        """Of each step, and of each epoch."""
        path = self.folder / "metrics"
        self.train(name, "--metrics", path, "--metrics-every-step", *options)
        return read_lines(path)

    def test_compiled_code_agrees_with_the_reference(self):
        for name in NAMES:
            with self.subTest(name):
                checked = attempt(MLC, "run", self.model(name), "--check", "--data",
                                  self.data(name), "--init", self.folder / f"{name}.start")
                self.assertIn("agrees", expect_done(checked).stdout)

    def test_same_bits_for_any_threads_and_after_resuming(self):
        """From any step, in a warm-up and within an accumulation."""
        for name in NAMES:
            one = self.train(name, "--threads", 1)
            for threads in (2, 3, 4, 8):
                with self.subTest(name, threads=threads):
                    self.assertEqual(self.train(name, "--threads", threads), one)
            for steps in (1, 2, 4, 8, 11, 22):
                with self.subTest(name, steps=steps):
                    folder = self.folder / f"{name}{steps}"
                    keep = ("--checkpoints", folder, "--checkpoint-every", "1steps")
                    self.train(name, *keep, "--max-steps", steps)
                    self.assertEqual(self.train(name, *keep, "--resume"), one)

    def test_frozen_weights_keep_their_bits_and_others_learn(self):
        self.train("groups")
        weights, _ = read_safetensors(self.folder / "weights")
        start = self.starts["groups"]
        self.assertEqual(weights.keys(), start.keys())
        for name, learned in weights.items():
            self.assertEqual(learned.data == start[name].data, name == FROZEN, name)

    def test_a_frozen_parameter_has_no_state(self):
        folder = self.folder / "frozen"
        self.train("groups", "--checkpoints", folder, "--checkpoint-every", "1steps",
                   "--max-steps", 3)
        kept, _ = read_safetensors(sorted(folder.iterdir())[-1])
        self.assertIn(f"parameter/{FROZEN}", kept)
        self.assertIn("state/fc1.weight.exp_avg", kept)
        self.assertFalse([name for name in kept if name.startswith(f"state/{FROZEN}")])

    def test_running_statistics_are_learned_without_a_gradient(self):
        info = self.programs["normalized"].info
        running = {row["name"] for row in info["parameters"] if row["running"]}
        self.assertEqual(running, {f"norm{n}.running_{part}" for n in (0, 2) for part in ("mean", "var")})
        self.assertFalse([row for row in info["parameters"] if row["running"] and row["trained"]])
        self.assertFalse([name for name in info["states"] if "running" in name])
        self.assertIn("zeros running\n", self.programs["normalized"].run("info"))
        # Each step changes them, also where parameters change after two.
        once = self.learned("normalized", "--max-steps", 1)
        for name, start in self.starts["normalized"].items():
            self.assertEqual(once[name].data != start.data, name in running, name)

    def test_info_tells_each_way(self):
        info = self.programs["groups"].info
        told = {row["name"]: row for row in info["parameters"]}
        self.assertEqual([row["trained"] for row in told.values()], [False, True, True, True])
        self.assertEqual([row["rate"] for row in told.values()], [1, 0.5, 2, 1])
        self.assertEqual([row["weight_decay"] for row in told.values()], [None, None, 0, 0.2])
        self.assertFalse([name for name in info["states"] if FROZEN in name])
        text = self.programs["groups"].run("info")
        self.assertIn("uniform_fan_in frozen\n", text)
        self.assertIn("uniform(0.3) rate(2) weight_decay(0)\n", text)
        self.assertEqual((info["clip_norm"], info["accumulate"]), (None, 1))
        clipped, parts = self.programs["clipped"].info, self.programs["parts"].info
        self.assertEqual((clipped["clip_norm"], clipped["clip_value"]), (0.05, None))
        self.assertEqual((parts["clip_value"], parts["accumulate"]), (0.02, 3))
        self.assertEqual(clipped["schedule"]["text"], "cosine(warmup = 0.2, final = 0.1)")
        self.assertIn("schedule linear(warmup = 0.3, final = 0.2), clip_value 0.02, accumulate 3",
                      self.programs["parts"].run("info"))

    def test_the_schedule_of_the_model_holds_until_a_run_says_otherwise(self):
        steps = 24
        rates = [line["learning_rate"] for line in self.metrics("clipped") if "epoch" not in line]
        warmup = round(0.2 * steps)
        expected = [0.3 * (k + 1) / warmup for k in range(warmup)] + [
            0.3 * (0.1 + 0.9 * (1 + math.cos(math.pi * k / (steps - warmup))) / 2)
            for k in range(steps - warmup)
        ]
        for rate, other in zip(rates, expected, strict=True):
            self.assertAlmostEqual(rate, other, delta=1e-12)
        rates = self.metrics("clipped", "--schedule", "constant")
        self.assertEqual({line["learning_rate"] for line in rates}, {0.3})
        # A setting alone changes that of the model's schedule.
        rates = self.metrics("clipped", "--final-rate", "0.5", "--warmup", "0")
        self.assertEqual(rates[0]["learning_rate"], 0.3)
        self.assertGreater(rates[-1]["learning_rate"], 0.15)
        refused = self.attempt("clipped", "--rate-gamma", "0.5")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--rate-gamma: the schedule is cosine, which has no such setting",
                      refused.stderr)

    def test_updates_have_the_rate_of_their_schedule(self):
        rates = [line["learning_rate"] for line in self.metrics("parts") if "epoch" not in line]
        updates, warmup = 8, round(0.3 * 8)
        expected = [0.01 * (k + 1) / warmup for k in range(warmup)] + [
            0.01 * (1 - k / (updates - warmup) * 0.8) for k in range(updates - warmup)
        ]
        for step, rate in enumerate(rates):
            self.assertAlmostEqual(rate, expected[step // 3], delta=1e-12)

    def test_the_norm_is_told_and_is_that_of_the_gradient(self):
        """With a bound that no gradient reaches, weights are those of no bound;
        their change in the first step is the rate times the gradient."""
        sources = {}
        text = (MODELS / "clipped.mlir").read_text()
        for name, clip in (("plain", ""), ("wide", " clip_norm(1000)"), ("tight", " clip_norm(0.01)")):
            path = self.folder / f"{name}.mlir"
            path.write_text(text.replace(" clip_norm(0.05)", clip))
            sources[name] = Program.compile(path, self.folder / name)
        self.programs |= sources
        for name in sources:
            self.data(name).unlink(missing_ok=True)
            self.data(name).hardlink_to(self.data("clipped"))
            write_weights(self.folder / f"{name}.start", self.starts["clipped"])
        self.assertEqual(self.learned("plain"), self.learned("wide"))
        self.assertNotEqual(self.learned("plain"), self.learned("tight"))

        once = ("--max-steps", 1, "--schedule", "constant", "--warmup", 0, "--no-shuffle")
        before, after = self.starts["clipped"], self.learned("plain", *once)
        norm = math.hypot(*(
            (old - new) / 0.3 for name in before
            for old, new in zip(before[name].data, after[name].data)))
        for name in ("wide", "tight"):
            step, epoch = self.metrics(name, *once)
            self.assertAlmostEqual(step["grad_norm"], norm, delta=1e-4 * norm)
            self.assertAlmostEqual(step["grad_norm"], epoch["grad_norm"], delta=1e-7)
        moved = math.hypot(*(
            (old - new) / 0.3 for name in before
            for old, new in zip(before[name].data, self.learned("tight", *once)[name].data)))
        self.assertAlmostEqual(moved, 0.01, delta=1e-4)

    def learned(self, name: str, *options) -> dict:
        self.train(name, *options)
        return read_safetensors(self.folder / "weights")[0]

    def test_people_see_the_norm(self):
        page = self.folder / "page.html"
        result = expect_done(self.attempt("clipped", "--report", page))
        self.assertIn("  grad norm 0.", result.stdout)
        self.assertIn('data-figure="epoch/3/grad_norm"', page.read_text())
        self.assertNotIn("grad norm", expect_done(self.attempt("groups")).stdout)

    def test_too_few_steps_for_an_update_are_told_of(self):
        result = expect_done(self.attempt("parts", "--max-steps", 2))
        self.assertNotIn("warning", result.stderr)
        few = self.folder / "few.data"
        make_data(self.programs["parts"].info, 10, seed=1).write(few)
        result = expect_done(self.programs["parts"].attempt("train", "--data", few, "--epochs", 1))
        self.assertIn("the run has 2 steps, but parameters change after 3", result.stderr)


if __name__ == "__main__":
    unittest.main()
