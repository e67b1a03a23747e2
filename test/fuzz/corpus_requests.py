"""First inputs of the targets for what a server is asked."""

import gzip
import json
import struct


def post(body: bytes, *fields: str, target: str = "/v2/models/m/infer") -> bytes:
    lines = [f"POST {target} HTTP/1.1", "Host: h", *fields, f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def get(target: str, *fields: str) -> bytes:
    return "\r\n".join([f"GET {target} HTTP/1.1", "Host: h", *fields]).encode() + b"\r\n\r\n"


def tensor(name: str, datatype: str, data: list, shape=None, **more) -> dict:
    return {"name": name, "datatype": datatype, "shape": shape or [len(data)], "data": data} | more


def request(*inputs: dict, **more) -> bytes:
    return json.dumps({"inputs": inputs} | more).encode()


ROWS = request(
    tensor("indptr", "INT64", [0, 1, 3]),
    tensor("indices", "INT32", [3, 0, 19]),
    tensor("values", "FP32", [1, 0.5, -2e3]),
    id="7",
)
TEXTS = request(
    tensor("text", "BYTES", ["w1 good", "", "caf\u00e9 \U0001f600"], [3, 1]),
    outputs=[{"name": "labels"}, {"name": "logits", "parameters": {"binary_data": True}}],
)
TABLE = request(
    tensor("n", "FP64", [1.5, None]),
    tensor("m", "INT64", [4, 5]),
    tensor("kind", "BYTES", ["a", ""], [2, 1]),
)
NUMBERS = struct.pack("<2q", 0, 1) + struct.pack("<i", 3)


def binary(name: str, datatype: str, shape: list, size: int) -> dict:
    return {"name": name, "datatype": datatype, "shape": shape,
            "parameters": {"binary_data_size": size}}  # fmt: skip


BINARY = request(binary("indptr", "INT64", [2], 16), binary("indices", "INT32", [1], 4))
BINARY_TEXT = request(binary("text", "BYTES", [1, 1], 8),
                      parameters={"binary_data_output": True})  # fmt: skip
SPARSE, WORDS, COLUMNS = 0, 1, 2
LENGTH, PACKED, GZIP = 4, 8, 16


def infer(choice: int, content: bytes, length: int = 0) -> bytes:
    return struct.pack("<BH", choice, length) + content


INPUTS = {
    "http": {
        "infer": post(ROWS),
        "two": get("/v2/health/ready") + post(ROWS, "Connection: close"),
        "chunked": b"POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n5;a=b\r\n[1,2]\r\n0\r\nX: y\r\n\r\n",
        "continue": post(ROWS, "Expect: 100-continue"),
        "both lengths": post(b"{}", "Transfer-Encoding: chunked"),
        "two lengths": post(b"{}", "Content-Length: 3"),
        "metadata": get("/v2/models/m/versions/1?x=%41", "Accept-Encoding: gzip, deflate;q=0"),
        "head": b"HEAD / HTTP/1.0\r\n\r\n",
        "page": get("/page.js") + get("/openapi.json") + get("/metrics"),
        "paths": get("/v2/%6dodels/m") + get("/v2//") + get("/%zz") + get("*"),
        "origin": post(ROWS, "Origin: http://evil", "Authorization: Bearer k"),
        "explain": post(b"{}", target="/v2/models/m/explain"),
        "index": post(b"{}", target="/v2/repository/index"),
        "binary": post(BINARY + NUMBERS, f"Inference-Header-Content-Length: {len(BINARY)}"),
        "gzip": post(gzip.compress(ROWS, mtime=0), "Content-Encoding: gzip"),
        "fold": b"GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n",
        "bare": b"GET /\n\nnonsense",
    },
    "infer": {
        "rows": infer(SPARSE, ROWS),
        "rows in bytes": infer(SPARSE | LENGTH, BINARY + NUMBERS, len(BINARY)),
        "raw": infer(SPARSE | LENGTH, NUMBERS),
        "texts": infer(WORDS, TEXTS),
        "text in bytes": infer(
            WORDS | LENGTH, BINARY_TEXT + b"\4\0\0\0good", len(BINARY_TEXT)
        ),
        "length beyond": infer(
            WORDS | LENGTH, BINARY_TEXT + b"\x09\0\0\0good", len(BINARY_TEXT)
        ),
        "two lengths": infer(
            WORDS | LENGTH, BINARY_TEXT + b"\0\0\0\0\0\0\0\0", len(BINARY_TEXT)
        ),
        "raw text": infer(WORDS | LENGTH, b"w1 good"),
        "table": infer(COLUMNS, TABLE),
        "features": infer(COLUMNS, request(tensor("features", "FP32", [1, 2, 3, 4], [1, 4]))),
        "packed": infer(SPARSE | PACKED | GZIP, gzip.compress(ROWS, mtime=0)),
        "numbers": infer(COLUMNS, TABLE.replace(b"1.5", b"-1.7976931348623159e308")),
        "deep": infer(SPARSE, b"[" * 20 + b"]" * 20),
        "twice": infer(SPARSE, b'{"id": "a", "id": "b", "inputs": []}'),
        "overflow": infer(
            SPARSE, request(tensor("indptr", "INT64", [0], [2**62, 4]), tensor("x", "FP32", [])),
        ),
        "not utf8": infer(WORDS, TEXTS.replace(b"good", b"\xff\xc0")),
    },
}  # fmt: skip
