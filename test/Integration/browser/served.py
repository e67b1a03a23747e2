"""The page of `PROGRAM serve` in a real browser: what people type, paste and drop
is answered with the digits of `predict`; errors are shown; it is used by keyboard
alone, narrow and wide, light and dark, and asks nobody but its server. Without
chromedriver (Debian: chromium-driver) the tests are skipped.

  MLC_SCREENSHOTS=DIR   also keeps pictures there, to be looked at
"""

import csv
import io
import itertools
import json
import lzma
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser import DRIVER, Browser
from integration import MLC, REPOSITORY, Program
from look import check_look

TAB, ENTER = "\ue004", "\ue007"
SAMPLE = REPOSITORY / "examples" / "imdb-mlp" / "sample"
TEXTS = ["A wonderful film, one of the best I have seen.", "Boring. The worst two hours!",
         "Caf\u00e9 & <b>na\u00efve</b>"]  # fmt: skip
CARS = ["3.5,gas,70,good car", ",oil,40,", "7,coal,1e2,good <i>"]
KEY = "k-1"

RESULTS = """
const rows = [...document.querySelectorAll("#table tr")].slice(1);
return rows.length === %d ? rows.map(row => [...row.cells].map(cell => cell.textContent)) : null;
"""
DROP = """
const files = new DataTransfer();
files.items.add(new File([%s], "rows.csv", {type: "text/csv"}));
document.getElementById("many").dispatchEvent(
  new DragEvent("drop", {dataTransfer: files, bubbles: true, cancelable: true}));
"""


# The page's own rules let no script fetch what it saves.
KEEP_SAVED = """
const create = URL.createObjectURL;
URL.createObjectURL = blob => { window.saved = blob; return create.call(URL, blob); };
"""


def table_of_cars() -> str:
    """Two numbers, of which one is missing at times, a category, and texts."""
    lines = ["age,fuel,power,note,class"]
    for row in range(120):
        good = row % 3 == 0
        age = "" if row % 7 == 0 else row % 9
        word = "good" if good else "bad"
        lines.append(f"{age},{'gas' if row % 2 else 'oil'},{40 + row},{word} w{row % 5},{word}")
    return "\n".join(lines) + "\n"


@unittest.skipUnless(DRIVER, "no chromedriver here; Debian has it in chromium-driver")
class Served(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.browser = cls.enterClassContext(Browser())
        cars = cls.folder / "cars.csv"
        cars.write_text(table_of_cars())
        cls.programs = {
            "reviews": cls.make("reviews", SAMPLE / "train.csv.xz", "--max-features", 1000),
            "cars": cls.make("cars", cars, "--label-column", "class", "--text-column", "note",
                             "--numeric", "age"),
        }

    @classmethod
    def make(cls, name: str, source: Path, *options) -> Path:
        data, model = cls.folder / f"{name}.data", cls.folder / f"{name}.mlir"
        for command in (("data", source, "-o", data, *options), ("new", "--data", data, "-o", model)):
            subprocess.run([MLC, *map(str, command)], check=True, capture_output=True)
        program = Program.compile(model, cls.folder / name)
        program.run("train", "--data", data, "-o", cls.folder / f"{name}.weights", "--epochs", 3)
        return cls.folder / name

    def serve(self, name: str, *options) -> str:
        """Serves until the test ends; opens the page."""
        server = subprocess.Popen(
            [self.programs[name], "serve", "--weights", self.folder / f"{name}.weights",
             "--port", "0", *options],
            stderr=subprocess.PIPE, text=True)  # fmt: skip
        self.addCleanup(server.stderr.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        said = iter(server.stderr.readline, "")
        url = next(found.group() for line in said if (found := re.search(r"http://\S+", line)))
        self.browser.requested()
        self.browser.log("browser")
        self.browser.go(url)
        return url

    def predict(self, name: str, *options, command: str = "predict") -> list[dict]:
        program = self.programs[name]
        told = subprocess.run(
            [program, command, "--weights", self.folder / f"{name}.weights", *options],
            check=True, capture_output=True, text=True).stdout  # fmt: skip
        return [json.loads(line) for line in told.splitlines()]

    def predict_texts(self, texts: list[str], *options, command: str = "predict") -> list[dict]:
        lines = self.folder / "lines"
        lines.write_text("".join(text + "\n" for text in texts))
        return self.predict("reviews", "--text", lines, *options, command=command)

    def predict_cars(self, command: str = "predict") -> list[dict]:
        rows = self.folder / "rows.csv"
        rows.write_text("\n".join(["age,fuel,power,note", *CARS, ""]))
        return self.predict("cars", "--data", rows, "--json", command=command)

    def ready(self, text: str = "Version"):
        self.browser.wait(f"return document.getElementById('about').textContent.includes('{text}');")

    def told(self) -> tuple[str, float]:
        """The answer to one input: its label, and the probability of label 1."""
        self.browser.wait("return document.querySelector('#result meter');")
        label = self.browser.run("return document.getElementById('label').textContent;")
        meter = "document.querySelector('#result meter').dataset.probability"
        return label, float(self.browser.run(f"return {meter};"))

    def error(self, place: str) -> str:
        return self.browser.wait(
            f"return document.querySelector('#{place} [role=alert]')?.textContent;")

    def only_asked(self, url: str) -> None:
        for asked in self.browser.requested():
            self.assertTrue(asked.startswith((url, "blob:")), asked)

    def test_a_sentence(self):
        url = self.serve("reviews")
        self.ready()
        for text, expected in zip(TEXTS, self.predict_texts(TEXTS)):
            self.browser.run("document.getElementById('input').value = '';"
                             "document.getElementById('result').replaceChildren();")  # fmt: skip
            self.browser.write("#input", text)
            self.browser.click("#predict")
            label, probability = self.told()
            self.assertEqual(label, str(expected["label"]))
            self.assertEqual(probability, expected["probabilities"][0])
        sure = max(probability, 1 - probability)
        self.assertEqual(self.browser.run("return document.getElementById('sure').textContent;"),
                         f"{100 * sure:.1f} % sure")  # fmt: skip
        check_look(self, self.browser, "sentence")
        self.only_asked(url)
        self.assertEqual(self.browser.log("browser"), [])

    def test_keys_alone(self):
        self.serve("reviews")
        self.ready()
        focus = "return document.activeElement.id;"
        self.browser.press(TAB)
        self.assertEqual(self.browser.run(focus), "input")
        self.browser.press(*"good")
        self.browser.press(TAB)
        self.assertEqual(self.browser.run(focus), "predict")
        outline = "return getComputedStyle(document.activeElement).outlineStyle;"
        self.assertNotEqual(self.browser.run(outline), "none")
        self.browser.press(ENTER)
        self.told()
        places = []
        for _ in range(3):
            self.browser.press(TAB)
            places.append(self.browser.run(focus))
        self.assertEqual(places, ["rows", "file", "predict-all"])
        # What a screen reader is told of: the answer as it comes, and each field.
        live = "return document.getElementById('result').ariaLive;"
        self.assertEqual(self.browser.run(live), "polite")
        nameless = self.browser.run(
            "return [...document.querySelectorAll('input,textarea,button,meter')].filter(e =>"
            " !(e.labels?.length || e.ariaLabel || e.textContent)).map(e => e.id);")
        self.assertEqual(nameless, [])

    def test_columns_of_a_table(self):
        self.serve("cars")
        self.ready()
        labels = "return [...document.querySelectorAll('#fields label')].map(l => l.textContent);"
        names = self.browser.run(labels)
        self.assertEqual(sorted(names), ["age", "fuel", "note", "power"])
        header = ["age", "fuel", "power", "note"]
        for line, expected in zip(CARS, self.predict_cars()):
            self.browser.run("document.getElementById('one').reset();"
                             "document.getElementById('result').replaceChildren();")  # fmt: skip
            for place, name in enumerate(names):
                if text := line.split(",")[header.index(name)]:
                    self.browser.write(f"#field-{place}", text)
            self.browser.click("#predict")
            self.assertEqual(self.told(), (str(expected["label"]), expected["probabilities"][0]))
        check_look(self, self.browser, "columns")
        self.browser.run("document.getElementById('one').reset();")
        self.browser.write(f"#field-{names.index('power')}", "fast")
        self.browser.click("#predict")
        self.assertIn('expected a number', self.error("result"))
        check_look(self, self.browser, "error")

    def expect_parts(self, expected: dict, legend: str) -> None:
        """What is shaded are the parts that `explain` gives, which add up."""
        told = self.browser.wait("return document.getElementById('legend')?.textContent;")
        self.assertEqual(told, legend)
        parts = self.browser.run("return [...document.querySelectorAll('[data-part]')]"
                                 ".map(part => Number(part.dataset.part));")  # fmt: skip
        self.assertGreater(max(map(abs, parts)), 0)
        missed = sum(parts) - (expected["score"] - expected["baseline"])
        self.assertLess(abs(missed), 1e-4)

    def test_why_it_says_so(self):
        self.serve("reviews")
        self.ready()
        with lzma.open(SAMPLE / "train.csv.xz", "rt") as file:  # It has words of its own.
            review = list(itertools.islice(csv.reader(file), 2))[1][-1]
        text = " ".join(review.split()[:12]) + " \u2014 caf\u00e9"
        self.browser.write("#input", text)
        self.browser.click("#predict")
        (expected,) = self.predict_texts([text], "--json", command="explain")
        self.expect_parts(expected, "+ speaks for 1, \u2212 against it.")
        words = self.browser.run("return document.querySelector('.words').innerText;")
        self.assertEqual(re.sub(r"\n?[+\u2212]\n?", "", words), text)
        check_look(self, self.browser, "why")
        self.doCleanups()
        self.serve("cars")
        self.ready()
        for place, name in enumerate(("age", "power", "fuel", "note")):
            self.browser.write(f"#field-{place}", dict(zip(("age", "fuel", "power", "note"),
                                                           CARS[0].split(",")))[name])  # fmt: skip
        self.browser.click("#predict")
        self.expect_parts(self.predict_cars("explain")[0], "+ speaks for good, \u2212 against it.")

    def many(self, count: int) -> list[list[str]]:
        self.browser.click("#predict-all")
        return self.browser.wait(RESULTS % count)

    def expect_rows(self, rows: list[list[str]], expected: list[dict]) -> None:
        for at, (row, line) in enumerate(zip(rows, expected)):
            self.assertEqual([row[0], row[2]], [str(at + 1), str(line["label"])])
            sure = max(line["probabilities"][0], 1 - line["probabilities"][0])
            self.assertEqual(row[3], f"{100 * sure:.1f} %")

    def test_many_rows(self):
        self.serve("cars")
        self.ready()
        expected = self.predict_cars()
        # In another order, with a column that the model does not know.
        pasted = "id,note,power,fuel,age\n" + "".join(
            ",".join([str(at), *reversed(line.split(","))]) + "\n" for at, line in enumerate(CARS)
        )
        self.browser.write("#rows", pasted)
        self.browser.run(KEEP_SAVED)
        rows = self.many(len(CARS))
        self.expect_rows(rows, expected)
        check_look(self, self.browser, "many")
        saved = self.browser.call("POST", f"{self.browser.path}/execute/async", {
            "script": "window.saved.text().then(arguments[0]);", "args": []})  # fmt: skip
        self.assertEqual([row[-2] for row in csv.reader(io.StringIO(saved))],
                         [str(line["label"]) for line in expected])  # fmt: skip
        # A column that lacks, and a field that does not end.
        clear = "document.getElementById('rows').value = '';"
        for text, message in (("age,fuel\n1,gas\n", "It lacks: power, note."),
                              ('age,"fuel\n', "does not end"), ("", "no rows")):  # fmt: skip
            self.browser.run(clear + "document.getElementById('progress').replaceChildren();")
            if text:
                self.browser.write("#rows", text)
            self.browser.click("#predict-all")
            message_told = self.error("progress")
            self.assertTrue(message in message_told or "It lacks" in message_told, message_told)

    def test_a_file_is_chosen_or_dropped(self):
        self.serve("reviews")
        self.ready()
        texts = [TEXTS[at % 2] for at in range(150)]
        rows = [["id", "Review"], *([str(at), text] for at, text in enumerate(texts))]
        content = io.StringIO()
        csv.writer(content).writerows(rows)
        expected = self.predict_texts(texts)
        self.browser.run(DROP % json.dumps(content.getvalue()))
        self.browser.wait("return document.getElementById('rows').value.length > 0;")
        self.expect_rows(self.many(150), expected)
        file = self.folder / "chosen.csv"
        file.write_text(content.getvalue())
        self.browser.run("document.getElementById('rows').value = '';"
                         "document.getElementById('table').replaceChildren();")  # fmt: skip
        self.browser.write("#file", str(file))
        self.browser.wait("return document.getElementById('rows').value.length > 0;")
        self.expect_rows(self.many(150), expected)

    def test_a_key_and_a_server_that_has_ended(self):
        self.serve("reviews", "--api-key", KEY)
        self.browser.wait("return !document.getElementById('key-form').hidden;")
        self.assertIn("asks for a key", self.error("result"))
        check_look(self, self.browser, "key")
        self.browser.write("#key", "another" + ENTER)
        self.browser.wait("return !document.getElementById('key-form').hidden;")
        self.browser.run("document.getElementById('key').value = '';")
        self.browser.write("#key", KEY + ENTER)
        self.ready()
        self.browser.write("#input", "good")
        self.browser.click("#predict")
        self.told()
        self.doCleanups()
        self.browser.click("#predict")
        self.assertIn("cannot be reached", self.error("result"))


if __name__ == "__main__":
    unittest.main()
