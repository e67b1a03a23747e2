"""Penalties and averages: ftrl, l1, the elastic net, ema, --skip-outliers. What
they compute is in curves.py and in the unit tests; here is what becomes of it."""

import json
import random
import sys
import tempfile
import unittest
from array import array
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC, MODELS, Data, Program, attempt, expect_done, make_data, make_weights, read_lines,
    read_safetensors, tensor, write_weights,
)  # fmt: skip

# With rows that only a touched column changes, as of a long parameter, and all.
VARIANTS = {
    "ftrl": ("ftrl", "--cost", "many-rows=1"),
    "ftrl-of-all-rows": ("ftrl",),
    "elastic": ("elastic",),
}

# By Vowpal Wabbit 9.11.9, of ROWS below in their order:
# vw --ftrl --ftrl_alpha 0.3 --ftrl_beta 0.5 --l1 0.05 --l2 0.1
#    --loss_function logistic --noconstant
VOWPAL_WABBIT = [
    -0.0004995781346224248, 0.2135336697101593, 0.0, 0.2754346430301666, 0.09046771377325058,
    0.1567515730857849, -0.34018832445144653, 0.43424656987190247, -0.16747014224529266,
    0.19584062695503235, -0.06807520985603333, 0.35813769698143005, -0.1009320467710495,
    0.2158859372138977, -0.14938880503177643, 0.0, -0.172142893075943, 0.26117584109306335,
    -0.1051129624247551, 0.01467970386147499, 0.06397758424282074, 0.1268385797739029,
    0.2702411115169525, -0.026165178045630455, 0.14550618827342987, -0.14744645357131958,
    0.32691508531570435, 0.09024402499198914, 0.12062152475118637, 0.1289358288049698,
]  # fmt: skip
WABBIT_MODEL = """graph.program @wabbit {
  %w = graph.parameter "weight" zeros : tensor<30x1xf32>
  graph.predict(%x: tensor<?x30xf32, #graph.csr>) {
    %y = graph.linear %x, %w : tensor<?x30xf32, #graph.csr>, tensor<30x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %label: tensor<?x1xf32>) {
    %l = graph.bce_with_logits %y, %label : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train ftrl(alpha = 0.3, beta = 0.5, l1 = 0.05, l2 = 0.1) batch(1) epochs(1)
}
"""


def wabbit_rows() -> list[tuple[int, list[tuple[int, float]]]]:
    numbers = random.Random(7)
    rows = []
    for _ in range(60):
        columns = sorted(numbers.sample(range(1, 31), numbers.randrange(1, 6)))
        label = numbers.randrange(2)
        rows.append((label, [(c - 1, round(numbers.uniform(-1, 1), 3)) for c in columns]))
    return rows


def wabbit_data() -> Data:
    rows = wabbit_rows()
    indptr = [0]
    for _, entries in rows:
        indptr.append(indptr[-1] + len(entries))
    entries = [entry for _, row in rows for entry in row]
    tensors = {
        "indptr": tensor("I64", [len(indptr)], indptr),
        "indices": tensor("I32", [len(entries)], array("i", [c for c, _ in entries])),
        "values": tensor("F32", [len(entries)], array("f", [v for _, v in entries])),
        "labels": tensor("F32", [len(rows), 1], array("f", [float(t) for t, _ in rows])),
    }
    return Data(tensors, [], 30)


class Penalties(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.programs, cls.starts = {}, {}
        for name, (model, *options) in VARIANTS.items():
            program = Program.compile(MODELS / f"{model}.mlir", cls.folder / name, *options)
            make_data(program.info, 7 * program.info["batch"] + 2, seed=1).write(cls.data(name))
            cls.programs[name] = program
            cls.starts[name] = make_weights(program.info, seed=2)
            write_weights(cls.folder / f"{name}.start", cls.starts[name])

    @classmethod
    def data(cls, name: str) -> Path:
        return cls.folder / f"{name}.data"

    def attempt(self, name: str, *options):
        start = self.folder / f"{name}.start"
        return self.programs[name].attempt(
            "train", "--data", self.data(name), "--init", start, *options
        )

    def train(self, name: str, *options, output: str = "weights") -> Path:
        path = self.folder / output
        path.unlink(missing_ok=True)
        expect_done(self.attempt(name, "-o", path, *options))
        return path

    def test_compiled_code_agrees_with_the_reference(self):
        for name in ("ftrl", "elastic"):
            for cpu in ("x86-64-v2", "x86-64-v3", "native"):
                with self.subTest(name, cpu=cpu):
                    checked = attempt(
                        MLC, "run", MODELS / f"{name}.mlir", "--check", "--cpu", cpu,
                        "--data", self.data(name), "--init", self.folder / f"{name}.start",
                    )  # fmt: skip
                    self.assertIn("agrees", expect_done(checked).stdout)

    def test_ftrl_is_that_of_vowpal_wabbit(self):
        model = self.folder / "wabbit.mlir"
        model.write_text(WABBIT_MODEL)
        wabbit_data().write(self.folder / "wabbit.data")
        for many in (1, 1000):
            program = Program.compile(
                model, self.folder / "wabbit", "--cost", f"many-rows={many}"
            )
            output = self.folder / "wabbit.weights"
            told = expect_done(program.attempt("train", "--data", self.folder / "wabbit.data",
                                               "--no-shuffle", "-o", output)).stderr
            self.assertIn("2 of 30 weights are 0 (6.7 %)", told)
            learned = read_safetensors(output)[0]["weight"].data
            for got, expected in zip(learned, VOWPAL_WABBIT, strict=True):
                self.assertAlmostEqual(got, expected, delta=1e-6)
                self.assertEqual(got == 0, expected == 0)

    def test_rows_that_no_batch_touches_keep_their_bits(self):
        one = self.train("ftrl").read_bytes()
        learned = read_safetensors(self.folder / "weights")[0]["embedding"].data
        # Row 5 of the data has all columns: leave it out.
        start = self.starts["ftrl"]["embedding"].data
        self.train("ftrl", "--no-shuffle", "--max-steps", 1)
        stepped = read_safetensors(self.folder / "weights")[0]["embedding"].data
        touched = {c for row in make_data(self.programs["ftrl"].info, 5, seed=1).rows
                   for c, value in enumerate(row) if value}  # fmt: skip
        self.assertLess(len(touched), 140)
        for row in range(150):
            same = stepped[16 * row : 16 * row + 16] == start[16 * row : 16 * row + 16]
            self.assertEqual(same, row not in touched, row)
        # And it is no matter whether others are looked at.
        self.train("ftrl-of-all-rows")
        all_rows = read_safetensors(self.folder / "weights")[0]["embedding"].data
        for got, expected in zip(learned, all_rows, strict=True):
            self.assertAlmostEqual(got, expected, delta=1e-5)
        self.assertTrue(one)

    def test_same_bits_for_any_threads_and_after_resuming(self):
        for name in VARIANTS:
            one = self.train(name, "--threads", 1).read_bytes()
            for threads in (2, 3, 8):
                with self.subTest(name, threads=threads):
                    self.assertEqual(self.train(name, "--threads", threads).read_bytes(), one)
            for steps in (1, 2, 11, 22):
                with self.subTest(name, steps=steps):
                    folder = self.folder / f"{name}{steps}"
                    keep = ("--checkpoints", folder, "--checkpoint-every", "1steps")
                    self.train(name, *keep, "--max-steps", steps)
                    self.assertEqual(self.train(name, *keep, "--resume").read_bytes(), one)

    def test_info_tells_counts_and_each_penalty(self):
        info = self.programs["ftrl"].info
        self.assertEqual(info["label"]["kind"], "count")
        self.assertEqual([row["l1"] for row in info["parameters"]], [0.03, 0, None])
        self.assertIn("uniform_fan_in l1(0.03)\n", self.programs["ftrl"].run("info"))

    def test_negative_counts_are_refused(self):
        program = self.programs["ftrl"]
        data = make_data(program.info, 12, seed=1)
        data.tensors["labels"].data[7] = -0.5
        path = self.folder / "negative"
        data.write(path)
        for command in (("train",), ("eval", "--weights", self.folder / "ftrl.start")):
            refused = program.attempt(*command, "--data", path)
            self.assertEqual(refused.returncode, 1, refused.stderr)
            self.assertIn("row 7: label -0.5 is negative; program 'ftrl' expects counts",
                          refused.stderr)

    def test_zeros_shrink_the_file_and_stay(self):
        plain = self.train("ftrl")
        zeros = sum(x == 0 for x in read_safetensors(plain)[0]["embedding"].data)
        self.assertGreater(zeros, 60)
        packed = self.train("ftrl", output="weights.xz")
        self.assertLess(packed.stat().st_size, 0.95 * plain.stat().st_size)
        answers = [
            self.programs["ftrl"].run("eval", "--data", self.data("ftrl"), "--weights", path)
            for path in (plain, packed)
        ]
        self.assertEqual(*answers)
        # As first weights they are the same, too.
        other = self.folder / "other"
        bits = []
        for path in (plain, packed):
            expect_done(self.programs["ftrl"].attempt(
                "train", "--data", self.data("ftrl"), "--init", path, "--max-steps", 3,
                "-o", other))  # fmt: skip
            tensors = read_safetensors(other)[0]
            bits.append({name: tensors[name].data.tobytes() for name in tensors})
        self.assertEqual(*bits)

    def test_averages_are_tested_and_saved(self):
        """They are what the parameters of all steps say."""
        folder = self.folder / "averages"
        metrics = self.folder / "averages.jsonl"
        weights = self.train("elastic", "--checkpoints", folder, "--checkpoint-every", "1steps",
                             "--max-steps", 9, "--test", self.data("elastic"), "--metrics",
                             metrics)  # fmt: skip
        saved = read_safetensors(weights)[0]
        trained, _ = read_safetensors(sorted(folder.iterdir())[-1])
        name = "fc1.weight"
        self.assertEqual(saved[name].data, trained[f"state/{name}.ema"].data)
        self.assertNotEqual(saved[name].data, trained[f"parameter/{name}"].data)
        mean = None
        for step in range(1, 10):
            expect_done(self.attempt("elastic", "--max-steps", step, "--checkpoints",
                                     self.folder / f"step{step}"))
            now, _ = read_safetensors(sorted((self.folder / f"step{step}").iterdir())[-1])
            w = now[f"parameter/{name}"].data
            mean = list(w) if mean is None else [0.8 * m + 0.2 * x for m, x in zip(mean, w)]
        for got, expected in zip(saved[name].data, mean, strict=True):
            self.assertAlmostEqual(got, expected, delta=1e-6)
        told = self.programs["elastic"].run("eval", "--data", self.data("elastic"), "--weights",
                                            weights, "--json")
        last = read_lines(metrics)[-1]
        self.assertEqual(json.loads(told)["loss"], last["test_loss"])
        record = self.programs["elastic"].attempt(
            "verify", weights, "--data", self.data("elastic"), "--test", self.data("elastic"),
            "--init", self.folder / "elastic.start", "--retrain")  # fmt: skip
        self.assertEqual(record.returncode, 0, record.stdout + record.stderr)

    def test_info_tells_each(self):
        info = self.programs["elastic"].info
        self.assertTrue(info["optimizer"].endswith(") l1(0.05) ema(0.8)"), info["optimizer"])
        self.assertIn(") l1(0.05) ema(0.8)", self.programs["elastic"].run("info"))
        info = self.programs["ftrl"].info
        self.assertEqual(info["optimizer"], "ftrl(alpha = 0.1, beta = 0.5, l1 = 0.002, l2 = 0.02)")
        self.assertEqual(info["learning_rate"], 0.1)

    def test_what_makes_no_sense_is_refused(self):
        for name, options, message in (
            ("ftrl", ("--schedule", "cosine"),
             "--schedule cosine: the rates of ftrl fall by themselves; leave it out"),
            ("ftrl", ("--learning-rate", "0"), "--learning-rate: ftrl divides by it"),
            ("elastic", ("--skip-outliers", "0"),
             "expected a number above 0 and below 11.27"),
            ("elastic", ("--skip-outliers", "12"),
             "expected a number above 0 and below 11.27"),
        ):  # fmt: skip
            with self.subTest(options):
                refused = self.attempt(name, *options)
                self.assertEqual(refused.returncode, 2, refused.stderr)
                self.assertIn(message, refused.stderr)


class Outliers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.program = Program.compile(MODELS / "elastic.mlir", cls.folder / "elastic")
        cls.data = cls.folder / "data"
        data = make_data(cls.program.info, 40 * 8, seed=1)
        data.tensors["labels"].data[3 * 100] = 40
        data.write(cls.data)

    def train(self, *options) -> tuple[str, bytes]:
        output = self.folder / "weights"
        output.unlink(missing_ok=True)
        done = expect_done(self.program.attempt(
            "train", "--data", self.data, "--epochs", 6, "-o", output, *options))  # fmt: skip
        return done.stderr + done.stdout, output.read_bytes()

    def test_steps_are_skipped_and_told(self):
        metrics = self.folder / "metrics"
        told, weights = self.train("--skip-outliers", "5", "--metrics", metrics)
        skipped = sum(line["skipped_steps"] for line in read_lines(metrics))
        self.assertGreater(skipped, 1)
        self.assertIn(f"skipped {skipped} of 240 steps (--skip-outliers 5)", told)
        self.assertIn("standard deviations above the mean of the last 128", told)
        self.assertIn(f"skipped {read_lines(metrics)[-1]['skipped_steps']}  ", told)
        _, plain = self.train()
        self.assertNotEqual(plain, weights)

    def test_same_bits_for_any_threads_and_after_resuming(self):
        _, one = self.train("--skip-outliers", "5", "--threads", 1)
        self.assertEqual(self.train("--skip-outliers", "5", "--threads", 3)[1], one)
        for steps in (127, 140, 200):
            keep = ("--checkpoints", self.folder / f"{steps}", "--checkpoint-every", "10steps")
            self.train("--skip-outliers", "5", *keep, "--max-steps", steps)
            told, rest = self.train("--skip-outliers", "5", *keep, "--resume")
            self.assertEqual(rest, one)
        refused = self.program.attempt("train", "--data", self.data, "--epochs", 6, *keep,
                                       "--resume", "--skip-outliers", "6")
        self.assertIn("was made with another --skip-outliers: 5, but this run has 6",
                      refused.stderr)

    def test_a_record_is_repeated(self):
        self.train("--skip-outliers", "5")
        verified = self.program.attempt("verify", self.folder / "weights", "--data", self.data,
                                        "--retrain")
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_accumulated_steps_cannot_be_skipped(self):
        program = Program.compile(MODELS / "parts.mlir", self.folder / "parts")
        make_data(program.info, 40, seed=1).write(self.folder / "parts.data")
        refused = program.attempt("train", "--data", self.folder / "parts.data",
                                  "--skip-outliers", "3")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--skip-outliers: program 'parts' changes its parameters after 3 steps "
                      "together", refused.stderr)

    def test_without_norms_losses_alone_are_looked_at(self):
        program = Program.compile(MODELS / "regression.mlir", self.folder / "regression")
        make_data(program.info, 40, seed=1).write(self.folder / "regression.data")
        done = expect_done(program.attempt("train", "--data", self.folder / "regression.data",
                                           "--skip-outliers", "3"))
        self.assertIn("--skip-outliers goes by losses alone", done.stderr)


if __name__ == "__main__":
    unittest.main()
