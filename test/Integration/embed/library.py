"""`mlc compile --emit lib`: a C library of a trained model, called.

Its answers have the bits of `predict`, for every way that features are made; a
wrong argument has its code; many threads may call it.
"""

import ctypes
import random
import struct
import sys
import threading
import unicodedata
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC, MODELS, Program, attempt, csr_of, expect_done, make_data, make_weights, read_safetensors,
    tensor, write_safetensors, write_weights,
)
from libraries import Library, TrainedLibraries, bits, outputs_of
from trained import Trained, write_table

CODES = "OK NULL ROWS INDPTR INDEX VALUE KIND TEXT CELL SIZE CPU WIDTH".split()


class LibraryTest(TrainedLibraries):
    def compare_texts(self, trained: Trained, library: Library):
        expected = outputs_of(trained.program.run(
            "predict", "--weights", trained.weights, "--text", self.lines))
        for text, outputs in zip(self.texts, expected, strict=True):
            self.assertEqual(bits(library.text(text.encode())), bits(outputs), text[:200])

    def compare_rows(self, trained: Trained, library: Library, table: Path):
        import csv

        expected = outputs_of(trained.program.run(
            "predict", "--weights", trained.weights, "--data", table, "--json"))
        with open(table, newline="", encoding="utf-8") as file:
            for row, outputs in zip(csv.DictReader(file), expected, strict=True):
                self.assertEqual(bits(library.row(row)), bits(outputs), row)

    def test_texts(self):
        self.compare_texts(self.trained, self.library)

    def test_every_way_from_text_to_features(self):
        words = self.folder / "stop.txt"
        words.write_text("the\nwas\n")
        vectors = self.folder / "vectors.txt"
        known = ["the", "good", "bad", "great", "film", "naïve", "l'été", "日"]
        vectors.write_text("".join(
            f"{word} {i / 7} {-i * 0.3} {i * i} 0.25\n" for i, word in enumerate(known)))
        for number, options in enumerate((
            ("--tokenizer", "scikit-learn", "--value", "log", "--stop-words", words,
             "--ngrams", "1..2"),
            ("--tokenizer", "whitespace", "--ngrams", "2..3", "--value", "binary"),
            ("--tokenizer", "imdb", "--value", "count", "--normalize", "l2"),
            ("--char-ngrams", "2..4", "--max-features", "500", "--value", "tfidf"),
            ("--hash-bits", "10", "--signed", "--ngrams", "1..2", "--normalize", "l2"),
            ("--embeddings", vectors, "--normalize", "l2", "--value", "tfidf"),
            ("--min-length", "3", "--tokenizer", "words", "--value", "count"),
        )):
            with self.subTest(options):
                trained = Trained(self.folder / f"way{number}", self.reviews, "--linear", *options)
                library = Library(trained, self.folder / f"way{number}-lib", f"way{number}")
                self.compare_texts(trained, library)

    def packed(self, reviews: Path, name: str) -> tuple:
        """A model of 4 bits and its library, whose terms are packed."""
        large = Trained(self.folder / name, reviews, "--ngrams", "1..2", "--hidden", "3",
                        "--value", "tfidf", "--normalize", "l2")
        small = self.folder / f"{name}-small"
        expect_done(attempt(
            MLC, "compress", large.model, "--weights", large.weights, "--data",
            large.folder / "train.safetensors", "--bits", "4", "--epochs", "1",
            "--feature-dropout", "0", "-o", small))
        packed = SimpleNamespace(
            folder=small, model=small / "model.mlir", weights=small / "weights.xz")
        packed.program = Program.compile(packed.model, small / "program")
        return packed, Library(packed, self.folder / f"{name}-lib", name)

    def test_packed_terms(self):
        packed, library = self.packed(self.reviews, "packed")
        self.compare_texts(packed, library)

    def test_latin_terms(self):
        """Where no term has other letters, whatever else a text has is still cut
        as the program cuts it, and what becomes Latin is found."""
        latin = [
            "good", "bad", "great", "awful", "café", "naïve", "l'été", "ǭ", "ȩ", "ﬁne", "ßs",
            "a", "x", "1", "½", "don't",
        ]
        numbers = random.Random(5)
        reviews = self.folder / "latin.csv"
        lines = [f"{row % 2},{' '.join(numbers.choices(latin, k=9))}" for row in range(200)]
        reviews.write_text("\n".join(["label,review", *lines]) + "\n", encoding="utf-8")
        packed, library = self.packed(reviews, "latin")
        points = [
            chr(c) for c in range(0x80, 0x1FFFF)
            if unicodedata.category(chr(c)) != "Cs"
            and unicodedata.category(chr(c)) != "Cn"
            and (unicodedata.normalize("NFKC", chr(c)).casefold() != chr(c)
                 or unicodedata.category(chr(c))[0] in "MC")
        ]
        marks = [c for c in points if unicodedata.combining(c) and ord(c) < 0x370]
        texts = [f"good{c}bad great {c} a{c} {c}x {c}{c} awful" for c in points[::8]]
        texts += [
            f"caf{base}{one}{other} {base}{other}{one} {one}{base} good{other}{one}bad"
            for base in "eoōǫéȩac"
            for one in marks[::7] + ["\u0301", "\u0304", "\u0327", "\u0328"]
            for other in ("", "\u0301", "\u0304", "\u0327", "\u0328", "\u0323")
        ]
        before = self.texts, self.lines
        self.texts, self.lines = texts + self.texts, self.folder / "latin.txt"
        self.lines.write_text("".join(t + "\n" for t in self.texts), encoding="utf-8")
        try:
            self.compare_texts(packed, library)
        finally:
            self.texts, self.lines = before

    def test_rows_of_tables(self):
        self.compare_rows(self.goods, self.goods_library, self.table)
        both = write_table(self.folder / "both.csv", seed=3, texts=True)
        trained = Trained(self.folder / "both", both, "--label-column", "sold",
                          "--text-column", "note", "--numeric", "size,weight",
                          "--categorical", "color", "--hidden", "8")
        library = Library(trained, self.folder / "both-lib", "both")
        self.compare_rows(trained, library, both)

    def test_sparse_and_dense_rows(self):
        data = self.folder / "test"
        expect_done(attempt(MLC, "data", self.reviews, "--like",
                            self.trained.folder / "train.safetensors", "-o", data))
        expected = sum(outputs_of(self.trained.program.run(
            "predict", "--weights", self.trained.weights, "--data", data, "--json")), [])
        indptr, indices, values = csr_of(read_safetensors(data)[0])
        code, found = self.library.csr(indptr, indices, values)
        self.assertEqual((code, bits(found)), (0, bits(expected)))
        # Row by row, in any company, they are the same.
        for row in (0, 1, 150):
            begin, end = indptr[row], indptr[row + 1]
            code, alone = self.library.csr([0, end - begin], indices[begin:end], values[begin:end])
            self.assertEqual(bits(alone), bits(expected[row : row + 1]))
        self.assertEqual(self.library.csr([0], [], None)[0], 0)
        data = self.folder / "table-test"
        expect_done(attempt(MLC, "data", self.table, "--like",
                            self.goods.folder / "train.safetensors", "-o", data))
        expected = sum(outputs_of(self.goods.program.run(
            "predict", "--weights", self.goods.weights, "--data", data, "--json")), [])
        features = list(read_safetensors(data)[0]["features"].data)
        code, found = self.goods_library.dense(features, 200)
        self.assertEqual((code, bits(found)), (0, bits(expected)))

    def test_rows_of_more_than_two_dimensions(self):
        program = Program.compile(MODELS / "reshape.mlir", self.folder / "reshape")
        weights, file = self.folder / "reshape.weights", self.folder / "reshape.data"
        write_weights(weights, make_weights(program.info, 2))
        data = make_data(program.info, 5, seed=1)
        data.write(file)
        trained = SimpleNamespace(model=MODELS / "reshape.mlir", weights=weights)
        library = Library(trained, self.folder / "reshape-lib", "reshape")
        self.assertEqual((library.features, library.outputs), (20, 3))
        expected = sum(outputs_of(program.run(
            "predict", "--weights", weights, "--data", file, "--json")), [])
        code, found = library.dense(list(data.tensors["features"].data), 5)
        self.assertEqual((code, bits(found)), (0, bits(expected)))

    def test_numbers_too_small_for_normal_ones_are_zero(self):
        trained = Trained(self.folder / "linear", self.reviews, "--linear", "--max-features", "9")
        tensors, metadata = read_safetensors(trained.weights)
        (name,) = (n for n, t in tensors.items() if t.type == "F32" and len(t.shape) == 2)
        tensors[name] = tensor("F32", tensors[name].shape, [1e38] * 9)
        trained.weights = self.folder / "huge.safetensors"
        write_safetensors(trained.weights, tensors, {
            key: value for key, value in metadata.items() if not key.startswith("xxh3")})
        library = Library(trained, self.folder / "huge-lib", "huge")
        (bias,) = (t.data for t in tensors.values() if t.type == "F32" and len(t.shape) == 1)
        code, found = library.csr([0, 1], [3], [1e-39])
        self.assertEqual((code, bits(found)), (0, bits(bias)))
        self.assertNotEqual(bits(library.csr([0, 1], [3], [1e-37])[1]), bits(bias))

    def test_every_wrong_argument_has_its_code(self):
        texts, goods = self.library, self.goods_library
        self.assertEqual([texts.code(word) for word in CODES], list(range(len(CODES))))
        scratch = ctypes.create_string_buffer(1 << 22)
        out = texts.room()
        count = ctypes.c_int64
        indptr, indices = (ctypes.c_int64 * 3)(0, 1, 2), (ctypes.c_int32 * 2)(3, 4)
        values = (ctypes.c_float * 2)(1, 2)
        two = (ctypes.c_float * (2 * texts.outputs))(*[7.0] * 2 * texts.outputs)
        csr = lambda *a: texts["predict_csr"](*a)
        width = texts.features

        def array(type, *numbers):
            return (type * len(numbers))(*numbers)

        wrong = {
            "NULL": [
                csr(None, indices, values, count(2), two, scratch),
                csr(indptr, None, values, count(2), two, scratch),
                csr(indptr, indices, values, count(2), None, scratch),
                csr(indptr, indices, values, count(2), two, None),
                texts["predict_text"](None, ctypes.c_size_t(1), out, scratch),
                texts["predict_text"](b"a", ctypes.c_size_t(1), None, scratch),
                texts["predict_text"](b"a", ctypes.c_size_t(1), out, None),
                goods["predict_row"](None, out, scratch),
                goods["predict_row"](goods.cells(dict.fromkeys(self.names(), "1")), None, scratch),
                goods["predict_row"](goods.cells(dict.fromkeys(self.names(), "1")), out, None),
                goods["predict_dense"](None, count(1), out, scratch),
                goods["predict_dense"](values, count(1), None, scratch),
                goods["predict_dense"](values, count(1), out, None),
            ],
            "ROWS": [
                csr(indptr, indices, values, count(-1), two, scratch),
                goods["predict_dense"](values, count(-1), out, scratch),
                goods["predict_dense"](values, count(1 << 62), out, scratch),
            ],
            "INDPTR": [
                csr(array(ctypes.c_int64, 1, 1, 2), indices, values, count(2), two, scratch),
                csr(array(ctypes.c_int64, 0, 2, 1), indices, values, count(2), two, scratch),
                csr(array(ctypes.c_int64, 0, -1, 1), indices, values, count(2), two, scratch),
            ],
            "INDEX": [
                csr(array(ctypes.c_int64, 0, 2), array(ctypes.c_int32, *pair), values, count(1),
                    two, scratch)
                for pair in ((0, width), (-1, 0), (4, 3), (5, 5), (0, 2**31 - 1), (-(2**31), 0))
            ],
            "VALUE": [
                csr(indptr, indices, array(ctypes.c_float, 1, bad), count(2), two, scratch)
                for bad in (float("nan"), float("inf"), float("-inf"))
            ] + [
                goods["predict_dense"](
                    array(ctypes.c_float, *[0.0] * (goods.features - 1), float("nan")), count(1),
                    out, scratch)
            ],
            "KIND": [
                texts["predict_dense"](values, count(1), out, scratch),
                texts["predict_row"](None, out, scratch),
                goods["predict_text"](b"a", ctypes.c_size_t(1), out, scratch),
                goods["predict_csr"](indptr, indices, values, count(2), two, scratch),
            ],
            "TEXT": [
                texts["predict_text"](bad, ctypes.c_size_t(len(bad)), out, scratch)
                for bad in (b"a\0b", b"\xff", b"ok \xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80")
            ],
            "WIDTH": [
                goods["predict_dense_width"](values, count(1), count(wrong), out, scratch)
                for wrong in (0, -1, 1, goods.features - 1, 2 * goods.features)
            ],
            "CELL": [
                goods["predict_row"](
                    goods.cells(dict.fromkeys(self.names(), "1") | {"weight": bad}), out, scratch)
                for bad in ("one", "0x10", "1e400", "1,5", "inf", "--1", "1 2", ".", "e5")
            ],
            "SIZE": [texts["predict_text"](b"a", ctypes.c_size_t((64 << 20) + 1), out, scratch)],
        }
        for word, codes in wrong.items():
            for number, code in enumerate(codes):
                self.assertEqual(code, texts.code(word), f"{word} {number}")
        self.assertEqual(list(out), [7.0] * texts.outputs, "written in spite of an error")
        self.assertEqual(list(two), [7.0] * 2 * texts.outputs)
        for code in range(len(CODES)):
            self.assertNotEqual(texts["error"](code), b"unknown error")
        for code in (-1, len(CODES), 2**31 - 1, -(2**31)):
            self.assertEqual(texts["error"](ctypes.c_int(code)), b"unknown error")
        self.assertEqual(texts["scratch_bytes"](count(-1)), 0)
        self.assertEqual(texts["text_scratch_bytes"](ctypes.c_size_t((64 << 20) + 1)), 0)
        self.assertEqual(goods["text_scratch_bytes"](ctypes.c_size_t(1)), 0)
        self.assertEqual(texts["row_scratch_bytes"](None), 0)
        self.assertIsNone(goods["column"](count(-1)))
        self.assertIsNone(goods["column"](count(goods.columns)))
        self.assertEqual(texts["abi"](), texts.constant("ABI"))

    def names(self) -> list[str]:
        library = self.goods_library
        return [library["column"](ctypes.c_int64(i)).decode() for i in range(library.columns)]

    def test_a_cpu_that_lacks_instructions_has_its_code(self):
        # The bit that the image asks for is changed to one that no CPU has set.
        raw = bytearray(self.library.shared.read_bytes())
        # Leaf 7, EBX, bit 5 is AVX2, which the tests' machines have.
        bit = struct.pack("<IIII", 7, 0, 1, 5)
        place = raw.find(bit)
        if place < 0:
            self.skipTest("this machine has no AVX2")
        raw[place : place + 16] = struct.pack("<IIII", 1, 0, 2, 10)  # reserved
        other = self.folder / "other.so"
        other.write_bytes(raw)
        library = ctypes.CDLL(str(other))
        out, scratch = self.library.room(), ctypes.create_string_buffer(1 << 20)
        code = library.reviews_predict_text(b"a", ctypes.c_size_t(1), out, scratch)
        self.assertEqual(code, self.library.code("CPU"))

    def test_eight_threads_give_the_same_bits(self):
        expected = [self.library.text(text.encode()) for text in self.texts]
        wrong = []

        def ask():
            for _ in range(5):
                for text, outputs in zip(self.texts, expected):
                    if bits(self.library.text(text.encode())) != bits(outputs):
                        wrong.append(text)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
