#!/usr/bin/env python3
"""Times `PROGRAM serve` beside FastAPI with ONNX Runtime (uvicorn), and beside
itself with a handler that does nothing, one after another in each of some
rounds; prints the medians and how they relate.

    benchmark.py MLC [--seconds N] [--rounds N] [--texts CSV]

MLC is the compiler. The server runs on one core and wrk on another one. Texts
are those of the last column of a CSV file: without one the synthetic sample's.
The handler that does nothing is POST /v2/repository/index: it answers once the
same body is there, and does not look at it.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import bodies
from serving import (
    MANY, ROWS, SAMPLE_TEXTS, Result, Server, count_answered, load, read_texts, train,
    write_requests,
)  # fmt: skip


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
    parser.add_argument("--texts", type=Path, default=SAMPLE_TEXTS)
    options = parser.parse_args()
    texts = read_texts(options.texts)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = train(options.mlc, folder)
        files = write_requests(folder, texts)
        ours = Server([*command, "--port", 0, "--threads", 1])
        theirs = Server(
            [sys.executable, "-m", "uvicorn", "peer:app", "--port", 8097, "--no-access-log"],
            {"WEIGHTS": str(folder / "weights")},
        )
        rates = {name: [] for name in files}
        tails, counted = [], []
        with ours as server, theirs as peer:
            print(f"logits differ by at most {expect_same_logits(server, peer, texts):.2g}")
            for _ in range(options.rounds):
                for name, file in files.items():
                    before = count_answered(server)
                    result = load(peer if name == "uvicorn" else server, file, options.seconds)
                    if result.lost or result.refused:
                        sys.exit(f"{name}: {result.lost} requests lost, {result.refused} refused")
                    rates[name].append(result.rate)
                    if name in ("JSON", "binary", MANY):
                        counted.append(count_answered(server) - before - result.requests)
                tails.append(tail(server, files["binary"], rates["binary"][-1], options.seconds))
        report(rates, tails, texts)
        # wrk ends while each of its 32 connections waits for one.
        print(f"the server counts {min(counted)} to {max(counted)} answers more than wrk, which "
              "ends while 32 requests are on their way")  # fmt: skip


def tail(server: str, file: Path, most: float, seconds: int) -> tuple[float, Result]:
    """At about 80 % of the most: each of so many connections waits 5 ms and more
    between two requests. What was reached is told, too."""
    share, pause = 0.8, 5
    connections = max(1, round(share * most * (pause + 0.3) / 1000))
    for _ in range(4):
        result = load(server, file, seconds, connections, pause)
        if abs(result.rate / most - share) < 0.02:
            break
        connections = max(1, round(connections * share * most / result.rate))
    return most, result


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
    print(f"rows a second, {ROWS} a request: {ROWS * middle[MANY]:.0f}")
    for most, result in tails:
        print(f"at {100 * result.rate / most:.0f} % of the most: p50 {result.p50} us, p99 "
              f"{result.p99} us ({result.p99 / result.p50:.1f} times)")  # fmt: skip


main()
