"""Asks a server as tritonclient does, and compares with `predict`.

    clients.py MLC FOLDER     FOLDER has model.mlir and sample/*.csv.xz
"""

import asyncio
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import tritonclient.http as http
import tritonclient.http.aio as aio
from tritonclient.utils import InferenceServerException

TEXTS = [
    "A wonderful film, one of the best I have seen.",
    "Boring. The worst two hours of my life!",
    "",
    "Caf\u00e9, \u6620\u753b, na\u00efve<br />and \U0001f3ac",
    "good bad " * 2000,
]


def run(*command) -> str:
    return subprocess.run(
        [str(word) for word in command], check=True, capture_output=True, text=True
    ).stdout


def prepare(mlc: Path, example: Path, folder: Path) -> tuple[Path, Path]:
    program, data, weights = folder / "program", folder / "data", folder / "weights"
    run(mlc, "data", example / "sample/train.csv.xz", "--max-features", 1000, "--value",
        "binary", "-o", data)  # fmt: skip
    run(mlc, "compile", example / "model.mlir", "-o", program)
    run(program, "train", "--data", data, "-o", weights, "--epochs", 3)
    return program, weights


def inputs(module, texts: list[str], binary: bool):
    tensor = module.InferInput("text", [len(texts), 1], "BYTES")
    elements = np.array([[text.encode()] for text in texts], dtype=np.object_)
    tensor.set_data_from_numpy(elements.reshape(len(texts), 1), binary_data=binary)
    return [tensor]


def check_sync(url: str, name: str, expected: list[dict]):
    client = http.InferenceServerClient(url)
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(name)
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    metadata = client.get_model_metadata(name)
    names = [output["name"] for output in metadata["outputs"]]
    count = 0
    for binary_in in (True, False):
        for binary_out in (True, False):
            for coding in (None, "gzip", "deflate"):
                wanted = [http.InferRequestedOutput(n, binary_data=binary_out) for n in names]
                for rows in (1, len(TEXTS), 64):
                    texts = [TEXTS[i % len(TEXTS)] for i in range(rows)]
                    answer = client.infer(
                        name, inputs(http, texts, binary_in), outputs=wanted, request_id="7",
                        request_compression_algorithm=coding,
                        response_compression_algorithm=coding)  # fmt: skip
                    assert answer.get_response()["id"] == "7"
                    compare(answer, expected, rows)
                    count += 1
    empty = client.infer(name, inputs(http, [], True))
    assert empty.as_numpy("logits").shape == (0, 1)
    for question in (
        lambda: client.get_model_metadata("other"),
        lambda: client.infer("other", inputs(http, TEXTS, True)),
        lambda: client.infer(name, [http.InferInput("other", [1], "BYTES")]),
    ):
        try:
            question()
        except InferenceServerException as error:
            assert error.message(), error
        else:
            raise AssertionError("an error was expected")
    client.load_model(name)
    client.unload_model(name)
    assert not client.is_model_ready(name)
    client.load_model(name)
    assert client.is_model_ready(name)
    return count


async def check_async(url: str, name: str, expected: list[dict]):
    async with aio.InferenceServerClient(url) as client:
        assert await client.is_server_live() and await client.is_model_ready(name)
        for binary in (True, False):
            answers = await asyncio.gather(
                *(client.infer(name, inputs(aio, TEXTS, binary)) for _ in range(50))
            )
            for answer in answers:
                compare(answer, expected, len(TEXTS))


def compare(answer, expected: list[dict], rows: int):
    lines = [expected[i % len(expected)] for i in range(rows)]
    for output, key in (("logits", "outputs"), ("probabilities", "probabilities"),
                        ("labels", "labels")):  # fmt: skip
        told = answer.as_numpy(output)
        wanted = np.array([line[key] for line in lines], dtype=told.dtype)
        assert told.tobytes() == wanted.tobytes(), (output, told, wanted)


def main():
    mlc, example = Path(sys.argv[1]), Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program, weights = prepare(mlc, example, folder)
        (folder / "lines").write_text("".join(text + "\n" for text in TEXTS))
        told = run(program, "predict", "--weights", weights, "--text", folder / "lines")
        expected = [json.loads(line) for line in told.splitlines()]
        server = subprocess.Popen(
            [program, "serve", "--weights", weights, "--port", "0", "--name", "a model",
             "--threads", "2"],
            stderr=subprocess.PIPE, text=True)  # fmt: skip
        try:
            url = re.search(r"http://([^/]+)/", server.stderr.readline()).group(1)
            count = check_sync(url, "a model", expected)
            asyncio.run(check_async(url, "a model", expected))
        finally:
            server.terminate()
            status = server.wait()
        assert status == 0, status
    print(f"{count} kinds of requests and 100 at once have the bits of predict")


main()
