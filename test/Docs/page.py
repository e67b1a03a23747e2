"""What the tests read in a dialect's reference page.

page.py examples PAGE             prints its examples, one a chunk of
                                  `mlc-opt --split-input-file`; fails where an
                                  op has none and refers to none
page.py constraints PAGE FOLDER   compares its constraints (C1, C2, ...) with
                                  the cases in FOLDER's *-errors.mlir, each of
                                  which starts with a line `// graph.relu (C1)`
"""

import pathlib
import re
import sys


def sections(page):
    """The op or attribute that each section tells of, and the section's text."""
    title = re.search(r"^# '(\w+)' Dialect$", page, flags=re.M)
    dialect = title[1] if title else ""
    parts = re.split(r"^#{3,4} (?:`(\S+)` \(.*\)|(\w+)Attr)$", page, flags=re.M)
    for op, attribute, text in zip(parts[1::3], parts[2::3], parts[3::3]):
        yield op or f"#{dialect}.{attribute.lower()}", text


def examples(page):
    chunks = re.findall(r"^```mlir\n(.*?)^```$", page, flags=re.M | re.S)
    for name, text in sections(page):
        if not name.startswith("#") and "Example" not in text:
            sys.exit(f"{name}: expected an example")
        if re.search(r"^ +```mlir", text, flags=re.M):
            sys.exit(f"{name}: expected an example that is not indented")
    if not chunks:
        sys.exit("expected examples in the page")
    print("\n// -----\n\n".join(chunks))


def documented(page):
    for name, text in sections(page):
        for number in re.findall(r"^- \((C\d+)\)", text, flags=re.M):
            yield f"{name} ({number})"
        # "Constraints (C1) to (C3): as `adam`."
        span = re.search(r"^Constraints \(C1\) to \(C(\d+)\): as", text, re.M)
        for number in range(1, int(span[1]) + 1 if span else 1):
            yield f"{name} (C{number})"


def tested(folder):
    for file in sorted(pathlib.Path(folder).glob("*-errors.mlir")):
        yield from re.findall(
            r"^ *// (\S+ \(C\d+\))$", file.read_text(), flags=re.M
        )


def constraints(page, folder):
    expected, actual = set(documented(page)), set(tested(folder))
    if not expected:
        sys.exit("expected constraints in the page")
    for case in sorted(expected - actual):
        print(f"{case}: no case in {folder} breaks it")
    for case in sorted(actual - expected):
        print(f"{case}: there is no such constraint")
    sys.exit(expected != actual)


command, page_path, *rest = sys.argv[1:]
page_text = pathlib.Path(page_path).read_text()
{"examples": examples, "constraints": constraints}[command](page_text, *rest)
