#!/usr/bin/env python3
"""A server among clients of every kind at once: those who ask what the protocol
has, those who send what nobody should, those who drip, and an operator who
changes the weights. Every few seconds it is ended by SIGTERM in the middle of
that, and another one starts.

    storm.py [--seconds N] [--sanitize address|thread] [--seed N]

MLC in the environment is the compiler. With --sanitize the model's code is
watched too, where that compiler's runtime is built with the same sanitizer
(sanitized.sh). Status 1 where a good client is given a wrong answer or none, or
a server ends with another status than 0 or says that a sanitizer found
something.
"""

import argparse
import collections
import gzip
import http.client
import json
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "fuzz"), str(HERE.parent / "embed")]

from asked import (
    BINARY, Model, as_binary, hostile_bodies, spoilt, table_requests, text_requests,
)  # fmt: skip
from corpus_requests import INPUTS, post
from trained import write_reviews, write_table

ROUND = 12  # seconds that a server lives
GOOD, HOSTILE, SLOW = 4, 3, 20
DEADLINE = 2
INFER, EXPLAIN = "/v2/models/m/infer", "/v2/models/m/explain"
NOT_LOADED = 503


class Storm:
    def __init__(self, model: Model, seed: int, sanitize: bool):
        self.model, self.seed, self.sanitize = model, seed, sanitize
        self.counts, self.failures = collections.Counter(), []
        self.is_ending = self.is_over = False

    def start(self) -> None:
        command = [self.model.folder / "program", "serve", "--weights", self.model.folder / "weights",
                   "--name", "m", "--port", 0, "--threads", 3, "--deadline", DEADLINE, "--drain", 30,
                   "--max-body", "256KiB", "--max-connections", 300, "--requests", self.model.folder / "log"]  # fmt: skip
        if self.sanitize:
            command.append("--no-sandbox")  # A sanitizer needs rights of its own.
        self.said = open(self.model.folder / "said", "w+")
        self.server = subprocess.Popen([str(word) for word in command], stderr=self.said)
        end = time.monotonic() + 60
        while not (found := re.search(r":(\d+)/\n", self.text())):
            if self.server.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"it does not serve:\n{self.text()}")
            time.sleep(0.05)
        self.port = int(found.group(1))
        self.answers = {}  # of each version and request
        for number in (0, 1):
            self.model.put(number)
            self.load(expected=200)
            for at in range(len(self.model.requests)):
                answer = json.loads(self.ask("POST", INFER, json.dumps(self.model.requests[at])))
                self.answers[answer["model_version"], at] = answer["outputs"]

    def text(self) -> str:
        return (self.model.folder / "said").read_text()

    def ask(self, method: str, path: str, body=None, expected=200) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status != expected:
            raise AssertionError(f"{path}: {answer.status}, not {expected}: {content[:300]}")
        return content

    def load(self, expected: int) -> None:
        self.ask("POST", "/v2/repository/models/m/load", "", expected)

    # What clients do, each until the server is to end.

    def good(self, numbers: random.Random) -> None:
        connection = None
        while not self.is_over:
            if connection is None:
                if self.is_ending:
                    return  # Whoever comes now may be refused.
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                connection.connect()
            try:
                closes = self.ask_well(connection, numbers)
            except ConnectionError:
                # A server that ends closes idle connections after a second, and on
                # a busy machine a client asks late.
                if time.monotonic() > self.end_time + 0.9:
                    return
                raise
            if closes or numbers.random() < 0.02:
                connection.close()
                connection = None

    def ask_well(self, connection, numbers: random.Random) -> bool:
        at = numbers.randrange(len(self.model.requests))
        request = self.model.requests[at] | {"id": str(numbers.randrange(1000))}
        kind = numbers.choice(("json", "json", "binary", "binary", "gzip", "explain", "other"))
        path, method, headers, body = INFER, "POST", {}, json.dumps(request)
        if kind == "binary":
            body, length = as_binary(request)
            headers = {BINARY: str(length)}
        elif kind == "gzip":
            body = gzip.compress(body.encode())
            headers = {"Content-Encoding": "gzip", "Accept-Encoding": "gzip"}
        elif kind == "explain":
            path, body = EXPLAIN, json.dumps(self.model.requests[0])
        elif kind == "other":
            path, body, method = numbers.choice(("/", "/metrics", "/openapi.json", "/v2", "/v2/models/m",
                                                 "/v2/health/ready")), None, numbers.choice(("GET", "HEAD"))  # fmt: skip
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        self.counts[kind] += 1
        if answer.status == NOT_LOADED:
            return answer.will_close
        if answer.status != 200:
            raise AssertionError(f"{kind} {path}: {answer.status} {content[:300]}")
        if path == INFER:
            if answer.getheader("Content-Encoding") == "gzip":
                content = gzip.decompress(content)
            told = json.loads(content)
            if told["id"] != request["id"] or told["outputs"] != self.answers[told["model_version"], at]:
                raise AssertionError(f"{kind}: a wrong answer to request {at}: {content[:300]}")
        return answer.will_close

    def hostile(self, numbers: random.Random) -> None:
        bodies = hostile_bodies(self.model.requests)
        while not self.is_over:
            content = numbers.choice(list(INPUTS["http"].values()))
            if numbers.random() < 0.6:
                body, field = numbers.choice(bodies)
                content = post(spoilt(body, numbers), field,
                               target=numbers.choice((INFER, INFER, EXPLAIN)))  # fmt: skip
            if numbers.random() < 0.5:
                content = spoilt(content, numbers)
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as client:
                    self.counts["hostile"] += 1
                    cut = numbers.choice((len(content), len(content) // 2, 1))
                    client.sendall(content[:cut])
                    client.sendall(content[cut:])
                    manner = numbers.random()
                    if manner < 0.3:  # Resets the connection, whatever is on its way.
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    elif manner < 0.7:
                        client.shutdown(socket.SHUT_WR)
                        while client.recv(65536):
                            pass
            except OSError:
                pass  # The server need not go on with such a client.

    def slow(self, numbers: random.Random) -> None:
        while not self.is_over:
            clients = []
            try:
                for _ in range(SLOW):
                    clients.append(socket.create_connection(("127.0.0.1", self.port), timeout=5))
                    clients[-1].sendall(post(b"{}")[: numbers.randrange(1, 40)])
                self.counts["slow"] += SLOW
                for _ in range(30):
                    time.sleep(0.1)
                    for client in clients:
                        client.send(b"x")
            except OSError:
                pass  # They were ended, as they should be.
            for client in clients:
                client.close()

    def operator(self, numbers: random.Random) -> None:
        while not self.is_ending:
            number = numbers.randrange(3)
            self.model.put(number)
            if number < 2 and numbers.random() < 0.3:
                self.server.send_signal(signal.SIGHUP)
            else:
                self.load(expected=400 if number == 2 else 200)
            if numbers.random() < 0.1:
                self.ask("POST", "/v2/repository/models/m/unload", "")
                self.model.put(0)
                self.load(expected=200)
            self.counts["load"] += 1
            time.sleep(0.02)
        self.model.put(0)

    def keep(self, what, seed: int) -> None:
        try:
            what(random.Random(seed))
        except Exception:
            self.failures.append(traceback.format_exc())

    def round(self, number: int) -> None:
        """A server's life."""
        self.is_ending = self.is_over = False
        self.end_time = float("inf")
        self.start()
        kinds = [self.good] * GOOD + [self.hostile] * HOSTILE + [self.slow, self.operator]
        threads = [threading.Thread(target=self.keep, args=(kind, (self.seed, number, at).__hash__()))
                   for at, kind in enumerate(kinds)]  # fmt: skip
        for thread in threads:
            thread.start()
        end = time.monotonic() + ROUND
        while time.monotonic() < end and self.server.poll() is None:
            time.sleep(0.1)
        self.is_ending = True
        threads[-1].join()  # The operator is done: nothing is loaded while it drains.
        self.end_time = time.monotonic()
        self.server.terminate()
        try:
            status = self.server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.server.kill()
            status = "none within 60 s"
        self.is_over = True
        for thread in threads:
            thread.join()
        said = self.text()
        self.said.close()
        self.counts["servers"] += 1
        if status != 0 or re.search(r"Sanitizer|runtime error:", said):
            self.failures.append(f"status {status}\n{said[-20000:]}")
        if "good" in (self.model.folder / "log").read_text():
            self.failures.append("a text is in the log")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--sanitize", choices=("address", "thread"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sanitize = ["--sanitize", options.sanitize] if options.sanitize else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        models = [
            Model(folder / "texts", write_reviews(folder / "texts.csv"), text_requests(), sanitize),
            Model(folder / "table", write_table(folder / "table.csv"), table_requests(), sanitize,
                  "--label-column", "price"),  # fmt: skip
        ]
        storms = [Storm(model, options.seed, bool(sanitize)) for model in models]
        end, number = time.monotonic() + options.seconds, 0
        while number < len(storms) or time.monotonic() < end:
            storm = storms[number % len(storms)]
            storm.round(number)
            number += 1
            if storm.failures:
                print("\n".join(storm.failures), file=sys.stderr)
                return 1
        counts = storms[0].counts + storms[1].counts
        print(", ".join(f"{kind} {count}" for kind, count in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
