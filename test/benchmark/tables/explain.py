"""What `explain` and `importance` say of the tables: that parts add up to the
scores, with which gap, and what counts. See explain.sh.

    explain.py [--folder DIR] [--rows N] [--epochs N] [--threads N]

Ends with status 1 where parts do not add up, or where a gap is larger than a
thousandth of the network's own units.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Integration"))

import parts
from integration import read_safetensors

MLC = os.environ.get("MLC", "mlc")


def run(*command) -> str:
    return subprocess.run(
        [str(word) for word in command],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ).stdout  # fmt: skip


def explain(name: str, folder: Path, given: argparse.Namespace) -> bool:
    label = parts.TABLES[name][1]
    files = parts.write(name, folder)
    data, model, program = folder / "data", folder / "model.mlir", folder / "program"
    weights, asked = folder / "weights", folder / "asked.csv"
    run(MLC, "data", files["train"], "--label-column", label, "-o", data)
    run(MLC, "new", "--data", data, "-o", model)
    run(MLC, "compile", model, "--data", data, "-o", program)
    threads = ("--threads", given.threads)
    run(program, "train", "--data", data, "--epochs", given.epochs, *threads, "-o", weights)
    asked.write_text("".join(files["test"].read_text().splitlines(True)[: given.rows + 1]))
    options = ("--weights", weights, "--data", asked, *threads)
    rows = [json.loads(row) for row in
            run(program, "explain", "--json", "--no-flip", *options).splitlines()]  # fmt: skip
    missed = max(
        abs(row["baseline"] + sum(part["part"] for part in row["columns"]) + row["gap"]
            - row["score"]) / max(1, abs(row["score"]))
        for row in rows
    )  # fmt: skip
    scale = float(read_safetensors(weights)[1].get("target_sd", 1))
    gap = max(abs(row["gap"]) for row in rows) / scale
    print(f"{name}: {len(rows)} rows, gap at most {gap:.1e} of the network's units, "
          f"points {sorted({row['points'] for row in rows})}, "
          f"baseline + parts + gap misses the score by {missed:.1e}")  # fmt: skip
    print(run(program, "explain", "--global", "--top", 5, *options))
    print(run(program, "importance", "--top", 5, *options))
    return missed <= 1e-9 and gap <= 1e-3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where files stay")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        good = True
        for name in parts.TABLES:
            folder = (given.folder or Path(temporary)) / name
            folder.mkdir(parents=True, exist_ok=True)
            good &= explain(name, folder, given)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
