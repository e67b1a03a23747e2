#!/usr/bin/env python3
"""How much more two threads of a server answer than one, where the machine has
two cores, which the load needs too.

    threads.py MLC [--seconds N] [--rounds N]

One thread: the server has a core, wrk the other one. Two threads: both run on
both. So what wrk takes is taken from the server, and three things are printed
for each kind of request:
  a second     answers as they were;
  corrected    of two threads: had wrk taken nothing, that is times 2 / (2 - the
               cores that wrk used); then how many times one thread's it is
  us           processor time of the server for each request. Threads that
               hinder each other, by locks or lines of caches that both write,
               take more of it: 2 x (that of one) / (that of two) is how many
               times as much two cores do.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from serving import LOAD_CPU, MANY, SERVER_CPU, Server, load, read_texts, train, write_requests


class Figures:
    def __init__(self):
        self.rates, self.corrected, self.microseconds = [], [], []

    def add(self, server: Server, before: float, result, threads: int) -> None:
        used = result.processor_seconds / result.seconds
        self.rates.append(result.rate)
        self.corrected.append(result.rate * (2 / (2 - used) if threads == 2 else 1))
        self.microseconds.append((server.processor_seconds() - before) / result.requests * 1e6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mlc", type=Path)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    both = f"{SERVER_CPU},{LOAD_CPU}"
    with tempfile.TemporaryDirectory() as name:
        command = train(options.mlc, Path(name))
        files = write_requests(Path(name), read_texts())
        kinds = ("JSON", "binary", MANY)
        figures = {(kind, threads): Figures() for kind in kinds for threads in (1, 2)}
        for _ in range(options.rounds):
            for threads, cpus, load_cpus in ((1, SERVER_CPU, LOAD_CPU), (2, both, both)):
                server = Server([*command, "--port", 0, "--threads", threads], cpus=cpus)
                with server as address:
                    for kind in kinds:
                        before = server.processor_seconds()
                        result = load(address, files[kind], options.seconds, 64, cpus=load_cpus)
                        if result.lost or result.refused:
                            raise SystemExit(f"{kind}: {result.lost} lost, {result.refused} refused")
                        figures[kind, threads].add(server, before, result, threads)
    median = statistics.median
    print("| requests | threads | a second | corrected | times one | us | 2 x one / two |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for (kind, threads), found in figures.items():
        one = figures[kind, 1]
        print(f"| {kind} | {threads} | {median(found.rates):.0f} | {median(found.corrected):.0f} "
              f"| {median(found.corrected) / median(one.corrected):.2f} "
              f"| {median(found.microseconds):.1f} "
              f"| {threads * median(one.microseconds) / median(found.microseconds):.2f} |")  # fmt: skip


main()
