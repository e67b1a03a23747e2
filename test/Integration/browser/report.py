"""The pages of --report in a real browser: numbers, widths, light and dark.

Every number of a page is read back in Chromium and compared with `eval --json`
or with the metrics file, all digits. No request leaves the file, nothing is
wider than the window, and text stands out from its background. Without
chromedriver (Debian: chromium-driver) the tests are skipped.

  MLC_SCREENSHOTS=DIR   also keeps pictures there, to be looked at
"""

import json
import random
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser import DRIVER, Browser
from integration import (
    MLC,
    MODELS,
    REPOSITORY,
    Program,
    attempt,
    expect_done,
    make_data,
    read_metrics,
)
from look import check_look

FIGURES = """
const figures = {};
for (const data of document.querySelectorAll("data[data-figure]"))
  figures[data.dataset.figure] = data.value;
for (const data of document.querySelectorAll("[data-undefined]"))
  figures[data.dataset.undefined] = null;
return figures;
"""


def flatten(value, path: str = "") -> dict:
    """Numbers of JSON by their paths."""
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        return {path: value}
    return {
        name: number
        for key, part in parts
        for name, number in flatten(part, f"{path}/{key}" if path else str(key)).items()
    }


@unittest.skipUnless(DRIVER, "no chromedriver here; Debian has it in chromium-driver")
class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.browser = cls.enterClassContext(Browser())
        cls.programs = {
            name: Program.compile(MODELS / f"{name}.mlir", cls.folder / name)
            for name in ("logistic", "classes", "everything", "regression")
        }

    def path(self, name: str) -> Path:
        return self.folder / f"{self.id().split('.')[-1]}-{name}"

    def data(self, name: str, part: str, rows: int) -> Path:
        file = self.path(f"{name}-{part}")
        made = make_data(self.programs[name].info, rows, seed=len(part))
        if name == "everything":  # Labels in [0, 1): made yes or no.
            labels = made.tensors["labels"].data
            for i, label in enumerate(labels):
                labels[i] = float(label < 0.4)
        made.write(file)
        return file

    def train(self, name: str, *options) -> Path:
        weights = self.path(f"{name}-weights")
        data, test = self.data(name, "train", 300), self.data(name, "test", 200)
        self.programs[name].run(
            "train", "--data", data, "--test", test, "-o", weights, "--epochs", 6, *options
        )
        return weights

    def check(self, page: Path) -> dict:
        """Looks at the page in every way; returns its numbers."""
        self.browser.requested()
        self.browser.log("browser")
        self.browser.open(page)
        check_look(self, self.browser, page.stem)
        self.assertEqual(set(self.browser.requested()), {page.absolute().as_uri()})
        self.assertEqual(self.browser.log("browser"), [])
        return self.browser.run(FIGURES)

    def test_numbers_of_eval(self):
        for name, program in self.programs.items():
            weights, page = self.train(name), self.path(f"{name}.html")
            if name == "logistic":  # With a temperature and a threshold.
                plain, weights = weights, self.path("calibrated")
                held_out = self.data(name, "held out", 100)
                program.run("calibrate", "--data", held_out, "--weights", plain,
                            "--threshold", "f1", "-o", weights)  # fmt: skip
            result = program.run(
                *("eval", "--data", self.path(f"{name}-test"), "--weights", weights),
                *("--report", page, "--json"),
            )
            shown = self.check(page)
            expected = flatten(json.loads(result))
            # A bin without answers is not shown.
            empty = {path.rsplit("/", 1)[0] for path, number in expected.items()
                     if path.startswith("calibration/") and path.endswith("/count") and number == 0}
            expected = {path: number for path, number in expected.items()
                        if path.rsplit("/", 1)[0] not in empty}  # fmt: skip
            if expected.get("confusion_matrix", 0) is None:
                del expected["confusion_matrix"]
            self.assertEqual(shown.keys(), expected.keys())
            for path, number in expected.items():
                value = None if shown[path] is None else float(shown[path])
                self.assertEqual(value, number, path)

    def test_numbers_of_train(self):
        metrics, page = self.path("metrics"), self.path("page.html")
        self.train("logistic", "--metrics", metrics, "--measure", "f1,roc_auc", "--report", page,
                   "--select-by", "f1")  # fmt: skip
        shown = self.check(page)
        lines = read_metrics(metrics)[1]
        self.assertEqual(len(lines), 6)
        expected = {
            f"epoch/{line['epoch']}/{name}": value
            for line in lines
            for name, value in line.items()
            if name == "loss" or name.startswith("test_")
        }
        told = {path: float(value) for path, value in shown.items() if path.startswith("epoch/")}
        self.assertEqual(told, expected)
        # The last epoch's figures once more, with the others.
        self.assertEqual(float(shown["f1"]), lines[-1]["test_f1"])
        self.assertEqual(float(shown["roc_auc"]), lines[-1]["test_roc_auc"])
        best = max(lines, key=lambda line: line["test_f1"])["epoch"]
        marked = self.browser.run(
            "return [...document.querySelectorAll('th')].map(th => th.textContent)"
            ".filter(text => text.includes('best'))"
        )
        self.assertEqual(marked, [f"{best} * best"])

    def test_numbers_of_cv(self):
        page, table = self.path("page.html"), self.path("table.csv")
        rows = [f"{i % 7},{'abc'[i * i % 3]},{i % 11},{'xyz'[(i % 7 + i % 11) % 3]}"
                for i in range(120)]  # fmt: skip
        table.write_text("\n".join(["size,colour,weight,kind", *rows]) + "\n")
        result = attempt(MLC, "cv", table, "--label-column", "kind", "--folds", 3, "--epochs", 20,
                         "--report", page, "--json")  # fmt: skip
        shown, told = self.check(page), json.loads(expect_done(result).stdout)
        expected = flatten({f"folds/{n}": {name: value for name, value in fold.items()
                                           if name in told["mean"]}
                            for n, fold in enumerate(told.pop("folds"))})  # fmt: skip
        expected |= flatten(told)
        numbers = {path: None if value is None else float(value) for path, value in shown.items()}
        empty = {path.rsplit("/", 1)[0] for path, number in expected.items()
                 if path.startswith("calibration/") and path.endswith("/count") and number == 0}
        expected = {path: number for path, number in expected.items()
                    if path.rsplit("/", 1)[0] not in empty}  # fmt: skip
        self.assertEqual(numbers, expected)

    def test_pages_of_the_examples(self):
        """Trained on a few reviews, since what is looked at are the pages."""
        texts = self.path("reviews.csv")
        words = ["a lovely film", "dull and long", "great cast", "the worst plot", "i liked it"]
        lines = [f"{1 + i % 10},{words[i % 5]} {words[i * 7 % 5]} {i % 13}" for i in range(200)]
        texts.write_text("\n".join(["label,review", *lines]) + "\n")
        for example in sorted(REPOSITORY.glob("examples/*/model.mlir")):
            name = example.parent.name
            if "private(" in example.read_text():
                continue  # It tells no losses: test/Integration/CPU/private.py.
            with self.subTest(example=name):
                program = Program.compile(example, self.folder / f"example-{name}")
                width = program.info["input"]["width"]
                kind = program.info["label"]["kind"]
                labels = {"binary": ["--positive-from", 7], "class": ["--labels", "stars"],
                          "real": ["--labels", "numbers"]}[kind]  # fmt: skip
                data = self.path(f"{name}.st")
                # Hashes, so that the model's width is that of any texts.
                bits = width.bit_length() - 1
                if width != 2**bits:
                    words = self.path("words")
                    words.write_text("".join(f"w{i}\n" for i in range(width - 20))
                                     + "".join(f"{i}\n" for i in range(13)) + "a\nlovely\n"
                                     "dull\ngreat\nworst\nfilm\nliked\n")  # fmt: skip
                    features = ["--vocabulary", words]
                else:
                    features = ["--hash-bits", bits]
                expect_done(attempt(MLC, "data", texts, *labels, *features, "-o", data))
                weights, page = self.path(f"{name}-weights"), self.path(f"{name}.html")
                metrics = self.path(f"{name}-metrics")
                if program.info["label"]["outputs"] > 1:
                    outputs = program.info["label"]["outputs"]
                    if outputs < 10:  # Ratings have eight classes: stars without 5 and 6.
                        kept = [line for line in lines if line.split(",")[0] not in ("5", "6")]
                        texts_of_eight = self.path("eight.csv")
                        texts_of_eight.write_text("\n".join(["label,review", *kept]) + "\n")
                        expect_done(attempt(MLC, "data", texts_of_eight, *labels, *features,
                                            "-o", data))  # fmt: skip
                program.run("train", "--data", data, "--validation", 0.3, "--epochs", 3,
                            "--metrics", metrics, "--report", page, "-o", weights)  # fmt: skip
                shown = self.check(page)
                for line in read_metrics(metrics)[1]:
                    for key in ("loss", "test_loss"):
                        self.assertEqual(float(shown[f"epoch/{line['epoch']}/{key}"]), line[key])
                told = program.run("eval", "--data", data, "--weights", weights, "--report", page,
                                   "--json")  # fmt: skip
                shown = self.check(page)
                for path, number in flatten(json.loads(told)).items():
                    if path.startswith("calibration/") and path not in shown:
                        continue  # A bin without answers is not shown.
                    if path == "confusion_matrix" and number is None:
                        continue
                    value = None if shown[path] is None else float(shown[path])
                    self.assertEqual(value, number, path)

    def test_page_of_both_rates(self):
        """Rows of numbers are learned at two rates; the page shows the whole run."""
        table, made = self.path("t.csv"), self.path("made")
        numbers = random.Random(5)
        rows = [[numbers.gauss(0, 1) for _ in range(3)] for _ in range(300)]
        table.write_text("x,y,z,label\n" + "".join(
            f"{','.join(f'{x:.3f}' for x in row)},{'yes' if sum(row) > 0 else 'no'}\n"
            for row in rows))  # fmt: skip
        expect_done(attempt(MLC, "train", table, "--epochs", 10, "-o", made))
        shown, expected = self.check(made / "report.html"), {}
        lines = [line for name in ("full-rate.jsonl", "metrics.jsonl")
                 for line in read_metrics(made / "choosing" / name)[1]]  # fmt: skip
        self.assertEqual(len(lines), 10)
        for epoch, line in enumerate(lines, 1):
            for name, value in line.items():
                if name == "loss" or name.startswith("test_"):
                    expected[f"epoch/{epoch}/{name}"] = value
        epochs = {path: float(value) for path, value in shown.items() if path.startswith("epoch/")}
        self.assertEqual(epochs, expected)

    def test_a_run_that_failed_has_a_page(self):
        page, data = self.path("page.html"), self.data("regression", "train", 300)
        metrics = self.path("metrics")
        # Some rate fails late enough for a few epochs.
        for rate in (0.05 * 1.2**power for power in range(100)):
            result = self.programs["regression"].attempt(
                *("train", "--data", data, "--test", data, "--learning-rate", rate),
                *("--epochs", 200, "--report", page, "--metrics", metrics),
            )
            if result.returncode == 1 and read_metrics(metrics)[1]:
                break
        self.assertEqual(result.returncode, 1)
        shown, lines = self.check(page), read_metrics(metrics)[1]
        self.assertGreater(len(lines), 0)
        self.assertEqual(
            {path: float(value) for path, value in shown.items()},
            {f"epoch/{line['epoch']}/{name}": value for line in lines
             for name, value in line.items() if name == "loss" or name.startswith("test_")},
        )  # fmt: skip
        warning = self.browser.run("return document.querySelector('.warning').textContent")
        self.assertIn("training diverged", warning)

    def test_names_are_text_wherever_they_stand(self):
        """Paths are the user's; they must not become markup."""
        page = self.path("page.html")
        weights = self.train("classes")
        odd = self.folder / "<img src=x onerror=alert(1)>&\"'"
        odd.write_bytes(self.path("classes-test").read_bytes())
        self.programs["classes"].run(
            "eval", "--data", odd, "--weights", weights, "--report", page
        )
        self.check(page)
        self.assertEqual(self.browser.run("return document.images.length"), 0)
        self.assertIn(str(odd), self.browser.run("return document.body.textContent"))


if __name__ == "__main__":
    unittest.main()
