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
        width = program.info["input"]["width"]
        features = {"name": "features", "datatype": "FP32", "shape": [1, width]}
        for number in range(requests):
            features["data"] = [float(number % 7 == column % 7) for column in range(width)]
            request = urllib.request.Request(
                f"{address}v2/models/{name}/infer", json.dumps({"inputs": [features]}).encode()
            )
            urllib.request.urlopen(request).read()
    finally:
        server.terminate()
        server.communicate()
