#!/usr/bin/env python3
"""Shows that the folders of a tree are layers: none uses one that comes later.

    layers.py includes ROOT FOLDER...       by what is included
    layers.py links COMMAND LAYER...        by linking

includes: ROOT's FOLDERs are given in order, the first is the lowest. No file
includes one of a later folder, files in ROOT itself include none of them, and
no circle of files includes itself.

links: COMMAND is a compiler with its options, in one word. A LAYER is
`NAME=ARCHIVE[,ITEM...]`: a static library and what it says it needs, which are
the NAMEs of layers before it, or libraries and options for the linker. Each is
linked whole with these alone, and nothing may be undefined.

Both then plant errors, an include or a call of the next layer, and expect to
find them. Status 1 with a line for each failure.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

Includes = dict[str, list[str]]  # by path below ROOT


def read_includes(root: Path) -> Includes:
    """What files below ROOT include, as paths below it: it may be named from the
    file's folder, from ROOT or with ROOT's own name."""
    paths = [path for path in sorted(root.rglob("*")) if path.suffix in (".h", ".cpp")]
    files = {path.relative_to(root).as_posix() for path in paths}

    def found(path: Path, name: str) -> str:
        beside = (path.parent / name).relative_to(root).as_posix()
        ways = (beside, name.removeprefix(f"{root.name}/"))
        return next((way for way in ways if way in files), name)

    return {
        path.relative_to(root).as_posix(): [
            found(path, name)
            for name in re.findall(
                r'^\s*#\s*include\s+"([^"]+)"', path.read_text(), re.MULTILINE
            )
        ]
        for path in paths
    }


def circle_of(includes: Includes) -> list[str]:
    """A circle of files, the first again as the last; empty where is none."""
    done: set[str] = set()

    def visit(file: str, way: list[str]) -> list[str]:
        if file in way:
            return [*way[way.index(file) :], file]
        if file in done or file not in includes:
            return []
        for included in includes[file]:
            if found := visit(included, [*way, file]):
                return found
        done.add(file)
        return []

    for file in includes:
        if found := visit(file, []):
            return found
    return []


def include_errors(includes: Includes, folders: list[str]) -> list[str]:
    def layer(file: str) -> int:
        folder = file.split("/")[0]
        return folders.index(folder) if folder in folders else -1

    errors = [
        f"{file} includes {included}, of a later layer"
        for file, names in includes.items()
        for included in names
        if included in includes and layer(included) > layer(file)
    ]
    if circle := circle_of(includes):
        errors.append("a circle of files: " + " -> ".join(circle))
    return errors


def check_includes(root: Path, folders: list[str]) -> list[str]:
    includes = read_includes(root)
    errors = include_errors(includes, folders)
    strangers = {file.split("/")[0] for file in includes if "/" in file} - set(folders)
    errors += [f"{folder}/ is no layer; give it a place" for folder in sorted(strangers)]
    if errors:
        return errors
    first, last = (
        next(file for file in includes if file.startswith(folder + "/") and file.endswith(".h"))
        for folder in (folders[0], folders[-1])
    )
    for wrong in ((first, last), (last, last)):
        planted = {**includes, wrong[0]: [*includes[wrong[0]], wrong[1]]}
        if not include_errors(planted, folders):
            errors.append(f"an include of {wrong[1]} in {wrong[0]} would not be found")
    return errors


class Linker:
    def __init__(self, command: str, layers: list[str], folder: Path):
        self.command = shlex.split(command)
        self.folder = folder
        self.archives: dict[str, str] = {}
        self.needs: dict[str, list[str]] = {}
        for layer in layers:
            name, items = layer.split("=", 1)
            self.archives[name], *self.needs[name] = items.split(",")

    def run(self, *arguments: str) -> str:
        """What was said; empty where it was linked."""
        result = subprocess.run(
            [*self.command, *arguments, "-o", str(self.folder / "linked")],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return result.stdout or "failed" if result.returncode else ""

    def all_needs(self, name: str) -> list[str]:
        """Each before what it needs itself."""
        items: list[str] = []
        for item in self.needs[name]:
            items += [item, *self.all_needs(item)] if item in self.archives else [item]
        return [item for place, item in enumerate(items) if item not in items[place + 1 :]]

    def link(self, name: str, program: str) -> str:
        source = self.folder / "main.cpp"
        # The last layer may have a `main` of its own, which comes first.
        source.write_text(program)
        rest = [self.archives.get(item, item) for item in self.all_needs(name)]
        whole = ["-Wl,--whole-archive", self.archives[name], "-Wl,--no-whole-archive"]
        return self.run(*whole, str(source), *rest, "-Wl,--defsym=mlc_program=0")

    def has_main(self, name: str) -> bool:
        return "main" in defined(self.archives[name])


def defined(archive: str) -> list[str]:
    """The functions that others may call, as the linker calls them."""
    lines = subprocess.run(
        ["nm", "--defined-only", "--extern-only", archive], capture_output=True, text=True
    ).stdout.splitlines()
    return [line.split()[2] for line in lines if re.fullmatch(r"\w+ T \w+", line)]


def check_links(command: str, layers: list[str]) -> list[str]:
    errors = []
    with tempfile.TemporaryDirectory() as folder:
        linker = Linker(command, layers, Path(folder))
        names = list(linker.archives)
        for place, name in enumerate(names):
            later = [need for need in linker.needs[name] if need in names[place:]]
            errors += [f"{name} asks for {need}, a later layer" for need in later]
        if errors:
            return errors
        for name in names:
            program = "" if linker.has_main(name) else "int main() {}\n"
            if said := linker.link(name, program):
                errors.append(f"{name} does not link with {linker.all_needs(name)}:\n{said}")
        if errors:
            return errors
        for name, above in zip(names, names[1:]):
            called = next(f for f in defined(linker.archives[above]) if f != "main")
            call = f'void later() __asm__("{called}");\nint main() {{ later(); }}\n'
            if not re.search("undefined (reference|symbol)", said := linker.link(name, call)):
                errors.append(f"a call of {called} from {name} would not be found:\n{said}")
    return errors


def main() -> int:
    match sys.argv[1:]:
        case ["includes", root, *folders] if folders:
            errors = check_includes(Path(root), folders)
        case ["links", command, *layers] if layers:
            errors = check_links(command, layers)
        case _:
            sys.exit(__doc__)
    print("\n".join(errors) or "no arrow back")
    return 1 if errors else 0


sys.exit(main())
