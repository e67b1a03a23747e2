#!/usr/bin/env python3
"""Plants one error after another in the runtime and reports whether its unit
tests catch it: bounds off by one, hashes not checked, files not synchronised,
wrong remainders, state that a resumed run does not get back.

    test/Unit/planted.py                 all of PLANTED, about two hours on two cores
    test/Unit/planted.py NAME...         some of them
    test/Unit/planted.py --list          their names

Works in a copy of the repository's last commit (--tree, reused where it is
there), without the compiler. Prints a line for each error and `N caught, N not
caught`; status 0 if all were caught. An error whose place in the source is no
longer there is reported as stale, one that does not build as such, and both count
as not caught: bring the entry up to date.
"""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import planting
from planted_audit import AUDIT
from planted_inputs import INPUTS
from planted_private import PRIVATE
from planted_runs import RUNS
from planting import Planted

# Longer than any of them takes: an error may make it run for ever.
SECONDS = 600

# The programs that test it; those first that end soon.
SUITES = ["characters", "system", "data", "private", "metrics", "report", "cpu", "program", "train", "import", "text", "explain", "serve", "audit", "commands", "fault"]

PLANTED = INPUTS + RUNS + AUDIT + PRIVATE


def ninja_tool(tree: Path, *command: str) -> list[str]:
    return planting.run("ninja", "-C", "build", "-t", *command, cwd=tree).stdout.splitlines()


def made_of(tree: Path, file: str) -> set[str]:
    """The file, or the objects that have the header."""
    if not file.endswith(".h"):
        return {str(tree / file)}
    objects, own = set(), ""
    for line in ninja_tool(tree, "deps"):
        if not line.startswith(" "):
            own = line.split(":")[0]
        elif line.endswith(f"/{file}"):
            objects.add(own)
    return objects


def programs_of(tree: Path, planted: Planted) -> list[str]:
    """Those that the error is in, and those first that are likely to catch it."""
    room = planted.file.lower().split("/")[1:2]
    suites = sorted(SUITES, key=lambda suite: [suite] != room)
    programs = [f"mlc-{suite}-tests" for suite in suites]
    if not planted.file:
        return programs
    parts = made_of(tree, planted.file)
    return [p for p in programs if parts.intersection(ninja_tool(tree, "inputs", p))]


def first_failure(tree: Path, planted: Planted) -> str | None:
    for program in programs_of(tree, planted):
        planting.build(tree, [program])
        command = [tree / "build" / "bin" / program, "--gtest_brief=1", "--gtest_fail_fast"]
        try:
            result = planting.run(*command, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return f"{program}: does not end"
        if result.returncode != 0:
            return f"{program}: {planting.failed_test(result.stdout)}"
    return None


def main() -> int:
    parser = planting.parser_of(__doc__.splitlines()[0])
    suite = planting.Suite(
        planted=PLANTED,
        configure=["cmake", "--preset", "release", "-DMLC_BUILD_COMPILER=OFF"],
        targets=[f"mlc-{name}-tests" for name in SUITES],
        first_failure=first_failure,
    )
    return planting.main(parser, parser.parse_args(), suite)


if __name__ == "__main__":
    sys.exit(main())
