"""What the tests of `mlc compile --emit lib` share: libraries, called by ctypes."""

import ctypes
import json
import re
import struct
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, attempt, expect_done
from trained import Trained, make_texts, write_reviews, write_table


def bits(numbers) -> list[bytes]:
    return [struct.pack("<f", number) for number in numbers]


class Library:
    """The functions of a library, by ctypes."""

    def __init__(self, trained: Trained, folder: Path, name: str, *options):
        self.folder, self.name = folder, name
        expect_done(attempt(
            MLC, "compile", trained.model, "--weights", trained.weights,
            "--emit", "lib", "--name", name, "-o", folder, *options,
        ))
        self.shared = folder / f"lib{name}.so"
        self.library = ctypes.CDLL(str(self.shared))
        self.header = (folder / f"{name}.h").read_text()
        for function, result in (
            ("info_json", ctypes.c_char_p), ("error", ctypes.c_char_p),
            ("column", ctypes.c_char_p), ("scratch_bytes", ctypes.c_size_t),
            ("text_scratch_bytes", ctypes.c_size_t), ("row_scratch_bytes", ctypes.c_size_t),
        ):
            self[function].restype = result
        self.info = json.loads(self["info_json"]())
        self.outputs, self.features = self.info["outputs"], self.info["features"]
        self.columns = self.constant("COLUMNS")

    def __getitem__(self, function: str):
        return getattr(self.library, f"{self.name}_{function}")

    def constant(self, word: str) -> int:
        return int(re.search(rf"#define {self.name}_{word} (\d+)", self.header)[1])

    def code(self, word: str) -> int:
        return int(re.search(rf"{self.name}_{word} = (\d+)", self.header)[1])

    def room(self):
        return (ctypes.c_float * self.outputs)(*[7.0] * self.outputs)

    def text(self, text: bytes, scratch=None) -> list[float]:
        scratch = scratch or ctypes.create_string_buffer(
            self["text_scratch_bytes"](ctypes.c_size_t(len(text))))
        out = self.room()
        code = self["predict_text"](text, ctypes.c_size_t(len(text)), out, scratch)
        assert code == 0, self["error"](code)
        return list(out)

    def cells(self, row: dict):
        names = [self["column"](ctypes.c_int64(i)).decode() for i in range(self.columns)]
        texts = [row[name].encode() if row[name] else None for name in names]
        return (ctypes.c_char_p * len(texts))(*texts)

    def row(self, row: dict) -> list[float]:
        cells, out = self.cells(row), self.room()
        scratch = ctypes.create_string_buffer(self["row_scratch_bytes"](cells))
        code = self["predict_row"](cells, out, scratch)
        assert code == 0, self["error"](code)
        return list(out)

    def csr(self, indptr, indices, values, scratch=None):
        """The code, and the outputs."""
        rows = len(indptr) - 1
        out = (ctypes.c_float * (self.outputs * max(rows, 1)))()
        scratch = scratch or ctypes.create_string_buffer(
            self["scratch_bytes"](ctypes.c_int64(rows)) or 1)
        code = self["predict_csr"](
            (ctypes.c_int64 * len(indptr))(*indptr), (ctypes.c_int32 * len(indices))(*indices),
            None if values is None else (ctypes.c_float * len(values))(*values),
            ctypes.c_int64(rows), out, scratch)
        return code, list(out)

    def dense(self, features: list[float], rows: int):
        out = (ctypes.c_float * (self.outputs * max(rows, 1)))()
        scratch = ctypes.create_string_buffer(self["scratch_bytes"](ctypes.c_int64(rows)) or 1)
        code = self["predict_dense"](
            (ctypes.c_float * len(features))(*features), ctypes.c_int64(rows), out, scratch)
        return code, list(out)


def outputs_of(lines: str) -> list[list[float]]:
    return [json.loads(line)["outputs"] for line in lines.splitlines()]


class TrainedLibraries(unittest.TestCase):
    """Libraries of a model of texts and of one of a table's rows."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.reviews = write_reviews(cls.folder / "reviews.csv")
        cls.texts = make_texts(60, 1)
        cls.lines = cls.folder / "lines.txt"
        cls.lines.write_text("".join(t + "\n" for t in cls.texts), encoding="utf-8")
        cls.trained = Trained(
            cls.folder / "text", cls.reviews, "--max-features", "80", "--hidden", "16",
            "--ngrams", "1..2", "--value", "tfidf", "--normalize", "l2",
        )
        cls.library = Library(cls.trained, cls.folder / "text-lib", "reviews")
        cls.table = write_table(cls.folder / "table.csv")
        cls.goods = Trained(
            cls.folder / "table", cls.table, "--label-column", "price", "--hidden", "8")
        cls.goods_library = Library(cls.goods, cls.folder / "table-lib", "goods")
