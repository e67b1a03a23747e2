"""What examples/serve gives to operators is right: the arguments of the unit and
of the InferenceService are those that a server takes, and systemd, promtool and
the page of the API have nothing to say against them."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, REPOSITORY, Program

EXAMPLE = REPOSITORY / "examples" / "serve"
SAMPLE = REPOSITORY / "examples" / "imdb-mlp"


def calls_of(name: str) -> set[str]:
    """The system calls of one of systemd's sets, which has sets in it."""
    if not name.startswith("@"):
        return {name}
    told = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True,
                          capture_output=True, text=True).stdout  # fmt: skip
    words = [line.strip() for line in told.splitlines()[1:]]
    return set().union(*(calls_of(word) for word in words if word and word[0] != "#"))


class Deploy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        data, cls.weights = cls.folder / "data", cls.folder / "weights"
        subprocess.run([MLC, "data", SAMPLE / "sample" / "train.csv.xz", "--max-features", "1000",
                        "-o", data], check=True, capture_output=True)  # fmt: skip
        program = Program.compile(SAMPLE / "model.mlir", cls.folder / "reviews")
        program.run("train", "--data", data, "-o", cls.weights, "--epochs", 1)
        cls.program = cls.folder / "reviews"

    def serve(self, *options, command=()) -> str:
        """Serves until the test ends; returns its address."""
        server = subprocess.Popen(
            command or [self.program, "serve", *map(str, options)],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)  # fmt: skip
        self.addCleanup(server.stderr.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        for line in iter(server.stderr.readline, ""):
            if found := re.search(r"http://\S+:\d+", line):
                return found.group()
            said = line
        self.fail(said)

    def test_unit(self):
        unit = (EXAMPLE / "reviews.service").read_text()
        command = re.search(r"(?m)^ExecStart=/\S+/reviews serve (.*)$", unit).group(1)
        key = self.folder / "key"
        key.write_text("secret\n")
        arguments = [
            {"/var/lib/reviews/weights.safetensors": self.weights,
             "${CREDENTIALS_DIRECTORY}/key": key}.get(word, word)
            for word in shlex.split(command)
        ]  # fmt: skip
        address = self.serve(*arguments, "--port", 0)
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address + "/v2")
        self.assertEqual(refused.exception.code, 401)
        refused.exception.close()
        request = urllib.request.Request(address + "/v2", headers={"Authorization": "Bearer secret"})
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(json.load(answer)["name"], "mlc")

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze here")
    def test_systemd_takes_the_unit(self):
        for name in ("reviews.service", "reviews.socket"):
            text = (EXAMPLE / name).read_text()
            (self.folder / name).write_text(text.replace("/usr/local/bin/reviews", str(self.program)))
        result = subprocess.run(
            ["systemd-analyze", "verify", self.folder / "reviews.service",
             self.folder / "reviews.socket"],
            capture_output=True, text=True)  # fmt: skip
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("systemd-analyze") and shutil.which("strace"),
                         "no systemd-analyze or no strace here")  # fmt: skip
    def test_unit_allows_what_a_server_calls(self):
        allowed, trace = set(), self.folder / "trace"
        unit = (EXAMPLE / "reviews.service").read_text()
        for words in re.findall(r"(?m)^SystemCallFilter=(.*)$", unit):
            calls = set().union(*map(calls_of, words.removeprefix("~").split()))
            allowed = allowed - calls if words.startswith("~") else allowed | calls
        # By -D the child is the program.
        address = self.serve(command=["strace", "-D", "-f", "-o", trace, self.program, "serve",
                                      "--weights", self.weights, "--port", "0"])  # fmt: skip
        load = urllib.request.Request(address + "/v2/repository/models/imdb_mlp/load", b"")
        for asked in (address, load):
            with urllib.request.urlopen(asked) as answer:
                self.assertEqual(answer.status, 200)
        self.doCleanups()
        called = set(re.findall(r"(?m)^\d+ +(\w+)\(", trace.read_text()))
        self.assertIn("accept", called)
        self.assertEqual(called - allowed, set())

    def test_inference_service(self):
        text = (EXAMPLE / "inference-service.yaml").read_text()
        arguments = json.loads(re.search(r"(?m)^ *args: (\[.*\])$", text).group(1))
        port = arguments[arguments.index("--port") + 1]
        self.assertEqual(set(re.findall(r"[pP]ort: (\d+)", text)), {port})
        arguments[arguments.index("--port") + 1] = "0"
        arguments[arguments.index("--host") + 1] = "127.0.0.1"
        address = self.serve(*arguments, "--weights", self.weights)
        for path in re.findall(r"path: (/\S+),", text):
            with urllib.request.urlopen(address + path) as answer:
                self.assertEqual(answer.status, 200)

    @unittest.skipUnless(os.geteuid() == 0, "only root can change what / is")
    def test_image(self):
        """What Containerfile makes: a folder with the program alone, for nobody's use."""
        text = (EXAMPLE / "Containerfile").read_text()
        root = self.folder / "root"
        root.mkdir()
        subprocess.run([MLC, "compile", SAMPLE / "model.mlir", "--static", "--weights",
                        self.weights, "-o", root / "reviews"], check=True)  # fmt: skip
        self.assertLess((root / "reviews").stat().st_size, 6.25e6)
        entry, command = (
            json.loads(re.search(rf"(?m)^{word} (.*)$", text).group(1))
            for word in ("ENTRYPOINT", "CMD")
        )
        user = re.search(r"(?m)^USER (\S+)$", text).group(1)
        command[command.index("--port") + 1] = "0"
        command[command.index("--host") + 1] = "127.0.0.1"
        program = ["chroot", "--userspec", user, root, *entry, *command]
        address = self.serve(command=[*map(str, program)])
        tensor = {"name": "text", "datatype": "BYTES", "shape": [1, 1], "data": ["A good film."]}
        request = urllib.request.Request(
            address + "/v2/models/imdb_mlp/infer", json.dumps({"inputs": [tensor]}).encode())
        with urllib.request.urlopen(request) as answer:
            told = json.load(answer)["outputs"][0]["data"]
        lines = self.folder / "lines"
        lines.write_text("A good film.\n")
        expected = subprocess.run(
            [self.program, "predict", "--weights", self.weights, "--text", lines],
            check=True, capture_output=True, text=True).stdout  # fmt: skip
        self.assertEqual(told, json.loads(expected)["outputs"])

    @unittest.skipUnless(shutil.which("promtool"), "no promtool here; Debian has it in prometheus")
    def test_prometheus_takes_the_metrics(self):
        address = self.serve("--weights", self.weights, "--port", 0)
        with urllib.request.urlopen(address + "/v2/health/ready"):
            pass
        with urllib.request.urlopen(address + "/metrics") as answer:
            metrics = answer.read()
        result = subprocess.run(["promtool", "check", "metrics"], input=metrics, capture_output=True)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertRegex(metrics, rb'(?m)^mlc_requests_total\{[^}]*health_ready[^}]*\} 1$')


if __name__ == "__main__":
    unittest.main()
