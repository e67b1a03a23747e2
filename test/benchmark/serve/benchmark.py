#!/usr/bin/env python3
"""Times `PROGRAM serve` beside FastAPI with ONNX Runtime (uvicorn), and beside
itself with a handler that does nothing, one after another in each of some
rounds; prints the medians and how they relate.

    benchmark.py MLC [--seconds N] [--rounds N] [--texts CSV]

MLC is the compiler. The server runs on one core and wrk on another one. Texts
are those of the last column of a CSV file: without one the synthetic sample's.
The handler that does nothing is the address that explains a prediction, which
answers 501 once the same body is there.
"""

import argparse
import csv
import json
import lzma
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import bodies

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[2] / "examples" / "imdb-mlp"
SERVER_CPU, LOAD_CPU = "0", str(os.cpu_count() - 1)
ROWS = 64  # of a request with many


def run(*command) -> str:
    return subprocess.run(
        [str(word) for word in command], check=True, capture_output=True, text=True
    ).stdout


def read_texts(path: Path) -> list[str]:
    opened = lzma.open(path, "rt") if path.suffix == ".xz" else open(path)
    with opened as file:
        return [row[-1] for row in csv.reader(file)][1:2049]


class Server:
    """A server on SERVER_CPU until the end of the block."""

    def __init__(self, command: list, environment=None):
        self.command = ["taskset", "-c", SERVER_CPU, *map(str, command)]
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


class Result:
    def __init__(self, line: str):
        requests, microseconds, self.p50, self.p99, self.refused, self.lost = (
            int(word) for word in line.split()[1:]
        )
        self.rate = requests / microseconds * 1e6


def load(address: str, file: Path, seconds: float, connections=32, pause=0) -> Result:
    told = run(
        *("taskset", "-c", LOAD_CPU, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s"),
        *("-s", HERE / "requests.lua", address, "--", file, pause),
    )
    return Result(told.splitlines()[-1])


def write_requests(folder: Path, texts: list[str]) -> dict[str, Path]:
    ones = [[text] for text in texts[:256]]
    many = [(texts * ROWS)[i * ROWS : (i + 1) * ROWS] for i in range(32)]
    model = "/v2/models/reviews"
    plain = {"Host": "h", "Content-Type": "application/json"}
    files = {}
    for name, target, headers, made in (
        ("JSON", "/infer", plain, [bodies.as_json(rows) for rows in ones]),
        ("JSON, nothing done", "/explain", plain, [bodies.as_json(rows) for rows in ones]),
        ("binary", "/infer", {"Host": "h"}, [bodies.as_binary(rows) for rows in ones]),
        ("binary, nothing done", "/explain", {"Host": "h"},
         [bodies.as_binary(rows) for rows in ones]),
        (f"binary, {ROWS} rows", "/infer", {"Host": "h"},
         [bodies.as_binary(rows) for rows in many]),
    ):  # fmt: skip
        path = folder / re.sub(r"\W+", "-", name)
        files[name] = bodies.write(path, model + target, headers, made)
    files["uvicorn"] = bodies.write(
        folder / "uvicorn", "/predict", plain,
        [json.dumps({"text": text}).encode() for (text,) in ones])  # fmt: skip
    return files


def expect_same_logits(server: str, peer: str, texts: list[str]) -> float:
    """The largest difference: the peer is to do the same work."""
    def ask(address: str, body: bytes) -> dict:
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request))

    worst = 0.0
    for text in texts[:100]:
        ours = ask(server + "/v2/models/reviews/infer", bodies.as_json([text]))
        theirs = ask(peer + "/predict", json.dumps({"text": text}).encode())
        worst = max(worst, abs(ours["outputs"][0]["data"][0] - theirs["logit"]))
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mlc", type=Path)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--texts", type=Path, default=EXAMPLE / "sample" / "test.csv.xz")
    options = parser.parse_args()
    texts = read_texts(options.texts)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program, data, weights = folder / "reviews", folder / "data", folder / "weights"
        run(options.mlc, "data", EXAMPLE / "sample/train.csv.xz", "--max-features", 1000,
            "--value", "binary", "-o", data)  # fmt: skip
        run(options.mlc, "compile", EXAMPLE / "model.mlir", "-o", program)
        run(program, "train", "--data", data, "-o", weights)
        files = write_requests(folder, texts)
        ours = Server([program, "serve", "--weights", weights, "--port", 0, "--name", "reviews",
                       "--threads", 1])  # fmt: skip
        theirs = Server(
            [sys.executable, "-m", "uvicorn", "peer:app", "--port", 8097, "--no-access-log"],
            {"WEIGHTS": str(weights)},
        )
        rates = {name: [] for name in files}
        tails = []
        with ours as server, theirs as peer:
            print(f"logits differ by at most {expect_same_logits(server, peer, texts):.2g}")
            for _ in range(options.rounds):
                for name, file in files.items():
                    result = load(peer if name == "uvicorn" else server, file, options.seconds)
                    if result.lost:
                        sys.exit(f"{name}: {result.lost} requests failed")
                    rates[name].append(result.rate)
                tails.append(tail(server, files["binary"], rates["binary"][-1], options.seconds))
        report(rates, tails, texts)


def tail(server: str, file: Path, most: float, seconds: int) -> tuple[float, Result]:
    """At about 80 % of the most: each of so many connections waits 5 ms and more
    between two requests. What was reached is told, too."""
    pause = 5
    connections = max(1, round(0.8 * most * (pause + 0.3) / 1000))
    return most, load(server, file, seconds, connections, pause)


def report(rates: dict, tails: list, texts: list[str]) -> None:
    middle = {name: statistics.median(values) for name, values in rates.items()}
    load1 = os.getloadavg()[0]
    mean = sum(len(text.encode()) for text in texts) / len(texts)
    print(f"texts of {mean:.0f} bytes; load of the machine at the end {load1:.1f}, of which 2 "
          f"are these; {time.strftime('%Y-%m-%d')}\n")  # fmt: skip
    print("| requests | a second, median | least to most |\n|---|---:|---:|")
    for name, values in rates.items():
        print(f"| {name} | {middle[name]:.0f} | {min(values):.0f} to {max(values):.0f} |")
    for name in ("JSON", "binary"):
        print(f"\n{name} / nothing done: {middle[name] / middle[name + ', nothing done']:.2f}")
    print(f"JSON / uvicorn: {middle['JSON'] / middle['uvicorn']:.1f}")
    print(f"rows a second, {ROWS} a request: {ROWS * middle[f'binary, {ROWS} rows']:.0f}")
    for most, result in tails:
        print(f"at {100 * result.rate / most:.0f} % of the most: p50 {result.p50} us, p99 "
              f"{result.p99} us ({result.p99 / result.p50:.1f} times)")  # fmt: skip


main()
