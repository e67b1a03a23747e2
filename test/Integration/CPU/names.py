"""One name for a figure, wherever it is told: epoch lines, the metrics file,
--select-by, pages, `eval --json`, `calibrate --json` and the server."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MODELS, Program, make_data, read_metrics

# Told by eval, but no figure of what was predicted.
OTHERS = {"rows", "loss", "temperature", "threshold"}


def figures_of(page: Path) -> dict[str, float]:
    found = re.findall(r'data-figure="([^"]*)" value="([^"]*)"', page.read_text())
    return {name: float(value) for name, value in found}


class Names(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.weights = self.folder / "weights"

    def run_model(self, name: str) -> None:
        program = Program.compile(MODELS / f"{name}.mlir", self.folder / "program")
        data, test = self.folder / "data", self.folder / "test"
        for seed, path in enumerate((data, test)):
            made = make_data(program.info, 200, seed=seed)
            if program.info["label"]["kind"] == "binary":  # Labels are yes or no.
                labels = made.tensors["labels"].data
                for i, label in enumerate(labels):
                    labels[i] = float(label < 0.5)
            made.write(path)
        program.run("train", "--data", data, "-o", self.weights, "--epochs", 1)
        told = json.loads(
            program.run("eval", "--data", test, "--weights", self.weights, "--json")
        )
        names = [
            name for name, value in told.items()
            if name not in OTHERS and (value is None or isinstance(value, (int, float)))
        ]  # fmt: skip
        names = [name for name in names if name != "confusion_matrix"]
        self.assertGreater(len(names), 3)

        metrics, page = self.folder / "metrics", self.folder / "page.html"
        lines = program.run(
            *("train", "--data", data, "--test", test, "-o", self.weights, "--epochs", 3),
            *("--measure", ",".join(names), "--metrics", metrics, "--report", page),
            *("--select-by", names[-1]),
        ).splitlines()
        told = json.loads(
            program.run("eval", "--data", test, "--weights", self.weights, "--json")
        )
        last = read_metrics(metrics)[1][-1]
        own = {"epoch", "step", "loss", "learning_rate", "seconds", "examples_per_second"}
        self.assertEqual(
            last.keys() - own, {f"test_{name}" for name in [*names, "loss"]}
        )
        shown = figures_of(page)
        for name in [*names, "loss"]:
            self.assertAlmostEqual(last[f"test_{name}"], told[name], delta=1e-12, msg=name)
            self.assertIn(f"  test {name} ", lines[-1])
            self.assertEqual(shown.get(f"epoch/3/test_{name}"), last[f"test_{name}"], name)
            if name != "loss":
                self.assertEqual(shown.get(name), told[name], name)
        # A page of eval, and eval asked for one figure.
        program.run("eval", "--data", test, "--weights", self.weights, "--report", page)
        self.assertEqual(
            {name for name in figures_of(page) if "/" not in name},
            {name for name in [*names, "loss", "rows"] if told[name] is not None},
        )
        for name in names:
            one = program.run(
                *("eval", "--data", test, "--weights", self.weights, "--json"),
                *("--measure", name),
            )
            self.assertEqual(json.loads(one)[name], told[name])
        self.program, self.test, self.told = program, test, told

    def test_of_two_classes(self):
        self.run_model("logistic")

    def test_of_many_classes(self):
        self.run_model("classes")

    def test_of_several_labels(self):
        self.run_model("everything")

    def test_of_numbers(self):
        self.run_model("regression")

    def test_of_the_server(self):
        """What it says of its model is named as in `eval --json`, what it
        answers as in `predict --json`."""
        self.run_model("logistic")
        decided = self.folder / "decided"
        calibrated = json.loads(
            self.program.run(
                *("calibrate", "--data", self.test, "--weights", self.weights),
                *("--threshold", "f1", "-o", decided, "--json"),
            )
        )
        told = json.loads(
            self.program.run("eval", "--data", self.test, "--weights", decided, "--json")
        )
        self.assertEqual(calibrated["after"].keys() - {"loss"}, told.keys()
                         & calibrated["after"].keys())  # fmt: skip
        for name, value in calibrated["after"].items():
            self.assertEqual(told[name], value, name)
        for name in ("temperature", "threshold"):
            self.assertEqual(told[name], calibrated[name])
        answer = json.loads(
            self.program.run(
                "predict", "--data", self.test, "--weights", decided, "--json"
            ).splitlines()[0]
        )
        described, gauges = self.asked(decided)
        for name in ("temperature", "threshold"):
            self.assertEqual(described["parameters"][name], told[name])
        outputs = {output["name"] for output in described["outputs"]}
        self.assertGreater(len(outputs & answer.keys()), 1)
        worth = {"rows": 200.0, **calibrated["after"]}
        self.assertEqual(described["parameters"]["figures"], worth)
        self.assertEqual(gauges, worth)

    def asked(self, weights: Path) -> tuple[dict, dict[str, float]]:
        """What a server of these weights tells of its model, and the figures
        among its /metrics."""
        command = [self.program.path, "serve", "--weights", weights, "--port", "0"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
            try:
                address = None
                while not address:
                    address = re.search(r"http://[0-9.:]+", server.stderr.readline())
                model = f"{address[0]}/v2/models/{self.program.info['program']}"
                with urllib.request.urlopen(model) as reply:
                    described = json.load(reply)
                with urllib.request.urlopen(f"{address[0]}/metrics") as reply:
                    text = reply.read().decode()
            finally:
                server.terminate()
                server.communicate()
        gauges = re.findall(r'^mlc_model_figure\{name="(.*)"\} (\S+)$', text, re.MULTILINE)
        return described, {name: float(value) for name, value in gauges}

    def test_of_the_server_of_the_best_epoch(self):
        """What the metrics file has of the epoch whose weights are served."""
        self.run_model("classes")
        metrics, best = self.folder / "best.jsonl", self.folder / "best"
        self.program.run(
            *("train", "--data", self.folder / "data", "--test", self.test, "--epochs", 4),
            *("--measure", "f1,log_loss", "--metrics", metrics, "--best", best),
        )
        epochs = read_metrics(metrics)[1]
        epoch = min(epochs, key=lambda epoch: epoch["test_loss"])
        for name in ("step", "learning_rate", "seconds", "examples_per_second"):
            del epoch[name]
        described, gauges = self.asked(best)
        self.assertEqual(described["parameters"]["figures"], epoch)
        self.assertEqual(gauges, epoch)

    def test_thresholds_of_several_labels(self):
        self.run_model("everything")
        decided = self.folder / "decided"
        calibrate = (
            "calibrate", "--data", self.test, "--weights", self.weights, "-o", decided,
            "--threshold", "f1",
        )  # fmt: skip
        common = json.loads(self.program.run(*calibrate, "--json"))
        chosen = json.loads(self.program.run(*calibrate, "--each-label", "--json"))
        self.assertEqual(len(chosen["threshold"]), self.program.info["label"]["outputs"])
        self.assertGreater(len(set(chosen["threshold"])), 1)
        self.assertGreaterEqual(chosen["after"]["f1"], common["after"]["f1"])
        told = json.loads(
            self.program.run("eval", "--data", self.test, "--weights", decided, "--json")
        )
        self.assertEqual(told["threshold"], chosen["threshold"])
        self.assertEqual(told["f1"], chosen["after"]["f1"])
        self.assertEqual(self.asked(decided)[0]["parameters"]["threshold"], chosen["threshold"])
        answers = self.program.run("predict", "--data", self.test, "--weights", decided, "--json")
        for line in answers.splitlines():
            answer = json.loads(line)
            for probability, threshold, label in zip(
                answer["probabilities"], chosen["threshold"], answer["labels"], strict=True
            ):
                self.assertEqual(label, probability >= threshold)


if __name__ == "__main__":
    unittest.main()
