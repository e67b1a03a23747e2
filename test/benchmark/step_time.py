"""Microseconds a training step of the example: ours and PyTorch eager, in turn.

All train whole shuffled epochs of the same data and batch size. Each repeat
runs every contestant once in a process of its own; its first epoch warms up
and is not counted. Also: the time of `mlc compile` and the program's size.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "Integration"))

from integration import MLC, Program, attempt, expect_done, read_metrics, read_safetensors

PYTORCH = Path(__file__).parent / "pytorch_eager.py"
COMPILE_REPEATS = 7


def ours(program: Program, data: Path, folder: Path, threads: int, epochs: int) -> dict:
    metrics = folder / "metrics.jsonl"
    program.run(
        *("train", "--data", data, "--epochs", epochs, "--threads", threads),
        *("--metrics", metrics),
    )
    lines = read_metrics(metrics)[1]
    return {
        "seconds": [line["seconds"] for line in lines],
        "losses": [line["loss"] for line in lines],
    }


def pytorch(variant: str, data: Path, threads: int, epochs: int) -> dict:
    command = (sys.executable, PYTORCH, "--data", data, "--variant", variant)
    command += ("--threads", threads, "--epochs", epochs)
    return json.loads(expect_done(attempt(*command)).stdout)


def compile_times(model: Path, program: Path) -> list[float]:
    """Seconds of `mlc compile`, from file to program."""
    times = []
    for _ in range(COMPILE_REPEATS):
        start = time.perf_counter()
        expect_done(attempt(MLC, "compile", model, "-o", program))
        times.append(time.perf_counter() - start)
    return times


def stripped_bytes(program: Path, folder: Path) -> int:
    copy = folder / "stripped"
    subprocess.run(["strip", "-o", copy, program], check=True)
    return copy.stat().st_size


def cpu_name() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="for files")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=4, help="the first is not counted")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()

    path = options.folder / options.model.stem
    compiling = compile_times(options.model, path)
    program = Program(path)
    rows = read_safetensors(options.data)[0]["labels"].shape[0]
    steps = -(-rows // program.info["batch"])
    runs = {
        f"mlc, {threads} thread{'s'[: threads - 1]}": (
            lambda threads=threads: ours(
                program, options.data, options.folder, threads, options.epochs
            )
        )
        for threads in (1, 2)
    } | {
        f"PyTorch {variant}, {threads} thread{'s'[: threads - 1]}": (
            lambda variant=variant, threads=threads: pytorch(
                variant, options.data, threads, options.epochs
            )
        )
        for variant in ("usual", "fused")
        for threads in (1, 2)
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    losses: dict[str, float] = {}
    load = [os.getloadavg()[0]]
    for _ in range(options.repeats):
        for name, run in runs.items():
            result = run()
            times[name] += [1e6 * epoch / steps for epoch in result["seconds"][1:]]
            losses[name] = result["losses"][-1]
        load.append(os.getloadavg()[0])

    print(f"{cpu_name()}, {os.cpu_count()} cores; load {load[0]:.1f} to {max(load):.1f}")
    print(f"{rows} rows, {steps} steps an epoch; microseconds a step, shuffling included")
    first = next(iter(times.values()))
    print(f"{'':26}{'min':>8}{'median':>8}{'max':>8}   over mlc, 1 thread (min, median)   loss")
    for name, values in times.items():
        print(
            f"{name:26}{min(values):8.0f}{median(values):8.0f}{max(values):8.0f}"
            f"{min(values) / min(first):20.2f}{median(values) / median(first):8.2f}"
            f"{losses[name]:15.4f}"
        )
    size = stripped_bytes(path, options.folder)
    print(f"mlc compile: {min(compiling):.2f} s min, {median(compiling):.2f} s median")
    print(f"stripped program: {size / 1e6:.2f} MB")
    if options.json:
        figures = {
            "cpu": cpu_name(),
            "cores": os.cpu_count(),
            "load": load,
            "steps": steps,
            "microseconds_a_step": times,
            "last_loss": losses,
            "compile_seconds": compiling,
            "stripped_bytes": size,
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
