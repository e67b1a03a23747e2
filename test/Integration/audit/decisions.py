"""Has `serve --log` record decisions."""

import json
import re
import subprocess
import urllib.request
from pathlib import Path

from integration import Program


def decide(program: Program, folder: Path, requests: int) -> None:
    """Asks `requests` times, a row each; `folder` has weights, a key, and the log."""
    server = subprocess.Popen(
        [program.path, "serve", "--weights", folder / "weights", "--port", "0",
         "--log", folder / "log", "--sign", folder / "ours.key", "--inputs", "full"],
        stderr=subprocess.PIPE, text=True)  # fmt: skip
    try:
        said = ""
        while not (found := re.search(r"serving (\S+) at (http://\S+/)", said)):
            line = server.stderr.readline()
            assert line, said
            said += line
        name, address = found.groups()
        row = {"name": "indptr", "datatype": "INT64", "shape": [2], "data": [0, 1]}
        for number in range(requests):
            column = {"name": "indices", "datatype": "INT32", "shape": [1], "data": [number % 3]}
            request = urllib.request.Request(
                f"{address}v2/models/{name}/infer", json.dumps({"inputs": [row, column]}).encode()
            )
            urllib.request.urlopen(request).read()
    finally:
        server.terminate()
        server.wait()
