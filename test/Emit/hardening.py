"""Programs read files and requests of strangers, so they are hardened: this
reads what `mlc compile` links, the objects it makes, and the runtime's archives.

    hardening.py ARCHIVES MODEL PREFIX
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
    imports = read("readelf", "--dyn-syms", "-W", path)
    expect("DYN (" in header, "no position-independent executable")
    # Full RELRO: the table of calls is filled at the start, and then read-only.
    expect("GNU_RELRO" in segments and "NOW" in dynamic, "no full RELRO")
    stack = re.search(r"GNU_STACK.*", segments)
    expect(stack is not None and "E" not in stack.group().split()[6], "an executable stack")
    expect(" RWE " not in segments, "memory that can be written and executed")
    expect("TEXTREL" not in dynamic, "code that is written when it is loaded")
    expect("SHSTK" in notes, "not marked for shadow stacks")
    expect("__stack_chk_fail" in imports, "no stack protector")
    expect(re.search(r"__\w+_chk\b", imports.replace("__stack_chk_fail", "")) is not None,
           "no fortified call")  # fmt: skip


def check_objects(path: Path) -> None:
    """Each of an archive's, or an object: indirect calls end at ENDBR64, and the
    stack is left as it was."""
    parts = re.split(r"^File: ", read("readelf", "-nW", path), flags=re.MULTILINE)
    for part in parts[1:] or parts:
        name = part.splitlines()[0] if parts[1:] else path
        expect("IBT, SHSTK" in part, f"{path}: {name} is compiled without -fcf-protection")


def main() -> None:
    archives, model, prefix = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    read("mlc", "compile", model, "-o", prefix)
    read("mlc", "compile", model, "--emit", "obj", "-o", prefix + ".o")
    check_program(Path(prefix))
    check_objects(Path(prefix + ".o"))
    ours = sorted(archives.glob("libmlc-*.a"))
    expect(len(ours) > 5, f"{archives}: no archives of the runtime")
    for archive in ours:
        check_objects(archive)


main()
