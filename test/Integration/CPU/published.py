"""From data as others publish them to answers in their own words: names of
classes, several labels, tables with categories and missing values, targets in
their units; through `mlc data`, training, eval and predict."""

import csv
import json
import random
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, Program, attempt, expect_done, read_safetensors

MODEL = """graph.program @m {{
  %w = graph.parameter "w" uniform_fan_in : tensor<{width}x{outputs}xf32>
  %b = graph.parameter "b" zeros : tensor<{outputs}xf32>
  graph.predict(%x: tensor<?x{width}xf32{layout}>) {{
    %y = graph.linear %x, %w, %b
        : tensor<?x{width}xf32{layout}>, tensor<{width}x{outputs}xf32>, tensor<{outputs}xf32>
    graph.yield %y : tensor<?x{outputs}xf32>
  }}
  graph.loss(%y: tensor<?x{outputs}xf32>, %t: {label}) {{
    %l = graph.{loss} %y, %t : tensor<?x{outputs}xf32>, {label}
    graph.yield %l : tensor<f32>
  }}
  graph.train adam(learning_rate = 0.05) batch(16) epochs(60)
}}
"""


class Published(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    def table(self, name: str, rows: list[dict], columns: list[str]) -> Path:
        path = self.folder / name
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def learn(self, data: Path, loss: str, *options) -> Program:
        """Makes a data set and a linear model for it, and trains that."""
        train = self.folder / "train"
        expect_done(attempt(MLC, "data", data, *options, "-o", train))
        tensors, metadata = read_safetensors(train)
        names = json.loads(metadata.get("class_names", "[]"))
        classes = loss == "cross_entropy"
        shape = tensors["labels"].shape
        outputs = len(names) if classes else shape[1] if len(shape) == 2 else 1
        text = MODEL.format(
            width=metadata["features"],
            outputs=outputs,
            layout=", #graph.csr" if "indptr" in tensors else "",
            loss=loss,
            label="tensor<?xi32>" if classes else f"tensor<?x{outputs}xf32>",
        )
        program = Program.compile(self.write("model.mlir", text), self.folder / "program")
        program.run("train", "--data", train, "-o", self.folder / "weights")
        return program

    def answers(self, program: Program, *arguments) -> list[dict]:
        out = program.run("predict", "--weights", self.folder / "weights", *arguments)
        return [json.loads(line) for line in out.splitlines()]

    def test_words_as_labels(self):
        lines = [
            ("spam\tfree, now %d" if i % 3 else "ham\tat home %d") % (i % 5) for i in range(60)
        ]
        program = self.learn(self.write("SMS", "\n".join(lines) + "\n"), "bce_with_logits")
        texts = self.write("texts.txt", "free now\nat home\n")
        answers = self.answers(program, "--text", texts)
        self.assertEqual([answer["label"] for answer in answers], ["spam", "ham"])
        unknown = self.write("test.tsv", "spam\tfree now\negg\tat home\n")
        result = program.attempt("eval", "--weights", self.folder / "weights", "--data", unknown)
        self.assertEqual(result.returncode, 1)
        self.assertIn("test.tsv:2:1: expected one of the classes of the training", result.stderr)

    def test_several_labels(self):
        lines = []
        for i in range(60):
            words = [word for word, k in (("cat", 2), ("dog", 3)) if i % k == 0]
            lines.append(" ".join(f"__label__{word}" for word in words) + " w " + " ".join(words))
        data = self.write("x.txt", "\n".join(lines) + "\n")
        program = self.learn(data, "bce_with_logits", "--labels", "several")
        answers = self.answers(program, "--text", self.write("texts.txt", "w cat\nw dog cat\nw\n"))
        self.assertEqual([answer["label"] for answer in answers], [["cat"], ["cat", "dog"], []])

    def test_a_table_of_classes(self):
        numbers = random.Random(0)
        rows = []
        for i in range(150):
            kind = "abc"[i % 3]
            size = 1000 + 300 * (i % 3) + numbers.random() * 100
            rows.append({"size": "" if i % 10 == 0 else size, "colour": "rgb"[i % 3], "kind": kind})
        program = self.learn(
            self.table("train.csv", rows, ["size", "colour", "kind"]),
            *("cross_entropy", "--label-column", "kind"),
        )
        shuffled = self.table("new.csv", rows, ["colour", "size"])
        answers = self.answers(program, "--data", shuffled, "--json")
        right = sum(answer["label"] == row["kind"] for answer, row in zip(answers, rows))
        self.assertGreater(right, 145)
        one = self.write("one.jsonl", '{"size": 1000, "colour": "r"}\n')
        self.assertEqual(self.answers(program, "--data", one, "--json")[0]["label"], "a")
        result = json.loads(
            program.run(
                *("eval", "--weights", self.folder / "weights", "--json", "--data"),
                self.folder / "train.csv",
            )
        )
        self.assertEqual(result["accuracy"], right / len(rows))

    def test_new_models_compile_and_learn(self):
        forms = {
            "classes.csv": "a,b,label\n" + "".join(f"{i % 3},{i},{'xyz'[i % 3]}\n" for i in range(90)),
            "binary.csv": "a,b,label\n" + "".join(f"{i % 2},{i},{i % 2}\n" for i in range(90)),
            "numbers.csv": "a,b,label\n" + "".join(f"{i % 9},{i},{i % 9 + 5}\n" for i in range(90)),
            "texts.csv": "label,review\n"
            + "".join(f"{i % 2},{'good' if i % 2 else 'bad'} film {i % 9}\n" for i in range(90)),
        }
        for name, text in forms.items():
            with self.subTest(name):
                train, model = self.folder / "train", self.folder / "model.mlir"
                expect_done(attempt(MLC, "data", self.write(name, text), "-o", train))
                expect_done(attempt(MLC, "new", "--data", train, "--dropout", "0.1", "-o", model))
                program = Program.compile(model, self.folder / "program")
                program.run("train", "--data", train, "-o", self.folder / "weights")
                result = json.loads(
                    program.run(
                        *("eval", "--json", "--weights", self.folder / "weights"),
                        *("--data", train),
                    )
                )
                if name == "numbers.csv":
                    self.assertLess(result["rmse"], 1)
                else:
                    self.assertGreater(result["accuracy"], 0.95)

    def test_targets_in_their_units(self):
        rows = [{"x": i % 20, "price": 5000 + 100 * (i % 20)} for i in range(200)]
        program = self.learn(
            self.table("train.csv", rows, ["x", "price"]),
            *("mse", "--label-column", "price", "--scale", "standard"),
        )
        answers = self.answers(program, "--data", self.table("new.csv", rows[:20], ["x"]), "--json")
        for answer, row in zip(answers, rows):
            self.assertAlmostEqual(answer["label"], row["price"], delta=60)
        result = json.loads(
            program.run(
                *("eval", "--weights", self.folder / "weights", "--json", "--data"),
                self.folder / "train.csv",
            )
        )
        errors = [answer["label"] - row["price"] for answer, row in zip(answers, rows)]
        self.assertAlmostEqual(
            result["rmse"], (sum(e * e for e in errors) / len(errors)) ** 0.5, delta=0.5
        )


if __name__ == "__main__":
    unittest.main()
