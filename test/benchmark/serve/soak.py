#!/usr/bin/env python3
"""Watches a server under load: resident memory and descriptors, once a second.

    soak.py [--pause MS] PROCESS ADDRESS SECONDS REQUESTS...    files as bodies.py
                                                               writes them

Each of 32 connections sends as fast as it is answered, or waits so many
milliseconds between two requests. Each file is sent in turn for ten seconds, by wrk at the lowest priority and on
new connections each time. The first tenth of the time is for warming up. Prints
what there was then and at the end; status 1 where memory grew by 1 % or more, a
descriptor stayed open, or an answer was not 200.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
TURN = 10  # seconds


def resident(process: str) -> int:
    """In kB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise ValueError("no VmRSS")


def descriptors(process: str) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))


def load(address: str, file: str, pause: int) -> tuple[int, int]:
    """Requests, and those that failed. wrk at the lowest priority may itself be
    late by seconds, which is no failure of the server's."""
    told = subprocess.run(
        ["nice", "-n", "19", "wrk", "-t1", "-c32", f"-d{TURN}s", "--timeout", "60s",
         "-s", HERE / "requests.lua", address, "--", file, str(pause)], check=True, capture_output=True, text=True).stdout  # fmt: skip
    result = [int(word) for word in told.splitlines()[-1].split()[1:]]
    return result[0], result[4] + result[5]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pause", type=int, default=0)
    parser.add_argument("process")
    parser.add_argument("address")
    parser.add_argument("seconds", type=float)
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    process, address, seconds, files = (
        options.process, options.address, options.seconds, options.files
    )  # fmt: skip
    start, first = time.monotonic(), None
    requests = failed = turn = 0
    peak = 0
    while (now := time.monotonic() - start) < seconds:
        if first is None and now >= seconds / 10:
            first = (resident(process), descriptors(process))
        count, bad = load(address, files[turn % len(files)], options.pause)
        requests, failed, turn = requests + count, failed + bad, turn + 1
        peak = max(peak, resident(process))
    time.sleep(1)  # until the last connections have ended
    last = (resident(process), descriptors(process))
    first = first or last
    growth = 100 * (last[0] - first[0]) / first[0]
    print(f"{requests} requests in {now:.0f} s, {failed} failed; resident {first[0]} kB, then "
          f"{last[0]} kB ({growth:+.2f} %), at most {peak} kB; descriptors {first[1]}, then "
          f"{last[1]}")  # fmt: skip
    return 1 if failed or growth >= 1 or last[1] > first[1] else 0


sys.exit(main())
