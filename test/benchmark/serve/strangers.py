#!/usr/bin/env python3
"""What thousands of slow clients do to a good one: its times when it is alone,
and while they send a byte now and then; and when the last of them is gone.

    strangers.py MLC [--clients N] [--deadline SECONDS] [--rounds N]

The server has a core. The good client, which waits 2 ms between two requests,
and the slow ones, in a process of the lowest priority, share another one. Server
and good client have real-time priority where that is allowed (root has it): else
each p99 is that of the core's other work, the slow clients' own too. Status 1
where a slow client stays for longer than the deadline and a second, a request
fails, not all slow ones were there at once, or the good one's p99 is twice that
of before or more.
"""

import argparse
import http.client
import itertools
import os
import resource
import signal
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


def drip(address: str, count: int, say: int) -> None:
    """A process of slow clients, until it is ended. Writes to `say` when the last
    of them was there."""
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    where = urlsplit(address)
    clients = []
    for _ in range(count):
        client = socket.create_connection((where.hostname, where.port))
        client.setblocking(False)
        client.send(b"POST / HTTP/1.1\r\n")
        clients.append(client)
    os.write(say, f"{time.monotonic()}".encode())
    # A byte of each in 200 ms, a few at a time: strangers do not keep step.
    for turn in itertools.count():
        time.sleep(0.002)
        for client in clients[turn % 100 :: 100]:
            try:
                client.send(b"X")
            except OSError:
                pass  # The server has ended it.


class Watch:
    """How many slow clients a server has, by its descriptors. On a busy machine
    these clients themselves notice late that they were ended."""

    STEP = 0.1  # seconds

    def __init__(self, process: int, told: int, most: float):
        self.folder, self.told, self.most = f"/proc/{process}/fd", told, most
        self.before = len(os.listdir(self.folder))
        self.at_once, self.next = 0, time.monotonic()
        os.set_blocking(told, False)
        self.last_came = self.gone = None

    def is_over(self) -> bool:
        """Whether all have been there and are gone, or never will be."""
        now = time.monotonic()
        if now < self.next:
            return False
        self.next = now + self.STEP
        count = len(os.listdir(self.folder)) - self.before
        self.at_once = max(self.at_once, count)
        if self.last_came is None:
            try:
                self.last_came = float(os.read(self.told, 100))
            except BlockingIOError:
                return False
        if count <= 0:
            self.gone = now
        return self.gone is not None or now > self.last_came + self.most


def p99(times: list[float]) -> float:
    return sorted(times)[int(0.99 * len(times))]


class Round:
    """Times of the good client alone and beside the slow ones."""

    def __init__(self, server: Server, address: str, clients: int, deadline: float):
        good = Good(address)
        begin = time.monotonic()
        self.alone = p99(good.times(lambda: time.monotonic() - begin > deadline))
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            drip(address, clients, write)
        os.close(write)
        watch = Watch(server.process.pid, read, 3 * deadline + 30)
        try:
            self.beside = p99(good.times(watch.is_over))
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(read)
            good.connection.close()
        self.at_once = watch.at_once
        self.stay = watch.gone - watch.last_came if watch.gone else float("inf")


def hurry() -> None:
    """This process and what it starts run before all others."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        print("no real-time priority: each p99 is that of other work, too")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mlc", type=Path)
    parser.add_argument("--clients", type=int, default=3000)
    parser.add_argument("--deadline", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    # The server's own limit is raised by it; that of this process, by those who drip.
    with tempfile.TemporaryDirectory() as name:
        command = train(options.mlc, Path(name))
        hurry()
        server = Server([*command, "--port", 0, "--threads", 1,
                         "--deadline", options.deadline,
                         "--max-connections", options.clients + 100])  # fmt: skip
        with server as address:
            os.sched_setaffinity(0, {int(LOAD_CPU)})
            rounds = [Round(server, address, options.clients, options.deadline)
                      for _ in range(options.rounds)]  # fmt: skip
    for each in rounds:
        print(f"p99 alone {1e3 * each.alone:.2f} ms, beside at most {each.at_once} slow clients at "
              f"once {1e3 * each.beside:.2f} ms ({each.beside / each.alone:.2f} times); the last "
              f"was gone {each.stay:.2f} s after it came")  # fmt: skip
    ratio = statistics.median(each.beside / each.alone for each in rounds)
    print(f"median: {ratio:.2f} times; the last is to be gone after {options.deadline + 1:g} s")
    is_good = ratio < 2 and all(
        each.at_once >= options.clients and each.stay < options.deadline + 1 for each in rounds)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
