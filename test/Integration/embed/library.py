"""`mlc compile --emit lib`: a C library of a trained model.

Its answers have the bits of `predict`, for every way that features are made; a
wrong argument has its code; no call allocates, starts a thread or needs more
than libc and libm.
"""

import ctypes
import json
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC, MODELS, REPOSITORY, Program, attempt, csr_of, expect_done, make_data, make_weights,
    read_safetensors, tensor, write_safetensors, write_weights,
)
from trained import Trained, make_texts, write_reviews, write_table

HERE = Path(__file__).parent
CODES = "OK NULL ROWS INDPTR INDEX VALUE KIND TEXT CELL SIZE CPU WIDTH".split()


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


class LibraryTest(unittest.TestCase):
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

    def test_shows_its_own_names_alone(self):
        for library in (self.library, self.goods_library):
            names = expect_done(attempt("nm", "-D", "--defined-only", library.shared)).stdout
            found = {line.split()[-1] for line in names.splitlines()}
            declared = set(re.findall(rf"\b({library.name}_\w+)\(", library.header))
            self.assertEqual(found, declared)
            static = library.folder / f"lib{library.name}.a"
            names = expect_done(attempt("nm", "-g", "--defined-only", static)).stdout
            found = {line.split()[-1] for line in names.splitlines() if " " in line}
            self.assertEqual(found, declared)
            needed = expect_done(attempt("readelf", "-d", library.shared)).stdout
            shared = set(re.findall(r"NEEDED.*\[(\S+)\]", needed))
            self.assertLessEqual(shared, {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"})
            self.assertIn(f"soname: [lib{library.name}.so]", needed)

    def test_is_small(self):
        for library, most in ((self.library, 60_000), (self.goods_library, 40_000)):
            sections = expect_done(attempt("size", "-A", library.shared)).stdout
            code = int(re.search(r"(?m)^\.text +(\d+)", sections)[1])
            self.assertLess(code, most)
        # With tables of Unicode, and these small models; in steps of a page.
        self.assertLess(self.library.shared.stat().st_size, 114_000)
        self.assertLess(self.goods_library.shared.stat().st_size, 60_000)

    def build(self, source: str, *options, name="program") -> Path:
        program = self.folder / name
        expect_done(attempt("cc", HERE / source, "-o", program, *options))
        return program

    def test_is_c_and_cxx(self):
        folder = self.library.folder
        strict = ("-Wall", "-Wextra", "-Werror", f"-I{folder}", "-fsyntax-only")
        header = folder / "reviews.h"
        for compiler, standard in (("cc", "c99"), ("cc", "c11"), ("c++", "c++20")):
            language = "c" if compiler == "cc" else "c++"
            expect_done(attempt(compiler, f"-std={standard}", "-pedantic", *strict,
                                "-x", language, header))

    def test_no_call_allocates_or_starts_a_thread(self):
        program = self.build(
            "calls.c", f"-I{self.library.folder}", f"-I{self.goods_library.folder}",
            self.library.folder / "libreviews.a", self.goods_library.shared,
            f"-Wl,-rpath,{self.goods_library.folder}", "-lm", "-std=c99", "-pedantic",
            "-Wall", "-Wextra", "-Werror", name="calls",
        )
        with open(self.lines) as lines:
            found = expect_done(attempt(program, stdin=lines)).stdout
        expected = [self.library.text(text.encode())[0] for text in self.texts]
        self.assertEqual(bits(map(float, found.splitlines())), bits(expected))

    def test_address_sanitizer(self):
        program = self.build(
            "calls.c", f"-I{self.library.folder}", f"-I{self.goods_library.folder}",
            "-DSANITIZED", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g",
            self.library.folder / "libreviews.a", self.goods_library.folder / "libgoods.a",
            "-lm", name="sanitized",
        )
        with open(self.lines) as lines:
            expect_done(attempt(program, stdin=lines))

    def test_valgrind(self):
        if not shutil.which("valgrind"):
            self.skipTest("valgrind is not installed")
        # valgrind knows no AVX-512.
        x86 = [Library(trained, self.folder / f"{name}-v3", name, "--cpu", "x86-64-v3")
               for trained, name in ((self.trained, "reviews"), (self.goods, "goods"))]
        program = self.build(
            "calls.c", *(f"-I{library.folder}" for library in x86), "-DSANITIZED", "-g",
            x86[0].folder / "libreviews.a", x86[1].folder / "libgoods.a", "-lm", name="checked",
        )
        lines = "".join(text[:300] + "\n" for text in self.texts[:12])
        expect_done(attempt(
            "valgrind", "-q", "--error-exitcode=9", "--leak-check=full", program, input=lines,
            encoding="utf-8",
        ))

    def test_the_header_is_of_the_functions(self):
        """A library called as the sources call it: its header fits them."""
        folder = self.folder / "own-name"
        Library(self.goods, folder, "mlc_model")
        sources = REPOSITORY / "runtime" / "Library"
        check = (
            "cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
            f"-I{REPOSITORY / 'include'}", f"-I{sources}", "-include", folder / "mlc_model.h",
        )
        expect_done(attempt(*check, sources / "Library.c"))
        # A function of another type is found.
        changed = folder / "Library.c"
        text = (sources / "Library.c").read_text()
        self.assertIn("mlc_model_scratch_bytes(int64_t rows)", text)
        changed.write_text(text.replace(
            "mlc_model_scratch_bytes(int64_t rows)", "mlc_model_scratch_bytes(int rows)"))
        self.assertNotEqual(attempt(*check, changed).returncode, 0)

    def test_packages(self):
        pc = self.library.folder / "reviews.pc"
        if shutil.which("pkg-config"):
            flags = expect_done(attempt("pkg-config", "--cflags", "--libs", pc)).stdout
            self.assertIn(f"-I{self.library.folder}", flags)
            self.assertIn("-lreviews", flags)
        self.assertIn("reviews::reviews", (self.library.folder / "reviewsConfig.cmake").read_text())

    def test_refusals_write_nothing(self):
        folder = self.folder / "refused"
        base = (MLC, "compile", self.trained.model, "--emit", "lib", "-o", folder)
        weights = ("--weights", self.trained.weights)
        for options, status, message in (
            ((), 2, "--emit lib is of a trained model; give --weights"),
            ((*weights, "--target", "cuda"), 2, "a library runs on CPUs alone"),
            ((*weights, "--profile"), 2, "goes with neither"),
            ((*weights, "--target-triple", "aarch64-linux-gnu"), 2, "no runtime here"),
            (("--weights", self.goods.weights), 1, "of shape [7, 8], but the model of"),
        ):
            result = attempt(*base, *options)
            self.assertEqual(result.returncode, status, result.stderr)
            self.assertIn(message, result.stderr)
            self.assertFalse(folder.exists())
        result = attempt(MLC, "compile", self.trained.model, "--name", "x", "-o", folder)
        self.assertEqual(result.returncode, 2)
        self.assertIn("--name is of --emit lib", result.stderr)

    def test_the_interface_is_the_one_that_was_published(self):
        """abidiff of the functions that all libraries have, against a dump."""
        if not shutil.which("abidiff"):
            self.skipTest("abidiff is not installed (abigail-tools)")
        archive = Path(MLC if "/" in MLC else shutil.which(MLC)).resolve().parents[1]
        core = archive / "lib" / "mlc"
        shared = self.folder / "core.so"
        (self.folder / "stub.c").write_text(
            "#include <mlc/ModelImage.h>\n#include <mlc/RuntimeABI.h>\n"
            "const MlcModelImage mlc_model_image;\nconst MlcProgram *const mlc_program;\n")
        expect_done(attempt(
            "cc", "-shared", "-fPIC", "-fvisibility=hidden", f"-I{REPOSITORY / 'include'}",
            self.folder / "stub.c", "-o", shared, "-Wl,--whole-archive",
            core / "libmlc-library.a", core / "libmlc-library-no-text.a",
            "-Wl,--no-whole-archive", "-lm",
        ))
        dump = HERE / "Inputs" / "library.abi"
        result = attempt("abidiff", "--no-added-syms", dump, shared)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
