"""What holds for one reader holds for all: the same examples in every form that
`mlc data` reads make the same data set, and the same mistake is told in each.

The forms are those in which others publish texts with labels. A kind of trouble
that was met with in one of them (words as labels, emoji, spaces without width,
unknown classes, texts that are missing) is tried in all.
"""

import bz2
import gzip
import json
import lzma
import os
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, attempt, expect_done, read_safetensors

Examples = list[tuple[str, str]]  # label and text

EXAMPLES = [
    ("ham", "see you at home \u2764"),
    ("spam", "free prize\u200bcall now \U0001f600"),
    ("ham", "caf\u00e9 at noon"),
    ("spam", "call \U0001f600 free"),
]
WORDS = ["at", "caf\u00e9", "call", "free", "home", "noon", "now", "prize", "see", "you",
         "\u2764", "\U0001f600"]  # fmt: skip
POSITIVE = [0.0, 1.0, 0.0, 1.0]


def csv(examples: Examples, delimiter: str = ",", header: bool = True, end: str = "\n") -> str:
    rows = [("label", "text")] * header + examples
    return "".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) + end
        for row in rows
    )


def objects(examples: Examples) -> list[str]:
    return [json.dumps({"label": label, "text": text}) for label, text in examples]


def text_of(form: str, examples: Examples) -> str:
    match form:
        case "csv" | "crlf" | "cr":
            return csv(examples, end={"csv": "\n", "crlf": "\r\n", "cr": "\r"}[form])
        case "tsv":
            return csv(examples, "\t")
        case "semicolons":
            return csv(examples, ";")
        case "no header":
            return csv(examples, "\t", header=False)
        case "json lines":
            return "\n".join(objects(examples)) + "\n"
        case "json list":
            return "[\n" + ",\n".join(objects(examples)) + "\n]\n"
        case "fasttext":
            return "".join(f"__label__{label} {text}\n" for label, text in examples)
    raise ValueError(form)


TEXT_FORMS = {
    "csv": ".csv",
    "crlf": ".csv",
    "cr": ".csv",
    "tsv": ".tsv",
    "semicolons": ".csv",
    "no header": ".txt",
    "json lines": ".jsonl",
    "json list": ".json",
    "fasttext": ".txt",
}
PACKED = {".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}
FORMS = [*TEXT_FORMS, "utf-16", *PACKED, ".zip", "folder"]


def write(form: str, folder: Path, name: str, examples: Examples) -> Path:
    """The examples in this form; a folder has them by class."""
    if form == "folder":
        for number, (label, text) in enumerate(examples):
            path = folder / name / label / f"{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder / name
    if form == "utf-16":
        path = folder / f"{name}.csv"
        path.write_bytes(csv(examples).encode("utf-16"))
        return path
    if form in PACKED:
        path = folder / f"{name}.csv{form}"
        path.write_bytes(PACKED[form](csv(examples).encode()))
        return path
    if form == ".zip":
        path = folder / f"{name}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{name}.csv", csv(examples))
        return path
    path = folder / (name + TEXT_FORMS[form])
    path.write_bytes(text_of(form, examples).encode())
    return path


class Readers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def place(self, form: str) -> Path:
        """An empty folder."""
        folder = self.folder / form.strip(".").replace(" ", "-")
        folder.mkdir()
        return folder

    def make(self, path: Path, *options) -> Path:
        out = path.parent / (path.name + ".st")
        expect_done(attempt(MLC, "data", path, "-o", out, *options))
        return out

    def refuse(self, path: Path, *options) -> str:
        before = sorted(os.listdir(path.parent))
        result = attempt(MLC, "data", path, "-o", path.parent / "none", *options)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(sorted(os.listdir(path.parent)), before)
        return result.stderr

    def test_the_same_data_set(self):
        """Labels that are words, emoji, U+200B and letters beyond ASCII."""
        for form in FORMS:
            with self.subTest(form):
                folder = self.place(form)
                tensors, metadata = read_safetensors(self.make(write(form, folder, "a", EXAMPLES)))
                self.assertEqual(json.loads(metadata["class_names"]), ["ham", "spam"])
                words = bytes(tensors["vocabulary"].data).decode().split()
                self.assertEqual(sorted(words), sorted(WORDS))
                labels = [float(label) for label in tensors["labels"].data]
                self.assertEqual(labels, sorted(POSITIVE) if form == "folder" else POSITIVE)

    def test_the_second_class_is_positive_unless_said(self):
        for form in FORMS:
            with self.subTest(form):
                folder = self.place(form)
                path = write(form, folder, "a", EXAMPLES)
                tensors, _ = read_safetensors(self.make(path, "--positive", "ham"))
                labels = sorted(float(label) for label in tensors["labels"].data)
                self.assertEqual(labels, [0, 0, 1, 1])

    def test_three_classes(self):
        for form in FORMS:
            with self.subTest(form):
                folder = self.place(form)
                path = write(form, folder, "a", EXAMPLES + [("egg", "an omelette")])
                tensors, metadata = read_safetensors(self.make(path))
                self.assertEqual(json.loads(metadata["class_names"]), ["egg", "ham", "spam"])
                self.assertEqual(sorted(int(label) for label in tensors["labels"].data), [0, 1, 1, 2, 2])

    def test_an_unknown_class(self):
        for form in FORMS:
            with self.subTest(form):
                folder = self.place(form)
                train = self.make(write(form, folder, "a", EXAMPLES))
                test = write(form, folder, "b", EXAMPLES[:2] + [("egg", "an omelette")])
                error = self.refuse(test, "--like", train)
                self.assertIn('"egg"', error)
                self.assertIn("expected one of the classes of the training", error)
                self.assertRegex(error, f"(?m)^error: {test}")

    def test_bytes_that_are_no_text(self):
        """Located, and read by --encoding latin1, but of what is UTF-16."""
        for form in TEXT_FORMS:
            with self.subTest(form):
                path = self.folder / (form.replace(" ", "-") + TEXT_FORMS[form])
                text = text_of(form, EXAMPLES).replace("\u00e9", "\N{BROKEN BAR}")
                text = text.replace("\\u00e9", "\N{BROKEN BAR}")
                head, tail = text.split("\N{BROKEN BAR}")
                path.write_bytes(head.encode() + b"\xe9" + tail.encode())
                self.assertRegex(self.refuse(path), r":\d+:\d+: expected UTF-8.*--encoding latin1")

    def test_emoji_that_a_tokenizer_drops_are_counted(self):
        for form in FORMS:
            with self.subTest(form):
                folder = self.place(form)
                path = write(form, folder, "a", EXAMPLES)
                result = attempt(MLC, "data", path, "-o", folder / "st", "--tokenizer", "scikit-learn")
                expect_done(result)
                self.assertIn("note: emoji are dropped", result.stderr)
                self.assertIn("3 emoji dropped)", result.stderr)

    def test_texts_without_a_token(self):
        for form in FORMS:
            with self.subTest(form):
                folder = self.place(form)
                path = write(form, folder, "a", EXAMPLES + [("ham", "...")])
                result = attempt(MLC, "data", path, "-o", folder / "st")
                expect_done(result)
                self.assertIn("1 text without a token", result.stderr)


if __name__ == "__main__":
    unittest.main()
