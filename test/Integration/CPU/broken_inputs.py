"""Broken data sets, weights and full disks: status 1, a located message that
says what was found, and no file left behind."""

import gzip
import json
import math
import os
import resource
import struct
import sys
import tempfile
import unittest
from array import array
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    MLC,
    MODELS,
    Program,
    Tensor,
    attempt,
    make_data,
    make_weights,
    tensor,
    write_safetensors,
    write_weights,
)

ROWS = 40
DATA = {"format": "mlc.dataset", "version": "1", "features": "50"}
WEIGHTS = {"format": "mlc.weights", "version": "1"}


def changed(data: Tensor, place: int, number) -> Tensor:
    numbers = array(data.data.typecode, data.data)
    numbers[place] = number
    return data._replace(data=numbers)


def header_edited(raw: bytes, edit) -> bytes:
    """The file with its JSON header changed in place by `edit`."""
    (length,) = struct.unpack_from("<Q", raw)
    header = json.loads(raw[8 : 8 + length])
    edit(header)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + raw[8 + length :]


def set_entry(name: str, key: str, value):
    return lambda header: header[name].__setitem__(key, value)


class BrokenInputs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.programs_folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.programs_folder.cleanup)
        built = Path(cls.programs_folder.name)
        cls.sparse, cls.dense, cls.classes = (
            Program.compile(MODELS / f"{name}.mlir", built / name)
            for name in ("logistic", "regression", "classes")
        )

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def expect_refusal(self, message: str, *command, located=None, **options):
        """Status 1, one error that starts with `located`; no new file."""
        before = sorted(os.listdir(self.folder))
        result = attempt(*command, **options)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertRegex(result.stderr, message)
        self.assertRegex(result.stderr, "(?m)^error: ")
        if located:
            self.assertIn(str(located), result.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def expect_bad_data(self, program, path, message):
        with self.subTest(path.name):
            self.expect_refusal(
                *(message, program.path, "train", "--data", path),
                *("-o", self.folder / "weights", "--metrics", self.folder / "metrics"),
                located=path,
            )

    def test_broken_sparse_data(self):
        good = make_data(self.sparse.info, ROWS, seed=1).tensors
        nonzeros = len(good["values"].data)
        third = good["indptr"].data[2]
        cases = {
            "nan": ("values", third, math.nan, "row 2.*finite.*nan"),
            "infinite": ("values", 0, -math.inf, "row 0.*finite.*-inf"),
            "index-too-large": ("indices", nonzeros - 1, 50, "row 39.*below 50.*50"),
            "index-negative": ("indices", third, -1, "row 2.*-1"),
            "index-falls": ("indices", 1, 0, "row 0.*rise"),
            "indptr-falls": ("indptr", 2, 0, "row 1.*indptr|indptr.*row 1"),
            "indptr-starts-late": ("indptr", 0, 1, "from 0"),
            "indptr-ends-late": ("indptr", ROWS, nonzeros + 1, str(nonzeros)),
            "indptr-jumps": ("indptr", 2, 2**62, "row 1"),
            "label-two": ("labels", 7, 2.0, "row 7: label 2.*positive-from"),
            "label-negative": ("labels", 0, -1.0, "row 0: label -1"),
            "label-nan": ("labels", 9, math.nan, "labels.*row 9.*nan"),
        }
        for name, (key, place, number, message) in cases.items():
            path = self.folder / name
            tensors = good | {key: changed(good[key], place, number)}
            write_safetensors(path, tensors, DATA)
            self.expect_bad_data(self.sparse, path, message)

    def test_broken_dense_data(self):
        good = make_data(self.dense.info, ROWS, seed=1).tensors
        width = self.dense.info["input"]["width"]
        columns = self.dense.info["label"]["outputs"]
        cases = {
            "nan": ("features", 4 * width + 2, math.nan, "row 4.*finite.*nan"),
            "infinite": ("features", ROWS * width - 1, math.inf, "row 39.*finite.*inf"),
            "label-nan": ("labels", 6 * columns, math.nan, "row 6.*finite.*nan"),
            "label-infinite": ("labels", 0, -math.inf, "row 0.*finite.*-inf"),
        }
        for name, (key, place, number, message) in cases.items():
            path = self.folder / name
            tensors = good | {key: changed(good[key], place, number)}
            write_safetensors(path, tensors, DATA | {"features": str(width)})
            self.expect_bad_data(self.dense, path, message)

    def test_broken_structure(self):
        good = make_data(self.sparse.info, ROWS, seed=1).tensors
        few = good["labels"]._replace(shape=[ROWS - 1], data=good["labels"].data[:-1])
        wide = good["values"]._replace(type="I32", data=array("i", [1]) * 9, shape=[9])
        shorter = good["values"]._replace(
            shape=[len(good["values"].data) - 1], data=good["values"].data[:-1]
        )
        without = {
            name: {key: data for key, data in good.items() if key != name}
            for name in ("indices", "labels")
        }
        nonzeros = len(good["indices"].data)

        def narrow(place: int, number: int) -> Tensor:
            indices = tensor("U16", [nonzeros], good["indices"].data)
            return changed(indices, place, number)

        cases = {
            "other-format": (good, DATA | {"format": "pt"}, "mlc.dataset.*pt"),
            "other-version": (good, DATA | {"version": "9"}, "version.*9"),
            "other-width": (good, DATA | {"features": "60"}, "50 features.*60"),
            "width-is-no-number": (good, DATA | {"features": "many"}, "many"),
            "one-label-too-few": (good | {"labels": few}, DATA, "40 rows.*39"),
            "values-are-whole": (good | {"values": wide}, DATA, "values.*F32.*I32"),
            "values-are-few": (good | {"values": shorter}, DATA, "values"),
            "narrow-index-too-large": (
                good | {"indices": narrow(nonzeros - 1, 50)},
                DATA,
                "row 39.*below 50.*50",
            ),
            "narrow-index-falls": (
                good | {"indices": narrow(1, 0)},
                DATA,
                "row 0.*rise",
            ),
            "narrow-but-wide": (
                good | {"indices": narrow(0, 0)},
                DATA | {"features": "65537"},
                "I32.*65536.*U16",
            ),
            "no-indices": (without["indices"], DATA, "indices"),
            "no-labels": (without["labels"], DATA, "labels"),
            "both-forms": (good | {"features": few}, DATA, "both"),
            "no-rows": (
                good
                | {"indptr": tensor("I64", [1], [0]), "labels": tensor("F32", [0], [])}
                | {"indices": tensor("I32", [0], []), "values": tensor("F32", [0], [])},
                DATA,
                "at least one row",
            ),
        }
        for name, (tensors, metadata, message) in cases.items():
            path = self.folder / name
            write_safetensors(path, tensors, metadata)
            self.expect_bad_data(self.sparse, path, message)

    def test_damaged_files(self):
        good = self.folder / "good"
        make_data(self.sparse.info, ROWS, seed=1).write(good)
        raw = good.read_bytes()

        def edited(*edit):
            return header_edited(raw, set_entry(*edit))

        cases = {
            "empty": (b"", "0 bytes"),
            "cut-header": (raw[:40], "header"),
            "cut-data": (raw[:-100], "ends at byte"),
            "longer": (raw + b"\0" * 64, "end at byte"),
            "header-length": (b"\xff" * 8 + raw[8:], "header"),
            "no-json": (raw[:8] + b"[" + raw[9:], "not valid JSON|JSON"),
            "text": (b"0 1:2 3:4\n" * 30, "expected a safetensors file, but got text"),
            "type": (edited("values", "dtype", "F64"), "values.*F64"),
            "shape": (edited("values", "shape", [7]), "values.*28 bytes"),
            "overflow": (edited("values", "shape", [2**62, 8]), "values.*large"),
            "negative": (edited("values", "shape", [-3]), "values"),
            "hole": (edited("values", "data_offsets", [8, 10**6]), "values"),
            "overlap": (
                header_edited(raw, lambda h: h.update(copy=h["values"])),
                "byte",
            ),
        }
        for name, (content, message) in cases.items():
            path = self.folder / name
            path.write_bytes(content)
            self.expect_bad_data(self.sparse, path, message)
        self.expect_bad_data(self.sparse, self.folder, "directory|regular")
        for name in ("missing", "weights/missing"):
            self.expect_bad_data(self.sparse, self.folder / name, "[Nn]o such|open")

    def test_data_for_another_program(self):
        path = self.folder / "classes"
        data = make_data(self.classes.info, ROWS, seed=1)
        for row, label in ((5, 5), (0, -1), (39, 2**31 - 1)):
            labels = changed(data.tensors["labels"], row, label)
            tensors = data.tensors | {"labels": labels}
            write_safetensors(path, tensors, DATA | {"features": "40"})
            self.expect_bad_data(
                self.classes, path, f"row {row}: label {label} .*0 to 4"
            )
        data.write(path)
        self.expect_bad_data(self.sparse, path, "sparse rows.*dense rows")
        self.expect_bad_data(self.dense, path, "11 features.*40")
        path = self.folder / "narrow"
        data = make_data(self.dense.info, ROWS, seed=1)
        narrow = tensor("F32", [ROWS, 1], [0.0] * ROWS)
        write_safetensors(path, data.tensors | {"labels": narrow}, DATA | {"features": "11"})
        self.expect_bad_data(self.dense, path, "labels of 3 columns.*1")

    def test_broken_weights(self):
        data = self.folder / "data"
        make_data(self.dense.info, ROWS, seed=1).write(data)
        good = make_weights(self.dense.info, seed=1)
        name, other = "fc2.weight", "fc2.bias"
        turned = good[name]._replace(shape=good[name].shape[::-1])
        cases = {
            "turned": (good | {name: turned}, WEIGHTS, r"fc2.weight.*13, 7.*7, 13"),
            "missing": (
                {key: weight for key, weight in good.items() if key != name},
                WEIGHTS,
                name,
            ),
            "more": (good | {"fc9.bias": good[other]}, WEIGHTS, "fc9.bias"),
            "nan": (good | {name: changed(good[name], 3, math.nan)}, WEIGHTS, name),
            "whole": (
                good | {other: tensor("I32", [7], range(7))},
                WEIGHTS,
                f"{other}.*F32.*I32",
            ),
            "data-for-weights": (good, DATA, "mlc.weights.*mlc.dataset"),
        }
        commands = (
            ("train", "-o", self.folder / "new", "--init"),
            ("eval", "--weights"),
            ("predict", "--weights"),
        )
        for case, (weights, metadata, message) in cases.items():
            path = self.folder / case
            write_safetensors(path, weights, metadata)
            for first, *rest in commands:
                with self.subTest(case, command=first):
                    command = (self.dense.path, first, "--data", data, *rest, path)
                    self.expect_refusal(message, *command, located=path)

    def test_training_that_diverges_saves_nothing(self):
        data = self.folder / "data"
        make_data(self.dense.info, ROWS, seed=1).write(data)
        self.expect_refusal(
            *("diverge|nan|inf", self.dense.path, "train", "--data", data),
            *("--learning-rate", "1e30", "-o", self.folder / "weights"),
        )

    def test_broken_libsvm_text(self):
        good = "1 0:1 3:2\n0 1:1\n"
        cases = {
            "index-falls": ("1 3:1 2:1", "3:7"),
            "index-again": ("1 3:1 3:1", "3:7"),
            "index-negative": ("1 -3:1", "3:3"),
            "index-huge": ("1 99999999999999999999:1", "3:3"),
            "no-colon": ("1 3", "3:"),
            "no-value": ("1 3:", "3:"),
            "value-nan": ("1 3:nan", "3:"),
            "value-word": ("1 3:many", "3:"),
            "value-huge": ("1 3:1e999", "3:"),
            "label-word": ("good 3:1", "3:1"),
            "label-seven": ("7 3:1", "3:1"),
            "no-label": ("3:1", "3:1"),
            "binary": ("\0\1\2", "3:1"),
        }
        for name, (line, place) in cases.items():
            path = self.folder / name
            path.write_text(f"{good}{line}\n{good}")
            with self.subTest(name):
                output = self.folder / "out"
                command = (MLC, "data", path, "-o", output)
                self.expect_refusal("error: ", *command, located=f"{path}:{place}")
        packed = gzip.compress(good.encode() * 500)
        for name, content in {
            "cut.gz": packed[: len(packed) // 2],
            "no.xz": b"this is no xz file",
            "empty.feat": b"",
        }.items():
            path = self.folder / name
            path.write_bytes(content)
            with self.subTest(name):
                command = (MLC, "data", path, "-o", self.folder / "out")
                self.expect_refusal("error: ", *command, located=path)

    def test_disk_without_space(self):
        """A file system of 16 KiB, too small for each output."""
        disk = self.folder / "disk"
        disk.mkdir()
        mount = f"mount -t tmpfs -o size=16k none {disk}"
        inside = ("unshare", "--map-root-user", "--mount", "sh", "-c")
        if attempt(*inside, mount).returncode != 0:
            self.skipTest("this system lets nobody mount in a namespace")
        data, text = self.folder / "data", self.folder / "text"
        make_data(self.sparse.info, 4000, seed=1).write(data)
        text.write_text("".join(f"1 {i}:1\n" for i in range(4000)))
        train = f"{self.sparse.path} train --data {data}"
        for command in (
            f"{train} --metrics {disk}/out --metrics-every-step",
            f"{MLC} data {text} -o {disk}/out",
            f"{MLC} compile {MODELS}/logistic.mlir -o {disk}/out",
        ):
            with self.subTest(command):
                script = f"{mount} && {command}; echo $? $(ls {disk})"
                result = attempt(*inside, script)
                # The status, and no file.
                self.assertEqual(result.stdout.splitlines()[-1], "1", result.stderr)
                self.assertRegex(result.stderr, f"(?m)^error: {disk}/out: .*[Nn]o space")

    def test_full_disk(self):
        """A limit on file size, as of a quota; /dev/full, as of a full disk."""

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))

        data, weights = self.folder / "data", self.folder / "weights"
        text, model = self.folder / "text", MODELS / "logistic.mlir"
        make_data(self.sparse.info, ROWS, seed=1).write(data)
        write_weights(weights, make_weights(self.sparse.info, 1))
        text.write_text("1 0:1 3:2\n0 1:1\n" * 50)
        train = (self.sparse.path, "train", "--data", data)
        output = self.folder / "out"
        for command in (
            (*train, "-o", output),
            (*train, "--metrics", output, "--metrics-every-step"),
            (MLC, "data", text, "-o", output),
            (MLC, "compile", model, "-o", output),
            (MLC, "compile", model, "--emit", "linalg", "-o", output),
        ):
            with self.subTest(command[1], option=command[-2]):
                self.expect_refusal(
                    *("too large|space", *command),
                    located=output,
                    preexec_fn=limit,
                )
        for command in (
            (self.sparse.path, "info"),
            (*train, "--epochs", "1"),
            (self.sparse.path, "eval", "--data", data, "--weights", weights),
            (self.sparse.path, "predict", "--data", data, "--weights", weights),
            (MLC, "compile", model, "--emit", "linalg"),
        ):
            with self.subTest(command[1], stdout="full"), open("/dev/full", "w") as full:
                self.expect_refusal("[Nn]o space", *command, stdout=full)

    def test_a_folder_that_is_not_there(self):
        data, output = self.folder / "data", self.folder / "none" / "out"
        make_data(self.sparse.info, ROWS, seed=1).write(data)
        for command in (
            (self.sparse.path, "train", "--data", data, "-o", output),
            (MLC, "compile", MODELS / "logistic.mlir", "-o", output),
            (MLC, "data", data, "-o", output),
        ):
            with self.subTest(command[1]):
                self.expect_refusal("error: ", *command)


if __name__ == "__main__":
    unittest.main()
