"""Event files of `train --tensorboard`, read by TensorBoard (run.sh)."""

import os
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MODELS, Program, make_data, read_metrics
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader

MEASURES = "f1,roc_auc"
EPOCHS = 12


def rounded(number: float) -> float:
    """As f32 has it."""
    return struct.unpack("f", struct.pack("f", number))[0]


class Events(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.program = Program.compile(MODELS / "logistic.mlir", self.folder / "program")
        self.data, self.events = self.folder / "data", self.folder / "events"
        make_data(self.program.info, 4000, seed=1).write(self.data)
        self.metrics = self.folder / "metrics.jsonl"

    def arguments(self) -> list:
        return [
            *("train", "--data", self.data, "--validation", 0.25, "--epochs", EPOCHS),
            *("--measure", MEASURES, "--metrics", self.metrics),
            *("--tensorboard", self.events),
        ]

    def expect_those_of_the_metrics_file(self):
        told = {}
        for line in read_metrics(self.metrics)[1]:
            for name, value in line.items():
                if name not in ("epoch", "step", "seconds") and value is not None:
                    told.setdefault(name, {})[line["step"]] = rounded(value)
        reader = EventAccumulator(str(self.events), {"scalars": 0})
        reader.Reload()
        self.assertEqual(set(reader.Tags()["scalars"]), set(told))
        for name, values in told.items():
            read = {event.step: event.value for event in reader.Scalars(name)}
            if name == "examples_per_second":  # Differs where an epoch was repeated.
                self.assertEqual(read.keys(), values.keys())
            else:
                self.assertEqual(read, values, name)
        self.assertEqual(len(told["loss"]), EPOCHS)

    def test_every_figure(self):
        self.program.run(*self.arguments())
        self.expect_those_of_the_metrics_file()
        # Each checksum is right; the accumulator would stop at a wrong one.
        (file,) = self.events.iterdir()
        self.assertEqual(len(list(RawEventFileLoader(str(file)).Load())), EPOCHS + 1)

    def test_a_run_that_was_killed(self):
        keeping = ["--checkpoints", self.folder / "checkpoints", "--checkpoint-every", "3epochs"]
        command = [self.program.path, *self.arguments(), *keeping]
        running = subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        checkpoints = self.folder / "checkpoints"
        while running.poll() is None and not (checkpoints.exists() and any(checkpoints.iterdir())):
            time.sleep(0.001)
        running.kill()
        running.wait()
        self.program.run(*self.arguments(), *keeping, "--resume")
        self.expect_those_of_the_metrics_file()


if __name__ == "__main__":
    unittest.main()
