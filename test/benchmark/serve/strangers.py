#!/usr/bin/env python3
"""What thousands of slow clients do to a good one: its times when it is alone,
and while they send a byte now and then; and when the last of them is gone.

    strangers.py MLC [--clients N] [--deadline SECONDS] [--rounds N]

The server has a core. The good client, which waits 2 ms between two requests,
and the slow ones, in a process of the lowest priority, share another one. Status
1 where a slow client stays for longer than the deadline and a second, a request
fails, or the good one's p99 is twice that of before or more.
"""

import argparse
import http.client
import os
import resource
import selectors
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import bodies
from serving import LOAD_CPU, Server, read_texts, train

PAUSE = 0.002


class Good:
    """A client on a connection of its own."""

    def __init__(self, address: str):
        where = urlsplit(address)
        self.connection = http.client.HTTPConnection(where.hostname, where.port)
        self.body = bodies.as_json(read_texts()[:1])

    def times(self, until) -> list[float]:
        """Seconds of each request until `until()`."""
        found = []
        while not until():
            start = time.perf_counter()
            self.connection.request("POST", "/v2/models/reviews/infer", self.body)
            answer = self.connection.getresponse()
            answer.read()
            found.append(time.perf_counter() - start)
            if answer.status != 200:
                raise SystemExit(f"the good client got {answer.status}")
            time.sleep(PAUSE)
        return found


def drip(address: str, count: int, most: float, say: int) -> None:
    """A process of slow clients. Writes the longest time that one was there to
    `say`, once all are gone."""
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    where = urlsplit(address)
    selector, opened, longest = selectors.DefaultSelector(), {}, 0.0

    def end_those_that_ended(timeout: float) -> None:
        nonlocal longest
        for key, _ in selector.select(timeout):
            client = key.fileobj
            try:
                ended = not client.recv(4096)
            except OSError:
                ended = True
            if ended:
                selector.unregister(client)
                longest = max(longest, time.monotonic() - opened.pop(client))
                client.close()

    for _ in range(count):
        client = socket.create_connection((where.hostname, where.port))
        client.setblocking(False)
        client.send(b"POST / HTTP/1.1\r\n")
        opened[client] = time.monotonic()
        selector.register(client, selectors.EVENT_READ)
        end_those_that_ended(0)
    turn, start = 0, time.monotonic()
    while opened and time.monotonic() - start < most:
        end_those_that_ended(0.02)
        for client in list(opened)[turn % 10 :: 10]:
            try:
                client.send(b"X")
            except OSError:
                pass  # It has been ended, as the selector will say.
        turn += 1
    os.write(say, f"{len(opened)} {longest}".encode())
    os._exit(0)


def p99(times: list[float]) -> float:
    return sorted(times)[int(0.99 * len(times))]


def one_round(address: str, clients: int, deadline: float) -> tuple[float, float, int, float]:
    """p99 alone and beside them, how many stayed, and the longest stay."""
    good = Good(address)
    begin = time.monotonic()
    alone = good.times(lambda: time.monotonic() - begin > deadline)
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        drip(address, clients, 3 * deadline + 30, write)
    os.close(write)
    beside = good.times(lambda: os.waitpid(process, os.WNOHANG)[0] != 0)
    told = os.read(read, 100).split()
    os.close(read)
    good.connection.close()
    return p99(alone), p99(beside), int(told[0]), float(told[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mlc", type=Path)
    parser.add_argument("--clients", type=int, default=3000)
    parser.add_argument("--deadline", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    # The server's own limit is raised by it; that of this process, by those who drip.
    with tempfile.TemporaryDirectory() as name:
        server = Server([*train(options.mlc, Path(name)), "--port", 0, "--threads", 1,
                         "--deadline", options.deadline,
                         "--max-connections", options.clients + 100])  # fmt: skip
        with server as address:
            os.sched_setaffinity(0, {int(LOAD_CPU)})
            rounds = [one_round(address, options.clients, options.deadline)
                      for _ in range(options.rounds)]  # fmt: skip
    for alone, beside, stayed, longest in rounds:
        print(f"p99 alone {1e3 * alone:.2f} ms, beside {options.clients} slow clients "
              f"{1e3 * beside:.2f} ms ({beside / alone:.2f} times); {stayed} stayed, the longest "
              f"was there for {longest:.2f} s")  # fmt: skip
    ratio = statistics.median(beside / alone for alone, beside, _, _ in rounds)
    print(f"median: {ratio:.2f} times; each is to be gone in {options.deadline + 1:g} s")
    is_good = ratio < 2 and all(
        stayed == 0 and longest < options.deadline + 1 for _, _, stayed, longest in rounds)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
