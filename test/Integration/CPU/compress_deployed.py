"""A compressed model deployed: a server, a library and explanations answer with the
bits of `predict`, for any number of threads and CPU level where they should."""

import ctypes
import json
import re
import struct
import subprocess
import unittest
import urllib.request
from pathlib import Path

from compressing import KEPT, CompressTest
from integration import MLC, Program, attempt, expect_done

TEXTS = ["lovely dull superb word1 word2 moving", "awful", "nothing that is known", ""]
# One library: its code, and what it has of weights for 5,000 features of 4 units.
MOST_CODE, MOST_WEIGHTS = 60_000, 48_000


def bits_of(numbers) -> list[bytes]:
    return [struct.pack("<f", number) for number in numbers]


def sections(path: Path) -> dict[str, int]:
    """The bytes of an ELF file's sections."""
    raw = path.read_bytes()
    (start,) = struct.unpack_from("<Q", raw, 40)
    size, count, names = struct.unpack_from("<HHH", raw, 58)
    rows = [struct.unpack_from("<IIQQQQ", raw, start + at * size) for at in range(count)]
    base = rows[names][4]
    return {
        raw[base + row[0] : raw.index(b"\0", base + row[0])].decode(): row[5] for row in rows
    }


class CompressDeployed(CompressTest):
    def make(self, bits: int) -> None:
        """The smaller model, a program with its weights inside, and what that
        predicts."""
        options = ("--features", KEPT, "--units", 4, "--bits", bits)
        expect_done(self.compress(*options))
        self.small = self.folder / "small"
        self.packed = self.small / ("weights.xz" if bits < 32 else "weights.safetensors")
        self.asked = self.folder / "asked"
        self.asked.write_text("".join(text + "\n" for text in TEXTS))
        self.program = self.single()
        told = self.program.run("predict", "--text", self.asked)
        self.expected = [json.loads(line)["outputs"][0] for line in told.splitlines()]
        self.assertEqual(len(set(self.expected[:3])), 3)

    def single(self, *options) -> Program:
        return Program.compile(
            self.small / "model.mlir", self.folder / "single", "--weights", self.packed, *options
        )

    def serve(self, *options) -> str:
        server = subprocess.Popen(
            [self.program.path, "serve", "--port", "0", *options],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.addCleanup(server.stderr.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        for line in iter(server.stderr.readline, ""):
            if found := re.search(r"http://\S+:\d+", line):
                return found.group()
        self.fail("it does not serve")

    def test_served(self):
        for bits in (8, 4):
            with self.subTest(bits=bits):
                self.make(bits)
                for threads in ("1", "2"):
                    self.check_served(self.serve("--threads", threads))
                self.emptied()

    def check_served(self, address: str):
        def fetch(path: str, body: bytes | None = None, **headers) -> bytes:
            request = urllib.request.Request(address + path, body, headers)
            with urllib.request.urlopen(request) as answer:
                self.length = answer.headers.get("Inference-Header-Content-Length")
                return answer.read()

        (name,) = re.findall(r"graph.program @(\w+)", (self.small / "model.mlir").read_text())
        shape = [len(TEXTS), 1]
        tensor = {"name": "text", "datatype": "BYTES", "shape": shape, "data": TEXTS}
        asked = json.dumps({"inputs": [tensor], "outputs": [{"name": "logits"}]}).encode()
        told = json.loads(fetch(f"/v2/models/{name}/infer", asked))
        self.assertEqual(bits_of(told["outputs"][0]["data"]), bits_of(self.expected))
        raw = b"".join(
            struct.pack("<I", len(text.encode())) + text.encode() for text in TEXTS
        )
        binary = {"binary_data_size": len(raw)}
        head = json.dumps(
            {
                "inputs": [tensor | {"parameters": binary, "data": []}],
                "outputs": [{"name": "logits", "parameters": {"binary_data": True}}],
            }
        ).replace(', "data": []', "").encode()
        answer = fetch(
            f"/v2/models/{name}/infer", head + raw,
            **{"Inference-Header-Content-Length": str(len(head))},
        )  # fmt: skip
        numbers = answer[int(self.length) :]
        self.assertEqual(numbers, b"".join(bits_of(self.expected)))
        self.assertIn(b"<title>Predictions</title>", fetch("/"))
        one = json.dumps({"inputs": [tensor | {"shape": [1, 1], "data": TEXTS[:1]}]})
        explained = json.loads(fetch(f"/v2/models/{name}/explain", one.encode()))
        first = self.folder / "first"
        first.write_text(TEXTS[0] + "\n")
        alone = json.loads(self.program.run("explain", "--text", first, "--json"))
        self.assertEqual(self.parts_in(explained), [word["part"] for word in alone["words"]])
        parts = sum(word["part"] for word in alone["words"])
        self.assertAlmostEqual(alone["baseline"] + parts, alone["score"], places=3)
        self.assertAlmostEqual(alone["score"], self.expected[0], places=4)

    def parts_in(self, told) -> list[float]:
        """Of the words, wherever the answer has them."""
        if isinstance(told, dict):
            if "words" in told:
                return [word["part"] for word in told["words"]]
            told = list(told.values())
        if isinstance(told, list):
            return next((parts for part in told if (parts := self.parts_in(part))), [])
        return []

    def test_any_cpu(self):
        """Sums of so few terms have one order on all of them."""
        for bits in (8, 4):
            self.make(bits)
            for cpu in ("x86-64-v2", "x86-64-v3", "x86-64-v4"):
                with self.subTest(bits=bits, cpu=cpu):
                    program = self.single("--cpu", cpu)
                    told = program.attempt("predict", "--text", self.asked)
                    if "lacks" in told.stderr:
                        continue
                    numbers = [json.loads(line)["outputs"][0] for line in told.stdout.splitlines()]
                    for one, other in zip(numbers, self.expected, strict=True):
                        self.assertAlmostEqual(one, other, delta=1e-6)
            self.emptied()

    def library(self, name: str) -> Path:
        folder = self.folder / name
        command = (
            MLC, "compile", self.small / "model.mlir", "--weights", self.packed,
            "--emit", "lib", "--name", name, "-o", folder,
        )  # fmt: skip
        expect_done(attempt(*command))
        return folder / f"lib{name}.so"

    def test_embedded(self):
        for bits in (8, 4):
            with self.subTest(bits=bits):
                self.make(bits)
                name = f"tiny{bits}"
                shared = self.library(name)
                library = ctypes.CDLL(str(shared))
                bytes_needed = library[f"{name}_text_scratch_bytes"]
                bytes_needed.restype = ctypes.c_size_t
                answers = []
                for text in map(str.encode, TEXTS):
                    out = ctypes.c_float()
                    size = ctypes.c_size_t(len(text))
                    scratch = ctypes.create_string_buffer(bytes_needed(size))
                    code = library[f"{name}_predict_text"](text, size, ctypes.byref(out), scratch)
                    self.assertEqual(code, 0)
                    answers.append(out.value)
                self.assertEqual(bits_of(answers), bits_of(self.expected))
                self.assertLessEqual(sections(shared)[".text"], MOST_CODE)
                self.emptied()

    def test_sizes_of_a_library(self):
        """Of 5,000 features, 4 units and 4 bits: by the sections of the .so, and
        by how much it is smaller than that of f32 weights."""
        words = [f"w{number}" for number in range(5000)]
        rows = (words[at : at + 50] for at in range(0, 5000, 50))
        texts = self.folder / "many.csv"
        lines = [f"{at % 2},{' '.join(row)}" for at, row in enumerate(rows)]
        texts.write_text("\n".join(["label,review", *lines, *lines]) + "\n")
        self.data, self.weights = self.folder / "many.data", self.folder / "many.weights"
        self.model = self.folder / "many.mlir"
        expect_done(attempt(MLC, "data", texts, "-o", self.data))
        expect_done(attempt(MLC, "new", "--data", self.data, "--hidden", 4, "-o", self.model))
        teacher = Program.compile(self.model, self.folder / "many")
        teacher.run("train", "--data", self.data, "--epochs", 1, "-o", self.weights)
        code, constants, told = {}, {}, {}
        for bits in (32, 4):
            expect_done(self.compress("--feature-dropout", 0, "--bits", bits, epochs=1))
            self.small = self.folder / "small"
            self.packed = self.small / ("weights.xz" if bits < 32 else "weights.safetensors")
            summary = self.single().run("info", "--summary")
            told[bits] = int(re.search(r"(?m)^weights ([\d,]+) bytes", summary)[1].replace(",", ""))
            sizes = sections(self.library(f"many{bits}"))
            code[bits], constants[bits] = sizes[".text"], sizes[".rodata"]
            self.emptied()
        self.assertLessEqual(code[4], MOST_CODE)
        self.assertLessEqual(told[4], MOST_WEIGHTS)
        # Terms take less beside weights of few bits, too.
        self.assertGreater(constants[32] - constants[4], told[32] - told[4])


if __name__ == "__main__":
    unittest.main()
