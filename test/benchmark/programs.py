"""Measures of the example's whole program on the real reviews: no peers.

imdb-1000-epochs  seconds and peak memory of 1000 epochs with a test after each
eval              an evaluation of the test reviews against a training epoch
compile           seconds of `mlc compile`, size of the stripped program
compile-by-depth  seconds and peak memory of `mlc compile` for networks of 4 to
                  64 equal layers, 64 wide, by Adam, for a CPU and for GPUs too
"""

import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "Emit"))

import datasets
from deep_model import deep_model
from cases import CASES

from integration import MLC, Program, attempt, expect_done, read_metrics

MODEL = CASES["imdb"].model
THREADS = 2


def peak_memory(process: subprocess.Popen) -> int:
    """Peak resident bytes of a process so far; 0 when it has ended."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return 0
    peak = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(peak[1]) * 1024 if peak else 0


def timed(command: list, log: Path) -> tuple[float, int]:
    """Seconds and peak resident bytes of a command.

    Looked at while it runs: wait4's ru_maxrss is never less than the memory of
    this very program, which a child shares until it runs another.
    """
    peak, pause = 0, 0.02
    start = time.perf_counter()
    with open(log, "w") as output:
        process = subprocess.Popen(
            [str(part) for part in command], stdout=output, stderr=output
        )
        ended = os.pidfd_open(process.pid)
        while not select.select([ended], [], [], pause)[0]:
            peak = max(peak, peak_memory(process))
            pause = min(2 * pause, 0.5)
        os.close(ended)
        process.wait()
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        raise RuntimeError(log.read_text()[-2000:])
    return seconds, peak


class Example:
    """The example's program and the reviews."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.train = datasets.words(folder)
        self.test = datasets.test_words(folder, self.train)
        self.program = Program.compile(MODEL, folder / "mlc")

    def run(self, epochs: int, *options) -> tuple[float, int, list[dict]]:
        """Seconds and bytes of training, and the epochs' metrics."""
        metrics = self.folder / "metrics"
        command = [self.program.path, "train", "--data", self.train, "--metrics", metrics]
        command += ["--epochs", epochs, "--threads", THREADS, *options]
        seconds, memory = timed(command, self.folder / "log")
        return seconds, memory, read_metrics(metrics)[1]


def thousand_epochs(folder: Path, _repeats: int) -> dict:
    example = Example(folder)
    seconds, memory, lines = example.run(1000, "--test", example.test)
    return {
        "seconds": seconds,
        "peak_bytes": memory,
        "train_file_bytes": example.train.stat().st_size,
        "test_file_bytes": example.test.stat().st_size,
        "epochs": len(lines),
        "first_test_accuracy": lines[0]["test_accuracy"],
        "best_test_accuracy": max(line["test_accuracy"] for line in lines),
    }


def evaluation(folder: Path, repeats: int) -> dict:
    """What a test after each epoch adds to a run, and what is in no epoch."""
    epochs = 10
    example = Example(folder)
    weights = folder / "weights"
    training, evaluating, start_up, commands = [], [], [], []
    for _ in range(repeats):
        plain, _, lines = example.run(epochs, "-o", weights)
        training += [line["seconds"] for line in lines[1:]]
        rest = plain - sum(line["seconds"] for line in lines)
        tested, _, lines = example.run(epochs, "--test", example.test)
        rest_tested = tested - sum(line["seconds"] for line in lines)
        evaluating.append((rest_tested - rest) / epochs)
        start_up.append(rest)
        command = [example.program.path, "eval", "--data", example.test]
        command += ["--weights", weights, "--threads", THREADS]
        commands.append(timed(command, folder / "log")[0])
    return {
        "training_epoch_seconds": median(training),
        "evaluation_seconds": median(evaluating),
        "start_and_end_seconds": median(start_up),
        "eval_command_seconds": median(commands),
    }


def compilation(folder: Path, repeats: int) -> dict:
    program, stripped = folder / "program", folder / "stripped"
    times = []
    for _ in range(2 * repeats + 1):
        start = time.perf_counter()
        expect_done(attempt(MLC, "compile", MODEL, "-o", program))
        times.append(time.perf_counter() - start)
    subprocess.run(["strip", "-o", stripped, program], check=True)
    return {
        "compile_seconds_min": min(times),
        "compile_seconds_median": median(times),
        "stripped_bytes": stripped.stat().st_size,
    }


DEPTHS = (4, 8, 16, 32, 64)


def compilation_by_depth(folder: Path, repeats: int) -> dict:
    """Models take turns, so that a change of the machine's load meets all."""
    for depth in DEPTHS:
        (folder / f"{depth}.mlir").write_text(deep_model(depth))
    seconds, peaks = {}, {}
    for _ in range(repeats):
        for target in ("cpu", "cpu,cuda"):
            for depth in DEPTHS:
                command = [MLC, "compile", folder / f"{depth}.mlir", "--target", target]
                taken, peak = timed([*command, "-o", folder / "program"], folder / "log")
                key = f"{target}, {depth} layers"
                seconds[key] = min(taken, seconds.get(key, taken))
                peaks[key] = max(peak, peaks.get(key, 0))
    figures = {}
    for key in seconds:
        figures |= {f"{key}: seconds": seconds[key], f"{key}: peak bytes": peaks[key]}
    for target in ("cpu", "cpu,cuda"):
        layer = {depth: seconds[f"{target}, {depth} layers"] / depth for depth in DEPTHS}
        growth = round(layer[64] / layer[16], 2)
        figures[f"{target}: time a layer at 64 layers by that at 16"] = growth
    return figures


PROGRAMS = {
    "compile": compilation,
    "compile-by-depth": compilation_by_depth,
    "eval": evaluation,
    "imdb-1000-epochs": thousand_epochs,
}
