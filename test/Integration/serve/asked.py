"""What storm.py asks: models, requests of rows that they take, and the same as
nobody should send them."""

import json
import random
import struct
from pathlib import Path

from corpus_requests import INPUTS, LENGTH, PACKED
from integration import MLC, attempt, expect_done
from trained import make_texts

BINARY = "Inference-Header-Content-Length"


class Model:
    """A program, two files of weights, and requests of rows that it takes."""

    def __init__(self, folder: Path, source: Path, requests: list[dict], sanitize: list,
                 *options):  # fmt: skip
        self.folder, self.requests = folder, requests
        folder.mkdir()
        data, model = folder / "data", folder / "model.mlir"
        run(MLC, "data", source, "-o", data, *options)
        run(MLC, "new", "--data", data, "-o", model)
        run(MLC, "compile", model, "-o", folder / "program", *sanitize)
        for number in (0, 1):
            run(folder / "program", "train", "--data", data, "-o", folder / f"weights{number}",
                "--epochs", number + 1)  # fmt: skip
        self.put(0)

    def put(self, number: int) -> None:
        """So many weights are those that a load takes; 2: none at all."""
        content = b"no weights" if number == 2 else (self.folder / f"weights{number}").read_bytes()
        (self.folder / "new").write_bytes(content)
        (self.folder / "new").rename(self.folder / "weights")


def run(*command) -> str:
    return expect_done(attempt(*command)).stdout


def tensor(name: str, datatype: str, data: list) -> dict:
    return {"name": name, "datatype": datatype, "shape": [len(data), 1], "data": data}


def text_requests() -> list[dict]:
    texts = [text for text in make_texts(200, seed=7) if len(text) < 2000 and "\0" not in text]
    return [{"inputs": [tensor("text", "BYTES", texts[at : at + rows])]}
            for at, rows in ((0, 1), (1, 8), (20, 64))]  # fmt: skip


def table_requests() -> list[dict]:
    columns = {"size": ("FP64", [1.5, None, 9e2]), "weight": ("FP64", [0, -0.25, 1e-3]),
               "color": ("BYTES", ["red", "", "blue"]), "sold": ("BYTES", ["yes", "no", "no"])}  # fmt: skip
    return [{"inputs": [tensor(name, *column) for name, column in columns.items()]}]


def as_binary(request: dict) -> tuple[bytes, int]:
    """The same with its texts behind the JSON, and the JSON's length."""
    texts, inputs = b"", []
    for each in request["inputs"]:
        each = dict(each)
        if each["datatype"] == "BYTES":
            mine = b"".join(struct.pack("<I", len(e)) + e for e in (t.encode() for t in each.pop("data")))
            each["parameters"] = {"binary_data_size": len(mine)}
            texts += mine
        inputs.append(each)
    header = json.dumps(request | {"inputs": inputs}).encode()
    return header + texts, len(header)


def hostile_bodies(requests: list[dict]) -> list[tuple[bytes, str]]:
    """To be spoilt: bodies, and the field that says how they are read."""
    bodies = [(json.dumps(request).encode(), "X: y") for request in requests]
    for request in requests:
        body, length = as_binary(request)
        bodies.append((body, f"{BINARY}: {length}"))
    for content in INPUTS["infer"].values():
        choice, length = struct.unpack("<BH", content[:3])
        fields = {LENGTH: f"{BINARY}: {length}", PACKED: "Content-Encoding: gzip"}
        bodies.append((content[3:], fields.get(choice & (LENGTH | PACKED), "X: y")))
    return bodies


def spoilt(content: bytes, numbers: random.Random) -> bytes:
    """With some bytes of others in it, or cut off, or twice."""
    content = bytearray(content)
    for _ in range(numbers.choice((0, 0, 1, 2, 5))):
        at = numbers.randrange(len(content))
        content[at : at + numbers.choice((0, 1, 1, 2))] = numbers.randbytes(numbers.choice((0, 1, 1, 4)))
        content = content or bytearray(b"x")
    manner = numbers.random()
    if manner < 0.1:
        content = content[: numbers.randrange(len(content)) + 1]
    elif manner < 0.2:
        content = content * 2
    return bytes(content)
