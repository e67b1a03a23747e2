"""Plants one error after another in a copy of the source, to see whether the
tests catch it. The lists: smith/planted.py (compiler), Unit/planted.py (runtime),
Integration/GPU/planted.py (what GPUs alone have).
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Planted:
    name: str
    file: str
    right: str  # occurs once in the file
    wrong: str


class NotBuilt(Exception):
    """An error that the compiler refuses, or warns of where warnings are errors: no
    test has seen it."""


@dataclass(frozen=True)
class Suite:
    """What is built of a copy, and how its tests are run."""

    planted: list[Planted]
    configure: list[str]  # the command, which makes build/
    targets: list[str]  # built before the first error
    # Builds what it runs, with one error; the first test that fails, in words;
    # None where all pass, and NotBuilt is raised where it does not build.
    first_failure: Callable[[Path, Planted], str | None]


def run(*command, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **options,
    )


def failed_test(output: str) -> str:
    """The first test that GoogleTest's --gtest_brief=1 tells of."""
    failed = [line for line in output.splitlines() if "FAILED  ]" in line]
    return failed[0].split()[3] if failed else "crashed"


def build(tree: Path, targets: list[str]) -> None:
    result = run("cmake", "--build", "build", "--target", *targets, cwd=tree)
    if result.returncode != 0:
        raise NotBuilt(result.stdout)


def prepare(tree: Path, suite: Suite) -> None:
    """Makes the copy, of the repository's last commit, where it is not there
    already, builds it, and sees that its tests pass."""
    if not (tree / "CMakeLists.txt").exists():
        tree.mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(
            ["git", "-C", REPOSITORY, "archive", "HEAD"], stdout=subprocess.PIPE, check=True
        )
        subprocess.run(["tar", "-x", "-C", tree], input=archive.stdout, check=True)
    # A precompiled header from another copy names files of it, which may be gone.
    os.environ.setdefault("CCACHE_NAMESPACE", str(tree))
    # An error touches one source, so that each is compiled by itself.
    configure = [*suite.configure, "-DCMAKE_UNITY_BUILD=OFF"]
    for step in (configure, ["cmake", "--build", "build", "--target", *suite.targets]):
        result = run(*step, cwd=tree)
        if result.returncode != 0:
            sys.exit(result.stdout + "\nthe source does not build without an error")
    none = type(suite.planted[0])("none", "", "", "")
    failed = suite.first_failure(tree, none)
    if failed:
        sys.exit(f"without an error, there is a failure: {failed}")


def has_place(tree: Path, planted: Planted) -> bool:
    """Whether an error can still be planted; says so if not."""
    path = tree / planted.file
    found = path.exists() and path.read_text().count(planted.right) == 1
    if not found:
        print(f"stale       {planted.name}: {planted.file} has changed", flush=True)
    return found


def plant(tree: Path, planted: Planted, suite: Suite) -> str | None:
    if not has_place(tree, planted):
        return None
    path = tree / planted.file
    right = path.read_text()
    start = time.monotonic()
    path.write_text(right.replace(planted.right, planted.wrong))
    caught, word = None, "NOT CAUGHT"
    try:
        caught = suite.first_failure(tree, planted)
    except NotBuilt:
        word = "NOT BUILT "
    finally:
        path.write_text(right)
    if caught:
        word = "caught    "
    seconds = time.monotonic() - start
    print(f"{word}  {planted.name} ({seconds:.0f} s): {caught}", flush=True)
    return caught


def parser_of(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--list", action="store_true", help="print their names")
    parser.add_argument(
        "--check", action="store_true", help="only see that each has its place in the source"
    )
    parser.add_argument("--tree", type=Path, help="where to build")
    return parser


def main(parser: argparse.ArgumentParser, options: argparse.Namespace, suite: Suite) -> int:
    """Returns the exit status: 0 if all that were chosen were caught."""
    chosen = [p for p in suite.planted if not options.names or p.name in options.names]
    if len(chosen) < len(options.names):
        parser.error("unknown name; see --list")
    if options.list:
        print("\n".join(planted.name for planted in chosen))
        return 0
    if options.check:
        stale = [p for p in chosen if not has_place(REPOSITORY, p)]
        print(f"{len(chosen) - len(stale)} have their place, {len(stale)} do not")
        return 1 if stale else 0
    # Ended from outside, it still takes the error out again.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as folder:
        tree = (options.tree or Path(folder)).absolute()
        prepare(tree, suite)
        missed = [p for p in chosen if not plant(tree, p, suite)]
    print(f"{len(chosen) - len(missed)} caught, {len(missed)} not caught")
    return 1 if missed else 0
