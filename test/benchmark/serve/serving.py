"""What the measurements of a server share: a trained program, requests, and wrk."""

import csv
import json
import lzma
import os
import re
import resource
import subprocess
import urllib.request
from pathlib import Path

import bodies

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[2] / "examples" / "imdb-mlp"
SAMPLE_TEXTS = EXAMPLE / "sample" / "test.csv.xz"
SERVER_CPU, LOAD_CPU = "0", str(os.cpu_count() - 1)
ROWS = 64  # of a request with many
# What a server does with a body that it reads as a whole and does not look at.
IDLE_HANDLER = "/v2/repository/index"
MANY = f"binary, {ROWS} rows"


def run(*command) -> str:
    return subprocess.run(
        [str(word) for word in command], check=True, capture_output=True, text=True
    ).stdout


def read_texts(path: Path = SAMPLE_TEXTS) -> list[str]:
    opened = lzma.open(path, "rt") if path.suffix == ".xz" else open(path)
    with opened as file:
        return [row[-1] for row in csv.reader(file)][1:2049]


def train(mlc: Path, folder: Path) -> list:
    """The command that serves a network of reviews, without a port and threads."""
    program, data, weights = folder / "reviews", folder / "data", folder / "weights"
    run(mlc, "data", EXAMPLE / "sample/train.csv.xz", "--max-features", 1000,
        "--value", "binary", "-o", data)  # fmt: skip
    run(mlc, "compile", EXAMPLE / "model.mlir", "-o", program)
    run(program, "train", "--data", data, "-o", weights)
    return [program, "serve", "--weights", weights, "--name", "reviews"]


class Server:
    """A server on `cpus` until the end of the block."""

    def __init__(self, command: list, environment=None, cpus=SERVER_CPU):
        self.command = ["taskset", "-c", cpus, *map(str, command)]
        self.environment = os.environ | (environment or {})

    def __enter__(self) -> str:
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env=self.environment, cwd=HERE)  # fmt: skip
        for line in iter(self.process.stderr.readline, ""):
            if found := re.search(r"(http://[0-9.]+:\d+)", line):
                return found.group(1)
        raise RuntimeError(f"{self.command} does not serve")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stderr.close()

    def processor_seconds(self) -> float:
        """Of all its threads until now."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Result:
    """What wrk told, and its own processor time."""

    def __init__(self, line: str, processor_seconds: float):
        requests, microseconds, self.p50, self.p99, self.refused, self.lost = (
            int(word) for word in line.split()[1:]
        )
        self.requests, self.seconds = requests, microseconds / 1e6
        self.rate = requests / self.seconds
        self.processor_seconds = processor_seconds


def processor_seconds_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def load(address: str, file: Path, seconds: float, connections=32, pause=0,
         cpus=LOAD_CPU) -> Result:  # fmt: skip
    before = processor_seconds_of_children()
    told = run(
        *("taskset", "-c", cpus, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s"),
        *("-s", HERE / "requests.lua", address, "--", file, pause),
    )
    return Result(told.splitlines()[-1], processor_seconds_of_children() - before)


def count_answered(address: str) -> int:
    """Answers with the status 200 to `infer`, as the server counts them."""
    with urllib.request.urlopen(address + "/metrics") as answer:
        text = answer.read().decode()
    found = re.search(r'(?m)^mlc_requests_total\{[^}]*route="infer"[^}]*code="200"[^}]*\} (\d+)', text)
    return int(found.group(1)) if found else 0


def write_requests(folder: Path, texts: list[str]) -> dict[str, Path]:
    ones = [[text] for text in texts[:256]]
    many = [(texts * ROWS)[i * ROWS : (i + 1) * ROWS] for i in range(32)]
    infer = "/v2/models/reviews/infer"
    plain = {"Host": "h", "Content-Type": "application/json"}
    files = {}
    for name, path, headers, made in (
        ("JSON", infer, plain, [bodies.as_json(rows) for rows in ones]),
        ("JSON, nothing done", IDLE_HANDLER, plain, [bodies.as_json(rows) for rows in ones]),
        ("binary", infer, {"Host": "h"}, [bodies.as_binary(rows) for rows in ones]),
        ("binary, nothing done", IDLE_HANDLER, {"Host": "h"},
         [bodies.as_binary(rows) for rows in ones]),
        (MANY, infer, {"Host": "h"}, [bodies.as_binary(rows) for rows in many]),
        ("uvicorn", "/predict", plain,
         [json.dumps({"text": text}).encode() for (text,) in ones]),
    ):  # fmt: skip
        files[name] = bodies.write(folder / re.sub(r"\W+", "-", name), path, headers, made)
    return files
