"""Times mlc's training beside its peers; see run.sh.

Repeats go round: each contestant runs once at each number of threads, then all
again, so that a change of the machine's load meets everyone.
"""

import argparse
import datetime
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "Integration"))

import machine
import report
from cases import CASES
from contestants import Arena
from datasets import Missing
from programs import PROGRAMS

from integration import REPOSITORY

HERE = Path(__file__).parent
RESULTS = REPOSITORY / "build" / "benchmark-results.json"


def measure_steps(name: str, folder: Path, options) -> Iterator[dict]:
    """Microseconds a step of every contestant; yields them after each round."""
    case = CASES[name]
    arena = Arena(case, folder)
    contestants = {
        title: run
        for title, run in arena.contestants().items()
        if options.only in title or title == "mlc"
    }
    runs = {
        (title, threads): {"name": title, "threads": threads, "microseconds": []}
        for title in contestants
        for threads in case.threads
    }
    for _ in range(options.repeats):
        for (title, threads), run in runs.items():
            answer = contestants[title](threads)
            times = [1e6 * seconds / arena.steps for seconds in answer["seconds"]]
            run.setdefault("first_epoch_seconds", answer["seconds"][0])
            run["microseconds"] += times[1:]
            run["first_loss"], run["loss"] = answer["losses"][0], answer["losses"][-1]
            progress = f"{name}: {title}, {threads} threads: {min(times[1:]):.0f} us a step"
            print(progress, file=sys.stderr)
        yield {
            "title": case.title,
            "rows": arena.rows,
            "steps": arena.steps,
            "epochs": case.epochs,
            "runs": list(runs.values()),
        }


def measure(name: str, options) -> Iterator[dict]:
    """The entry of a case in the results; a better one after each round."""
    load = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as folder:
        if name in CASES:
            rounds = measure_steps(name, Path(folder), options)
        else:
            rounds = [PROGRAMS[name](Path(folder), options.repeats)]
        for repeats, figures in enumerate(rounds, start=1):
            load.append(os.getloadavg()[0])
            yield {
                "date": datetime.date.today().isoformat(),
                "machine": machine.describe(),
                "load": load,
                "repeats": repeats if name in CASES else options.repeats,
                "figures": figures,
            }


def show(name: str, entry: dict) -> bool:
    """Prints a case; false if a contestant's loss is not that of the others."""
    figures = entry["figures"]
    print(f"== {name}; {report.load_text(entry['load'])}")
    if "runs" not in figures:
        print("\n".join(report.value_lines(figures)))
        return True
    print(f"{figures['title']}; {figures['rows']} rows, {figures['steps']} steps an epoch")
    print(report.terminal_table(figures))
    wrong = report.differing_losses(figures)
    for text in wrong:
        print(f"NOT THE SAME TRAINING: {text}")
    return not wrong


def main() -> int:
    names = [*CASES, *PROGRAMS]
    parser = argparse.ArgumentParser(
        prog="test/benchmark/run.sh", description="Times mlc's training beside its peers."
    )
    parser.add_argument(
        "--case", action="append", choices=names, help="again for more; without: all but bigrams"
    )
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="mlc, and contestants with TEXT in their names"
    )
    parser.add_argument("--json", type=Path, default=RESULTS, help="add the figures to this file")
    parser.add_argument("--page", action="store_true", help="write RESULTS.md from that file")
    options = parser.parse_args()
    if options.repeats < 1:
        parser.error("--repeats: expected at least 1")

    results = json.loads(options.json.read_text()) if options.json.exists() else {}
    good = True
    for name in options.case or (*CASES, *PROGRAMS):
        try:
            for entry in measure(name, options):
                results[name] = entry
                options.json.parent.mkdir(parents=True, exist_ok=True)
                options.json.write_text(json.dumps(results, indent=1) + "\n")
        except Missing as reason:
            print(f"== {name}: skipped: {reason}", file=sys.stderr)
            continue
        good = show(name, entry) and good
    if options.page:
        ordered = {name: results[name] for name in names if name in results}
        (HERE / "RESULTS.md").write_text(report.page(ordered))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
