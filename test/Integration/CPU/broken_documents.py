"""Small broken texts of every format that `mlc data` reads: status 1, the place,
what was found and what to do, and no file left behind."""

import bz2
import gzip
import lzma
import os
import sys
import tempfile
import unittest
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, attempt


class Broken(NamedTuple):
    """`end`, behind two good documents, gives a message that starts at `place` and
    holds `found`."""

    end: bytes
    place: str
    found: str


CSV = b"label,review\n1,good\n0,bad\n"
CSV_CASES = {
    "few fields": Broken(b"1\n", ":4:2", "2 fields as in the header, but got 1"),
    "many fields": Broken(b"1,a,b\n", ":4:5", "but got more"),
    "no label": Broken(b",good\n", ":4:1", "expected a label, but got nothing"),
    "label nan": Broken(b"nan,good\n", ":4:1", "finite"),
    "label infinite": Broken(b"inf,good\n", ":4:1", "finite"),
    "label huge": Broken(b"1e999,good\n", ":4:1", "a float can hold"),
    "label hexadecimal": Broken(b"0x1,good\n", ":4:1", '"0x1"'),
    "label of two": Broken(b"1 0,good\n", ":4:1", '"1 0"'),
    "stray quote": Broken(b'1,a"b\n1,c\n', ":4:4", "no quote inside a field"),
    "text behind a quote": Broken(b'1,"a"b\n', ":4:6", "behind a closing quote"),
    "open label": Broken(b'"1,good\n', ":4:1", "never closed"),
    "surrogate": Broken(b"1,\xed\xa0\x80\n", ":4:3", "expected UTF-8"),
    "overlong": Broken(b"1,\xc0\xaf\n", ":4:3", "expected UTF-8"),
    "cut character": Broken(b"1,\xe2\x82\n", ":4:3", "expected UTF-8"),
}
JSON = b'{"label": 1, "review": "good"}\n{"label": 0, "review": "bad"}\n'
JSON_CASES = {
    "number": Broken(b"7\n", ":3:1", "expected a JSON object"),
    "string": Broken(b'"good"\n', ":3:1", "expected a JSON object"),
    "null": Broken(b"null\n", ":3:1", "expected a JSON object"),
    "list": Broken(b'[1, "good"]\n', ":3:1", "expected a JSON object"),
    "not closed": Broken(b'{"label": 1, "review": "good"\n', ":3:30", "incomplete"),
    "two objects": Broken(b'{"label": 1, "review": "a"} {}\n', ":3:29", "nothing behind"),
    "last comma": Broken(b'{"label": 1, "review": "a",}\n', ":3:28", "syntax error"),
    "single quotes": Broken(b"{'label': 1, 'review': 'a'}\n", ":3:2", "syntax error"),
    "bare key": Broken(b'{label: 1, "review": "a"}\n', ":3:2", "syntax error"),
    "comment": Broken(b'{"label": 1, "review": "a"} // no\n', ":3:29", "nothing behind"),
    "nan": Broken(b'{"label": NaN, "review": "a"}\n', ":3:11", "got null"),
    "label a list": Broken(b'{"label": [1], "review": "a"}\n', ":3:11", "several labels"),
    "label null": Broken(b'{"label": null, "review": "a"}\n', ":3:11", "got null"),
    "label a word": Broken(b'{"label": "yes", "review": "a"}\n', ":3:11", '"yes"'),
    "label huge": Broken(b'{"label": 1e999, "review": "a"}\n', ":3:11", "finite"),
    "text a number": Broken(b'{"label": 1, "review": 5}\n', ":3:24", 'text in "review"'),
    "text null": Broken(b'{"label": 1, "review": null}\n', ":3:24", 'a field "review" with a text'),
    "two labels": Broken(b'{"label": 1, "review": "a", "label": 0}\n', ":3:29", "has it twice"),
    "no text": Broken(b'{"label": 1}\n', ":3:1", 'a field "review"'),
    "lone surrogate": Broken(b'{"label": 1, "review": "\\ud800"}\n', ":3:25", "half of one"),
    "unknown escape": Broken(b'{"label": 1, "review": "\\x41"}\n', ":3:26", "syntax"),
    "line break": Broken(b'{"label": 1, "review": "a\nb"}\n', ":3:26", "incomplete"),
    "NUL": Broken(b'{"label": 1, "review": "a\\u0000b"}\n', ":3:24", "a NUL"),
    "latin-1": Broken(b'{"label": 1, "review": "caf\xe9"}\n', ":3:28", "expected UTF-8"),
    "second mark": Broken(b'\xef\xbb\xbf{"label": 1}\n', ":3:1", "syntax error"),
}
LIBSVM = b"1 0:1\n0 1:1\n"
LIBSVM_CASES = {
    "index not whole": Broken(b"1 1.5:1\n", ":3:3", "a whole index"),
    "label a sign": Broken(b"+ 1:1\n", ":3:1", "expected a label"),
    "two colons": Broken(b"1 1::2\n", ":3:5", '":2"'),
    "space before": Broken(b"1 1 :2\n", ":3:4", "':' after the index"),
    "space behind": Broken(b"1 1: 2\n", ":3:5", "but got nothing"),
    "hexadecimal": Broken(b"1 1:0x10\n", ":3:5", '"0x10"'),
    "query behind": Broken(b"1 1:1 qid:3\n", ":3:7", '"qid:3"'),
    "comma": Broken(b"1 1:1,2:1\n", ":3:5", '"1,2:1"'),
    "latin-1": Broken(b"1 1:1\xe9\n", ":3:5", r"1\xe9"),
    "NUL": Broken(b"1 1:1\0\n", ":3:5", r"1\x00"),
    "index too large": Broken(b"1 2147483647:1\n", ":3:3", "at most 2147483646"),
    "infinite": Broken(b"1 1:inf\n", ":3:5", "finite"),
    "label nan": Broken(b"nan 1:1\n", ":3:1", "finite"),
    "two words": Broken(b"1,x 1:1\n", ":3:1", "expected a label"),
}
# Whole files.
FILES = {
    "blank.csv": Broken(b"\n\n\n", ":4:1", "expected a header"),
    "header.csv": Broken(b"label,review\n", ":2:1", "expected documents"),
    "two-labels.csv": Broken(
        b"label,label,review\n1,1,a\n", ":1:7", '"label", but the header has it 2'
    ),
    "two-texts.csv": Broken(
        b"label,review,review\n1,a,b\n", ":1:14", '"review", but the header has it 2'
    ),
    "nul-header.csv": Broken(b"la\0bel,review\n1,a\n", ":1:3", "NUL"),
    "semicolons.csv": Broken(b"label;review\n7;good\n", ":2:1", "0 or 1"),
    "tabs.csv": Broken(b"label\treview\n1\tgood\tx\n", ":2:8", "2 fields"),
    "old-mac.csv": Broken(b"label,review\r1,good\r7,bad\r", ":3:1", "0 or 1"),
    "cut.json": Broken(b'[{"label": 1, "review": "a"}', ":1:29", "never closed"),
    "cut.zip": Broken(b"PK\x03\x04", "", "truncated"),
    "cut.csv.bz2": Broken(bz2.compress(CSV)[:-9], r":\d+:\d+", "truncated"),
    "number.fasttext": Broken(b"__label__a b\nc\n", ":2:1", "__label__spam"),
    "csv.jsonl": Broken(CSV, ":1:1", "expected a JSON object"),
    "plain.csv.gz": Broken(b"label,review\n", ":2:1", "expected documents"),
    "cut.csv.gz": Broken(b"\x1f\x8b\x08\0", ":1:1", "truncated"),
    "damaged.csv.gz": Broken(gzip.compress(CSV)[:-8] + bytes(8), ":1:1", "damaged"),
    "twice.csv.zst": Broken(b"\x28\xb5\x2f\xfd\0\0\0", "", "decompress it first"),
    "cut.csv.xz": Broken(b"\xfd7zXZ\0", ":1:1", "truncated"),
    "damaged.csv.xz": Broken(
        lzma.compress(CSV)[:24] + b"\xff" + lzma.compress(CSV)[25:], ":1:1", "damaged"
    ),
    "no-label.feat": Broken(b"0:1\n", ":1:1", "start the line with a label"),
    "spaces.feat": Broken(b"   \n", "", "expected examples"),
}


class BrokenDocuments(unittest.TestCase):
    def expect_refusal(self, name: str, content: bytes, case: Broken) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(content)
            result = attempt(MLC, "data", path, "-o", Path(folder) / "out")
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertEqual(result.stdout, "")
            self.assertRegex(result.stderr, f"^error: {path}{case.place}: ")
            first = result.stderr.splitlines()[0]
            self.assertIn(case.found, first)
            self.assertIn("; ", first)  # what to do
            self.assertEqual(os.listdir(folder), [name])

    def expect_refusals(self, name: str, good: bytes, cases: dict) -> None:
        for what, case in cases.items():
            with self.subTest(what):
                self.expect_refusal(name, good + case.end, case)

    def test_csv(self):
        self.expect_refusals("a.csv", CSV, CSV_CASES)

    def test_json_lines(self):
        self.expect_refusals("a.jsonl", JSON, JSON_CASES)

    def test_libsvm(self):
        self.expect_refusals("a.feat", LIBSVM, LIBSVM_CASES)

    def test_files(self):
        for name, case in FILES.items():
            with self.subTest(name):
                self.expect_refusal(name, case.end, case)


if __name__ == "__main__":
    unittest.main()
