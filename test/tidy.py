#!/usr/bin/env python3
"""Runs clang-tidy with the checks of .clang-tidy; status 1 where it finds
something.

    test/tidy.py [--since COMMIT] [--seconds N]   the lines changed since COMMIT
    test/tidy.py --all [--seconds N]              all sources

COMMIT is the last but one where nothing else is said. A changed header is
checked in the source of its name, or else in the first that includes it. What
takes longer than N seconds in all, 50 where lines are checked, is named and left
to test/nightly.sh. Needs build/, as `cmake --preset release` makes it and `cmake
--build build` fills it with generated headers.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("dialects", "include", "lib", "runtime", "test", "tools")
TOOL = "clang-tidy-22"

Lines = dict[str, list[list[int]]]  # first and last of each piece, by file


# Where the commands are that compile each source by itself.
COMMANDS = ROOT / "build" / "tidy"


def make_commands() -> None:
    """As for build/, whose generated and precompiled headers they use."""
    if not (ROOT / "build" / "compile_commands.json").exists():
        sys.exit("tidy.py: build/ is missing; run cmake --preset release")
    subprocess.run(["cmake", "--preset", "edit", "-B", COMMANDS], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    database = COMMANDS / "compile_commands.json"
    database.write_text(database.read_text().replace(str(COMMANDS), str(COMMANDS.parent)))


def sources() -> list[str]:
    """All that is compiled, below ROOT."""
    database = COMMANDS / "compile_commands.json"
    files = {Path(entry["directory"], entry["file"]) for entry in json.loads(database.read_text())}
    relative = (os.path.relpath(file, ROOT) for file in files)
    return sorted(file for file in relative if file.startswith(FOLDERS))


def changed_lines(commit: str) -> Lines:
    diff = subprocess.run(
        ["git", "diff", "-U0", "--no-color", commit, "--", *FOLDERS],
        cwd=ROOT, capture_output=True, text=True,
    )
    if diff.returncode != 0:
        sys.exit(f"tidy.py: {diff.stderr.strip()}")
    lines: Lines = {}
    name = ""
    for line in diff.stdout.splitlines():
        if found := re.match(r"\+\+\+ b/(.*)", line):
            name = found[1]
        elif found := re.match(r"@@ \S+ \+(\d+)(?:,(\d+))? @@", line):
            first, count = int(found[1]), int(found[2] or 1)
            if count and name.endswith((".cpp", ".h")):
                lines.setdefault(name, []).append([first, first + count - 1])
    return lines


def sources_of(files, all_sources: list[str]) -> list[str]:
    """In which `files` are compiled."""
    known = set(all_sources)
    found = []
    for file in files:
        same = file.removesuffix(".h") + ".cpp"
        if file.endswith(".cpp"):
            found += [file] if file in known else []
        elif same in known:
            found.append(same)
        else:
            include = re.compile(rf'#include "(?:.*/)?{re.escape(Path(file).name)}"')
            users = (s for s in all_sources if include.search((ROOT / s).read_text()))
            found += [user for user in users][:1]
    return list(dict.fromkeys(found))


def findings(source: str, lines: Lines | None, deadline: float) -> str | None:
    """What is wrong; None where there was no time."""
    left = deadline - time.monotonic()
    if left <= 0:
        return None
    # Of all headers but those of the system.
    command = [TOOL, "-p", str(COMMANDS), "--quiet", "--warnings-as-errors=*", "--header-filter=.*"]
    if lines is not None:
        # As a path ends, whichever way the file was included.
        pieces = [{"name": "/".join(Path(name).parts[-2:]), "lines": where}
                  for name, where in lines.items()]
        command.append(f"--line-filter={json.dumps(pieces)}")
    try:
        done = subprocess.run([*command, source], cwd=ROOT, capture_output=True,
                              text=True, timeout=left)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode == 0:
        return ""
    return done.stdout or done.stderr


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--since", default="HEAD~1", metavar="COMMIT")
    parser.add_argument("--seconds", type=float)
    options = parser.parse_args()
    make_commands()
    lines = None if options.all else changed_lines(options.since)
    units = sources() if lines is None else sources_of(lines, sources())
    seconds = options.seconds or (float("inf") if options.all else 50)
    deadline = time.monotonic() + seconds
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda unit: findings(unit, lines, deadline), units)
        results = dict(zip(units, results))
    wrong = {unit: text for unit, text in results.items() if text}
    for text in wrong.values():
        print(text, end="")
    if late := [unit for unit, text in results.items() if text is None]:
        print("no time for", *late)
    print(f"{len(units) - len(late)} files checked, {len(wrong)} with findings")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
