"""A server under load: weights that change a thousand times, and thousands of
clients who send a byte now and then."""

import http.client
import json
import re
import resource
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MODELS, Program, make_data

SWAPS, CLIENTS = 1000, 4
SLOW, DEADLINE = 3000, 3.0
COUNTED = 200  # requests of each kind and client
INFER = "/v2/models/logistic/infer"


class Load(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.program = Program.compile(MODELS / "logistic.mlir", cls.folder / "logistic")
        data, cls.rows = cls.folder / "data", 50
        made = make_data(cls.program.info, cls.rows, seed=1)
        made.write(data)
        for epochs in (1, 2):
            cls.program.run("train", "--data", data, "-o", cls.folder / f"weights{epochs}",
                            "--epochs", epochs)  # fmt: skip
        tensors = made.tensors
        names = ("features",) if "features" in tensors else ("indptr", "indices", "values")
        types = {"F32": "FP32", "I64": "INT64", "I32": "INT32"}
        cls.request = json.dumps({"inputs": [
            {"name": name, "datatype": types[tensors[name].type], "shape": tensors[name].shape,
             "data": tensors[name].data.tolist()} for name in names
        ]})  # fmt: skip

    def serve(self, *options) -> int:
        """Serves until the test ends; returns the port."""
        (self.folder / "weights").write_bytes((self.folder / "weights1").read_bytes())
        self.server = subprocess.Popen(
            [self.program.path, "serve", "--weights", self.folder / "weights", "--port", "0",
             "--name", "logistic", *options], stderr=subprocess.PIPE, text=True)  # fmt: skip
        self.addCleanup(self.server.stderr.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.terminate)
        return int(re.search(r":(\d+)/", self.server.stderr.readline()).group(1))

    def ask(self, connection, path: str, body=None) -> dict:
        connection.request("POST" if body is not None else "GET", path, body)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise AssertionError(f"{answer.status}: {content[:200]}")
        return json.loads(content) if content else {}

    def test_every_answer_is_of_one_version(self):
        port = self.serve("--threads", "2")
        connection = http.client.HTTPConnection("127.0.0.1", port)
        answers = {}  # of each version: the only outputs that it may give
        load = "/v2/repository/models/logistic/load"

        def swap(number: int) -> None:
            new = self.folder / "new"
            new.write_bytes((self.folder / f"weights{number % 2 + 1}").read_bytes())
            new.rename(self.folder / "weights")
            self.ask(connection, load, "")

        for number in (0, 1):
            swap(number)
            answer = self.ask(connection, INFER, self.request)
            answers[answer["model_version"]] = answer["outputs"]
        self.assertEqual(len(answers), 2)
        failures, counts, is_done = [], [0] * CLIENTS, threading.Event()

        def client(place: int) -> None:
            own = http.client.HTTPConnection("127.0.0.1", port)
            try:
                while not is_done.is_set():
                    answer = self.ask(own, INFER, self.request)
                    if answer["outputs"] != answers[answer["model_version"]]:
                        raise AssertionError("an answer of two versions")
                    counts[place] += 1
            except Exception as error:
                failures.append(error)
            own.close()

        threads = [threading.Thread(target=client, args=(place,)) for place in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            for number in range(SWAPS):
                swap(number)
        finally:
            is_done.set()
            for thread in threads:
                thread.join()
            connection.close()
        self.assertEqual(failures, [])
        self.assertGreater(min(counts), 10)

    def test_counters_are_those_of_the_clients(self):
        port = self.serve("--threads", "2")
        kinds = ((INFER, self.request, 200), (INFER, "{}", 400),
                 ("/v2/models/other/infer", self.request, 404),
                 ("/v2/health/ready", None, 200))  # fmt: skip
        failures = []

        def client() -> None:
            own = http.client.HTTPConnection("127.0.0.1", port)
            for path, body, status in kinds * COUNTED:
                own.request("GET" if body is None else "POST", path, body)
                answer = own.getresponse()
                answer.read()
                if answer.status != status:
                    failures.append((path, answer.status))
            own.close()

        threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/metrics")
        metrics = connection.getresponse().read().decode()
        connection.close()
        requests = CLIENTS * COUNTED
        told = dict(re.findall(r"(?m)^(mlc_(?:requests|predictions)_total\S*) (\d+)$", metrics))
        self.assertEqual({name: int(count) for name, count in told.items()}, {
            'mlc_requests_total{route="infer",code="200"}': requests,
            'mlc_requests_total{route="infer",code="400"}': requests,
            'mlc_requests_total{route="infer",code="404"}': requests,
            'mlc_requests_total{route="health_ready",code="200"}': requests,
            "mlc_predictions_total": requests * self.rows,
        })
        self.assertRegex(metrics, rf"(?m)^mlc_request_seconds_count {4 * requests}$")

    def test_thousands_of_slow_clients(self):
        most = SLOW + 200
        if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < most + 100:
            self.skipTest("the system gives too few descriptors")
        resource.setrlimit(resource.RLIMIT_NOFILE,
                           (most + 100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))  # fmt: skip
        port = self.serve("--deadline", str(DEADLINE), "--max-connections", str(most))
        selector = selectors.DefaultSelector()
        opened = {}  # when, of each client that is there
        lasted, times = [], []
        good = http.client.HTTPConnection("127.0.0.1", port)
        for _ in range(SLOW):
            client = socket.create_connection(("127.0.0.1", port))
            client.setblocking(False)
            client.send(b"POST / HTTP/1.1\r\n")
            opened[client] = time.monotonic()
            selector.register(client, selectors.EVENT_READ)
        dripped = time.monotonic()
        while opened and time.monotonic() - dripped < 10 * DEADLINE:
            for key, _ in selector.select(timeout=0.05):
                client = key.fileobj
                try:
                    ended = not client.recv(4096)
                except OSError:
                    ended = True
                if ended:
                    selector.unregister(client)
                    client.close()
                    lasted.append(time.monotonic() - opened.pop(client))
            for client in list(opened)[::7]:
                try:
                    client.send(b"X")
                except OSError:
                    pass  # It has been ended, as the selector will say.
            start = time.monotonic()
            self.ask(good, INFER, self.request)
            times.append(time.monotonic() - start)
        good.close()
        self.assertEqual((len(lasted), len(opened)), (SLOW, 0))
        # Of a machine that does much else, each step may be late.
        self.assertLess(sorted(lasted)[len(lasted) // 2], DEADLINE + 1.5)
        self.assertLess(sorted(times)[len(times) // 2], 0.5)


if __name__ == "__main__":
    unittest.main()
