"""A program is a function of its model and of mlc: compiled at another place, by
an mlc at another place, under other names and at another time, it has the same
bytes, and none of them tells where the sources were.

    reproducible.py SOURCE BUILD MODEL FOLDER
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def compile_at(mlc: Path, model: Path, folder: Path, name: str) -> bytes:
    """In `folder`, from a copy of the model there, with another environment."""
    folder.mkdir(parents=True)
    shutil.copy(model, folder / f"{name}.mlir")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C"}
    subprocess.run(
        [mlc, "compile", f"{name}.mlir", "-o", name], check=True, cwd=folder, env=environment
    )
    return (folder / name).read_bytes()


def move(build: Path, folder: Path) -> Path:
    """The compiler and its archives at another place, as an installation has them."""
    (folder / "bin").mkdir(parents=True)
    shutil.copytree(build / "lib" / "mlc", folder / "lib" / "mlc", copy_function=os.link)
    os.link(build / "bin" / "mlc", folder / "bin" / "mlc")
    return folder / "bin" / "mlc"


def difference(one: bytes, other: bytes) -> str:
    place = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), len(one))
    return f"{len(one)} and {len(other)} bytes, which differ from byte {place} on"


def main() -> int:
    source, build, model, folder = (Path(word) for word in sys.argv[1:])
    shutil.rmtree(folder, ignore_errors=True)
    first = compile_at(build / "bin" / "mlc", model, folder / "one", "model")
    moved = move(build, folder / "moved")
    second = compile_at(moved, model, folder / "another" / "place", "other-name")
    if first != second:
        print(difference(first, second))
        return 1
    for place in (source, build, folder):
        if str(place).encode() in first:
            print(f"the program tells of {place}")
            return 1
    return 0


sys.exit(main())
