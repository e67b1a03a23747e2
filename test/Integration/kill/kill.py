"""SIGKILL at random moments of real training; each run must not notice.

A program trains with checkpoints, is killed, resumed with another number of
threads, killed again, and so on to its end. Its weights, its best weights and
its metrics must then be those of a run that was never killed, byte for byte
but for what tells of time.

    kill.py [--kills N] [--seed S] [--program PATH] [--folder DIR]

--kills: how many runs to kill at least; 500 take minutes. --program: one that
is compiled already (or test/Unit/Support's handmade one) instead of the models
of CPU/models. Prints how many kills there were and where they hit.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MODELS, Program, make_data

HELD = ("--validation", "0.1")
PLATEAU = ("--schedule", "plateau", "--rate-patience", "1", "--rate-min-delta", "10")
# Models with options that bring a run into each of its phases. "streamed" has
# the parts of a data set in windows that end within its steps; the last two
# models have a warm-up, and accumulate gradients or clip their norm.
RUNS = (
    ("everything", (*HELD, *PLATEAU)),
    ("classes", (*HELD, "--schedule", "wsd", "--warmup", "0.3", "--final-rate", "0.1")),
    ("parts", ("streamed", "--window", "37")),
    ("clipped", HELD),
)
# How long a run takes that is not killed, about.
SECONDS = 0.6
INTERVALS = ("1", "3steps", "10steps", "1epochs", "2epochs", "1s")


class Victim:
    """A program, its data, and what a run gives that is never killed."""

    def __init__(self, program: Program, folder: Path, options: tuple = HELD):
        self.program, self.folder = program, folder
        folder.mkdir()
        batch = program.info["batch"]
        data = make_data(program.info, 20 * batch + 3, seed=1)
        if options[0] == "streamed":
            data.write(folder / "data-1")
            make_data(program.info, 9 * batch + 5, seed=2).write(folder / "data-2")
            self.options = ("--data", folder / "data-*", "--test", folder / "data-2")
            self.options += options[1:]
        else:
            data.write(folder / "data")
            self.options = ("--data", folder / "data", *options)
        self.epochs = 1
        while True:
            start = time.monotonic()
            self.clear()
            self.start("1epochs", threads=1, resume=False).wait()
            self.seconds = time.monotonic() - start
            if self.seconds >= SECONDS:
                break
            self.epochs = 2 * self.epochs
        self.whole = self.outputs()
        assert self.whole["metrics"].count(b'"epoch"') == self.epochs

    def start(self, interval: str, threads: int, resume: bool) -> subprocess.Popen:
        command = [
            *(self.program.path, "train", *self.options),
            *("--epochs", self.epochs, "--seed", 5),
            *("--metrics", self.folder / "metrics", "--metrics-every-step"),
            *("-o", self.folder / "weights", "--best", self.folder / "best"),
            *("--checkpoints", self.folder / "checkpoints"),
            *("--checkpoint-every", interval, "--threads", threads),
        ]
        if resume:
            command.append("--resume")
        return subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def clear(self) -> None:
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif not path.name.startswith("data"):
                path.unlink()

    def outputs(self) -> dict[str, bytes]:
        files = {
            name: (self.folder / name).read_bytes()
            for name in ("weights", "best", "metrics")
        }
        files["metrics"] = re.sub(rb', "seconds": [^}]*', b"", files["metrics"])
        return files

    def checkpoint(self) -> str:
        """The name of the newest."""
        names = [path.name for path in self.folder.glob("checkpoints/step-*")]
        return max(names, default="none")

    def run_with_kills(self, numbers: random.Random, where: Counter) -> int:
        """Returns how often it was killed."""
        self.clear()
        kills = 0
        while True:
            # Early or late, and often within the writing of a checkpoint.
            delay = self.seconds * numbers.random() ** 2
            process = self.start(
                numbers.choice(INTERVALS), numbers.choice((1, 2, 4, 8)), resume=True
            )
            try:
                error = process.communicate(timeout=delay)[1]
            except subprocess.TimeoutExpired:
                process.kill()
                error = process.communicate()[1]
            if process.returncode == 0:
                break
            if process.returncode != -9:
                sys.exit(f"after {kills} kills: {error}")
            kills += 1
            half = list(self.folder.glob("**/.mlc-*.tmp"))
            where["in the midst of writing a file" if half else "between files"] += 1
            where["before any checkpoint"] += self.checkpoint() == "none"
        outputs = self.outputs()
        for name, expected in self.whole.items():
            if outputs[name] != expected:
                sys.exit(f"{name} differs after {kills} kills; see {self.folder}")
        return kills


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--program", type=Path)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    numbers = random.Random(options.seed)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        if options.program:
            victims = [Victim(Program(options.program), folder / "run")]
        else:
            victims = [
                Victim(
                    Program.compile(MODELS / f"{name}.mlir", folder / name),
                    folder / f"run-{name}",
                    more,
                )
                for name, more in RUNS
            ]
        kills = runs = 0
        where: Counter = Counter()
        while kills < options.kills or runs < len(victims):
            kills += victims[runs % len(victims)].run_with_kills(numbers, where)
            runs += 1
        print(f"{kills} kills in {runs} runs, all as if there had been none")
        print(json.dumps(where))


if __name__ == "__main__":
    main()
