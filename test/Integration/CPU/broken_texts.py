"""Hostile texts: status 1, a located message that says what to do, no file left
behind, and memory that does not grow with the input."""

import gzip
import lzma
import os
import resource
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, attempt

MIB = 1 << 20
# Of address space: what mlc and its libraries need, and 64 MiB lines some times.
LIMIT = 1500 * MIB


# A text of 60 MiB takes some times its size; that of all its tokens, 4 bytes
# each in some tables, would be above it.
TEXT_LIMIT = 1000 * MIB


def limit_memory(limit=LIMIT):
    # The sanitizers of such a build map terabytes; lit.cfg.py sets their options.
    if "ASAN_OPTIONS" not in os.environ:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def packed(module, *pieces) -> bytes:
    """Compressed piece by piece: the whole would not fit in memory."""
    if module is gzip:
        import zlib

        packer = zlib.compressobj(wbits=31)
    else:
        packer = lzma.LZMACompressor(preset=0)
    return b"".join([packer.compress(piece) for piece in pieces] + [packer.flush()])


class BrokenTexts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def expect_refusal(self, name: str, content, message: str, *options):
        path = self.folder / name
        if content is not None:
            path.write_bytes(content)
        before = sorted(os.listdir(self.folder))
        result = attempt(
            *(MLC, "data", path, *options, "--threads", "2", "-o", self.folder / "out"),
            preexec_fn=limit_memory,
        )
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertRegex(result.stderr, f"(?m)^error: {path}.*{message}")
        self.assertIn("; ", result.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_small_files(self):
        good = b"label,review\n1,good\n0,bad\n"
        many = good + b"".join(b"%d,%d %d\n" % (i % 2, i, i * i) for i in range(20000))
        for name, content, message in (
            ("empty.csv", b"", "expected a header"),
            ("empty", b"", "the file is empty"),
            ("empty.jsonl", b"", "expected documents, but got none"),
            ("no-label.csv", b"review\ngood\n", 'a column "label"'),
            ("no-label.jsonl", b'{"review": "good"}\n', ':1:1: .*"label"'),
            ("word.csv", good + b"yes,good\n", ":4:1: expected a label"),
            ("quote.csv", good + b'1,"open\n1,next\n', ":4:3: the quote .* never closed"),
            ("latin1.csv", good + b"1,caf\xe9\n", ":4:6: expected UTF-8"),
            ("utf16.csv", good.decode().encode("utf-16")[:-1], "ends within a character"),
            ("nul.csv", good + b"1,a\0b\n", ":4:4: .*NUL"),
            ("deep.jsonl", b'{"a":' + b"[" * 100000, ":1:.*too deep"),
            ("cut.csv.xz", lzma.compress(many)[:-5000], r":\d+:\d+: .*truncated"),
            ("cut.csv.gz", gzip.compress(many)[:-9], r":\d+:\d+: .*truncated"),
            ("prose", b"It was a dark night.\n", "--format lines"),
        ):
            with self.subTest(name):
                self.expect_refusal(name, content, message)

    def test_one_label_tells_nothing(self):
        path = self.folder / "one.csv"
        path.write_text("label,review\n1,good film\n1,fine film\n")
        result = attempt(
            *(MLC, "data", path, "--select", "linear", "--max-features", "1"),
            *("-o", self.folder / "out"),
        )
        self.assertEqual(result.returncode, 1)
        self.assertIn("same label", result.stderr)

    def test_folders(self):
        for folder in ("pos", "neg"):
            (self.folder / "a" / folder).mkdir(parents=True)
        self.expect_refusal("a", None, "expected reviews")
        (self.folder / "a" / "pos" / "0_9.txt").write_bytes(b"one\ncaf\xe9\n")
        self.expect_refusal("a", None, "pos/0_9.txt:2:4: expected UTF-8")
        (self.folder / "a" / "pos" / "0_9.txt").write_text("one")
        (self.folder / "a" / "pos" / "x.txt").write_text("two")
        self.expect_refusal("a", None, "pos/x.txt: expected a name such as 0_9.txt")
        (self.folder / "b" / "neg").mkdir(parents=True)
        self.expect_refusal("b", None, "there is no pos/")

    def test_a_line_of_a_gigabyte(self):
        path = self.folder / "long.csv"
        with open(path, "wb") as file:
            file.write(b"label,review\n1,")
            for _ in range(1024):
                file.write(b"x" * MIB)
        self.expect_refusal("long.csv", None, ":2:1: expected a line of at most 64 MiB")

    def test_a_text_of_many_tokens(self):
        path = self.folder / "long.csv"
        for name, piece in (
            ("letters", b"a b c d e f g h i j "),
            ("commas", b"a,b,c,d,e,f,g,h,i,j,"),
            ("tags", b"<b>!?</b>"),
            ("one token", b"x" * 32),
        ):
            text = piece * (60 * MIB // len(piece))
            path.write_bytes(b'label,review\n1,"' + text + b'"\n0,bad\n')
            for options in (
                ("--tokenizer", "words", "--ngrams", "1..3"),
                ("--tokenizer", "imdb"),
                ("--tokenizer", "scikit-learn", "--min-length", "1"),
                ("--tokenizer", "whitespace", "--hash-bits", "20"),
                ("--char-ngrams", "3"),
            ):
                with self.subTest(name, options=options):
                    result = attempt(
                        *(MLC, "data", path, *options, "--quiet", "--threads", "2"),
                        *("-o", self.folder / "out"),
                        preexec_fn=lambda: limit_memory(TEXT_LIMIT),
                    )
                    self.assertEqual(result.returncode, 0, result.stderr)

    def test_bombs(self):
        zeros, quoted = b"\0" * MIB, b'label,review\n1,"'
        text = (b"x" * 1023 + b"\n") * 1024
        for module, ending in ((lzma, "xz"), (gzip, "gz")):
            with self.subTest("zeros", ending=ending):
                bomb = packed(module, b"label,review\n1,", *[zeros] * 1024)
                self.expect_refusal(f"zeros.csv.{ending}", bomb, ":2:(1|3): ")
            with self.subTest("open quote", ending=ending):
                bomb = packed(module, quoted, *[text] * 256)
                self.expect_refusal(
                    f"quote.csv.{ending}", bomb, ":2:3: .* not closed within 64 MiB"
                )


if __name__ == "__main__":
    unittest.main()
