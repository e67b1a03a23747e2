"""What evaluation counts on the GPU, and what crosses to the host and back."""

import json
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from compare import Case, difference
from gpu import GpuProgram
from integration import MODELS, make_data, make_weights, read_metrics, write_weights

# One output and several, of all kinds of labels, and several labels a row.
MODELS_BY_LABEL = {
    "logistic": "accuracy", "everything": "accuracy", "classes": "accuracy",
    "regression": "rmse", "places": "accuracy", "grid": "accuracy",
}  # fmt: skip
OWN = Path(__file__).parent / "models"
SQUARES_TOLERANCE = 1e-6  # f32 sums of a batch


class Scores(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compile(self, name: str) -> GpuProgram:
        own = OWN / f"{name}.mlir"
        model = own if own.exists() else MODELS / f"{name}.mlir"
        return GpuProgram.compile(
            model, self.folder / name, "--target", "cpu,cuda", "--gpu", "sm_80"
        )

    def test_the_gpu_counts_as_the_host_does(self):
        kinds, places = set(), set()
        for name, score in MODELS_BY_LABEL.items():
            with self.subTest(name):
                program = self.compile(name)
                kinds.add((program.info["label"]["kind"], program.info["label"]["outputs"] > 1))
                places.add(program.info["label"].get("places", 1))
                data, weights = self.folder / "data", self.folder / "weights"
                make_data(program.info, 3 * program.info["batch"] + 2, 9).write(data)
                write_weights(weights, make_weights(program.info, 4))
                use = ("--data", data, "--weights", weights, "--json")
                # Other figures need the outputs, as --predictions does: then they
                # come to the host, which counts.
                use += ("--measure", score)
                listed = ("--predictions", self.folder / "outputs")
                gpu, host, cpu = (
                    json.loads(program.run("eval", *use, *options))
                    for options in (("--device", "cuda"), ("--device", "cuda", *listed),
                                    ("--device", "cpu"))
                )  # fmt: skip
                self.assertEqual(gpu["loss"], host["loss"])
                if score == "accuracy":
                    self.assertEqual(gpu, host)
                    self.assertEqual(gpu[score], cpu[score])
                    self.assertTrue(0 < gpu[score] < 1, gpu)
                else:
                    self.assertAlmostEqual(gpu[score] / host[score], 1, delta=SQUARES_TOLERANCE)
                    self.assertAlmostEqual(gpu[score] / cpu[score], 1, delta=1e-4)
        self.assertGreaterEqual(
            kinds, {("binary", False), ("binary", True), ("class", True), ("real", True)}
        )
        self.assertEqual(places, {1, 3, 6})

    def test_places_are_learned_as_on_the_cpu(self):
        for name in ("places", "grid"):
            with self.subTest(name):
                case = Case(self.compile(name), self.folder)
                gpu, cpu = (case.run("--device", device) for device in ("cuda", "cpu"))
                self.assertEqual(difference(gpu, cpu), "")

    def test_outputs_that_are_no_numbers_count_alike(self):
        program = self.compile("classes")
        data, weights = self.folder / "data", self.folder / "weights"
        made = make_data(program.info, 70, 9)
        for place in (0, 40 * 17):
            made.tensors["features"].data[place] = float("inf")
        made.write(data)
        write_weights(weights, make_weights(program.info, 4))
        counted = []
        for options in ((), ("--predictions", self.folder / "outputs")):
            result = program.attempt(
                "eval", "--data", data, "--weights", weights, "--device", "cuda",
                "--measure", "accuracy", *options
            )
            # The loss is no number, and that is said.
            self.assertEqual(result.returncode, 1)
            counted.append(result.stderr)
        self.assertEqual(*counted)

    def test_batches_are_evaluated_by_graphs(self):
        """The first 16 of 51 are launched one by one, then come two graphs of 16 and
        three more, with the same results."""
        program = self.compile("logistic")
        data, weights = self.folder / "data", self.folder / "weights"
        make_data(program.info, 51 * program.info["batch"] - 3, 9).write(data)
        write_weights(weights, make_weights(program.info, 4))
        use = ("eval", "--data", data, "--weights", weights, "--json")
        use += ("--measure", "accuracy", "--device")
        program.fake = "tell=1"
        on_gpu = program.attempt(*use, "cuda")
        self.assertEqual(on_gpu.returncode, 0, on_gpu.stderr)
        graphs = re.findall(r"fake CUDA: a graph of (\d+) launches", on_gpu.stderr)
        self.assertEqual(len(graphs), 2, on_gpu.stderr)
        self.assertTrue(all(int(launches) % 16 == 0 for launches in graphs), graphs)
        on_gpu, on_cpu = json.loads(on_gpu.stdout), json.loads(program.run(*use, "cpu"))
        self.assertEqual(on_gpu["accuracy"], on_cpu["accuracy"])
        self.assertAlmostEqual(on_gpu["loss"] / on_cpu["loss"], 1, delta=1e-5)

    def test_an_epoch_reads_back_losses_and_counts_alone(self):
        epochs, training, test = 5, 163, 67
        program = self.compile("classes")
        batch, outputs = program.info["batch"], program.info["label"]["outputs"]
        case = Case(program, self.folder)
        parts = {}
        for name, rows in (("train", training), ("test", test)):
            parts[name] = self.folder / name
            make_data(program.info, rows, 5).write(parts[name])
        program.fake = "copies=1"
        result = program.attempt(
            "train", "--data", parts["train"], "--test", parts["test"], "--init", case.start,
            "--epochs", epochs, "--device", "cuda", "-o", self.folder / "weights",
            "--metrics", self.folder / "metrics",
        )  # fmt: skip
        self.assertEqual(result.returncode, 0, result.stderr)
        copies = re.findall(r"fake CUDA: (\d+) bytes to the (GPU|host)", result.stderr)
        to = {
            place: [int(size) for size, other in copies if other == place]
            for place in ("GPU", "host")
        }
        # Both lists of training rows and that of test rows go there once, as do
        # the labels, which are as large.
        self.assertEqual(to["GPU"].count(4 * training), 2 + 1)
        self.assertEqual(to["GPU"].count(4 * test), 1 + 1)
        # Outputs stay there; so do the model's parameters but for now and then.
        for rows in (*range(batch, test, batch), test):
            self.assertNotIn(4 * rows * outputs, to["host"])
        steps, tests = -(-training // batch), -(-test // batch)
        parameters = {4 * parameter["elements"] for parameter in program.info["parameters"]}
        small = sum(size for size in to["host"] if size not in parameters)
        # Some of it may be as large as a parameter.
        self.assertTrue(0 < small <= epochs * 4 * (steps + 2 * tests), small)
        self.assertEqual(len(read_metrics(self.folder / "metrics")[1]), epochs)


if __name__ == "__main__":
    unittest.main()
