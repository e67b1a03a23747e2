"""Says what the unit tests run of the runtime, and what they do not.

    coverage.py report REPORT [--listed FILE]
    coverage.py missing REPORT [NAME]

REPORT: what `llvm-cov export` gives. A branch is one outcome, true or false,
of one condition that stands in the source; a case of a switch is one too.
Ways that only an exception takes are in no condition, so they are none.

report: lines and branches by file, then of the readers and writers alone.
Status 1 where these have less than 95 % of their branches, or where one that is
not taken is missing in FILE (test/coverage-gaps.md), which has the reasons.
missing: what is not taken, by file and line; of files whose path holds NAME.
"""

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
LISTED = Path(__file__).with_name("coverage-gaps.md")
ASKED = 0.95
# What reads files of others, and what writes files.
READERS_AND_WRITERS = re.compile(
    r"(Data|Import|System)/|Text/VectorizerFile|Program/(Examples|Weights)"
    r"|Train/(BestWeights|Checkpoint|MetricsFile)"
    r"|Commands/(OutputPaths|TextInput|TextOptions|TextStream)"
)


class Branch(NamedTuple):
    line: int
    text: str  # the condition
    outcome: str  # "true", "false"; of a case only "true"


class Source(NamedTuple):
    name: str  # below runtime/
    lines: int
    lines_run: int
    branches: dict[Branch, bool]  # whether it was taken

    def taken(self) -> int:
        return sum(self.branches.values())


def text_of(lines: list[str], place: list[int]) -> str:
    first, begin, last, end = place
    piece = lines[first - 1 : last]
    piece[-1] = piece[-1][: end - 1]
    piece[0] = piece[0][begin - 1 :]
    text = " ".join(" ".join(piece).split())
    # Of a loop over a range there is the colon alone, of a macro nothing.
    return lines[first - 1].strip() if text in (":", "") else text


def is_condition(text: str) -> bool:
    """Not of an endless loop, nor of conditions that are counted each."""
    depth, outermost = 0, ""
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        outermost += letter if depth == 0 else ""
    return text != "true" and " || " not in outermost and " && " not in outermost


def read_source(entry: dict) -> Source:
    path = Path(entry["filename"])
    lines = path.read_text().split("\n")
    taken: dict[tuple, bool] = {}
    # An instantiation of a template is a branch of its own: any of them counts.
    for *place, times_true, times_false, _, _, kind in entry["branches"]:
        text = text_of(lines, place)
        if not is_condition(text):
            continue
        for outcome, times in (("true", times_true), ("false", times_false)):
            if outcome == "false" and re.match(r"(case|default)\b", text):
                continue
            key = (*place[:2], Branch(place[0], text, outcome))
            taken[key] = taken.get(key, False) or times > 0
    count = entry["summary"]["lines"]
    # Two conditions of one text on one line stay two.
    branches: dict[Branch, bool] = {}
    for (_, _, branch), was_taken in sorted(taken.items()):
        while branch in branches:
            branch = branch._replace(text=branch.text + " (again)")
        branches[branch] = was_taken
    name = path.relative_to(ROOT / "runtime").as_posix()
    return Source(name, count["count"], count["covered"], branches)


def read_sources(path: str) -> list[Source]:
    report = json.loads(Path(path).read_text())
    sources = [read_source(entry) for entry in report["data"][0]["files"]]
    return sorted(sources, key=lambda source: source.name)


def percent(part: int, whole: int) -> str:
    return f"{part / whole:7.1%}" if whole else "      -"


def print_row(name: str, sources: list[Source]) -> float:
    """Returns the part of the branches that were taken."""
    lines = sum(source.lines for source in sources)
    lines_run = sum(source.lines_run for source in sources)
    branches = sum(len(source.branches) for source in sources)
    taken = sum(source.taken() for source in sources)
    print(
        f"{name:34}{lines:6} lines{percent(lines_run, lines)}"
        f"{branches:6} branches{percent(taken, branches)}"
    )
    return taken / branches if branches else 1.0


def read_listed(path: Path) -> Counter:
    """(file, condition, outcome) -> how often it is listed with a reason."""
    listed: Counter = Counter()
    name = ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("## "):
            name = line[3:].strip()
        elif line.startswith("- "):
            entry = re.fullmatch(r"- (true|false): `` (.*) ``: \S.*", line)
            if not entry:
                sys.exit(f"{path}:{number}: expected - OUTCOME: `` CONDITION ``: REASON")
            listed[name, entry[2], entry[1]] += 1
    return listed


def unlisted(sources: list[Source], path: Path) -> list[tuple[Source, Branch]]:
    listed = read_listed(path)
    found = []
    for source in sources:
        for branch, was_taken in source.branches.items():
            key = (source.name, branch.text.removesuffix(" (again)"), branch.outcome)
            if was_taken:
                continue
            if listed[key] > 0:
                listed[key] -= 1
            else:
                found.append((source, branch))
    for name, text, outcome in +listed:
        print(f"taken now, or gone; no need to list it: {name}: {outcome}: {text}")
    return found


def report(options) -> int:
    sources = read_sources(options.report)
    for source in sources:
        print_row(source.name, [source])
    print_row("all", sources)
    chosen = [source for source in sources if READERS_AND_WRITERS.match(source.name)]
    part = print_row("readers and writers", chosen)
    status = 0
    if part < ASKED:
        print(f"expected {ASKED:.0%} of the branches of readers and writers")
        status = 1
    for source, branch in unlisted(chosen, options.listed):
        print(
            f"runtime/{source.name}:{branch.line}: never {branch.outcome}: "
            f"{branch.text}: test it, or list it in {options.listed.name}"
        )
        status = 1
    return status


def missing(options) -> int:
    for source in read_sources(options.report):
        for branch, was_taken in source.branches.items():
            if not was_taken and options.name in source.name:
                print(
                    f"runtime/{source.name}:{branch.line}: "
                    f"never {branch.outcome}: {branch.text}"
                )
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("report")
    command.add_argument("report")
    command.add_argument("--listed", type=Path, default=LISTED)
    command.set_defaults(run=report)
    command = commands.add_parser("missing")
    command.add_argument("report")
    command.add_argument("name", nargs="?", default="")
    command.set_defaults(run=missing)
    options = parser.parse_args()
    sys.exit(options.run(options))


if __name__ == "__main__":
    main()
