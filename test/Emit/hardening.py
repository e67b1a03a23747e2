"""Programs read files and requests of strangers, so they are hardened: this
reads what `mlc compile` links, and the objects it makes.

    hardening.py MODEL PREFIX
"""

import re
import subprocess
import sys
from pathlib import Path


def read(*command) -> str:
    return subprocess.run(
        [str(word) for word in command], check=True, capture_output=True, text=True
    ).stdout


def expect(what: bool, message: str) -> None:
    if not what:
        sys.exit("hardening: " + message)


def check_program(path: Path) -> None:
    header, segments = read("readelf", "-hW", path), read("readelf", "-lW", path)
    dynamic, notes = read("readelf", "-dW", path), read("readelf", "-nW", path)
    expect("DYN (" in header, "no position-independent executable")
    # Full RELRO: the table of calls is filled at the start, and then read-only.
    expect("GNU_RELRO" in segments and "NOW" in dynamic, "no full RELRO")
    stack = re.search(r"GNU_STACK.*", segments)
    expect(stack is not None and "E" not in stack.group().split()[6], "an executable stack")
    expect(" RWE " not in segments, "memory that can be written and executed")
    expect("TEXTREL" not in dynamic, "code that is written when it is loaded")
    expect("SHSTK" in notes, "not marked for shadow stacks")


def check_object(path: Path) -> None:
    """Indirect calls end at ENDBR64, and the stack is left as it was."""
    expect("IBT, SHSTK" in read("readelf", "-nW", path), f"{path}: no -fcf-protection")


def main() -> None:
    model, prefix = sys.argv[1], sys.argv[2]
    read("mlc", "compile", model, "-o", prefix)
    read("mlc", "compile", model, "--emit", "obj", "-o", prefix + ".o")
    check_program(Path(prefix))
    check_object(Path(prefix + ".o"))


main()
