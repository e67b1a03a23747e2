"""Compares the steps of two modules, op by op.

same_steps.py ONE OTHER

Everything from the first function on must be the same, but for the order of
constants and the numbers of values, which follow from what has been removed.
"""

import difflib
import pathlib
import re
import sys

CONSTANT = re.compile(r"^ *(%\S+) = arith\.constant (.*)$")
VALUE = re.compile(r"%[A-Za-z0-9_]+")


def steps(path):
    text = pathlib.Path(path).read_text()
    lines = text[text.index("  func.func") :].splitlines()
    constants, values, found = {}, {}, []

    def renamed(value):
        name = value[0]
        return constants.get(name) or values.setdefault(name, f"%{len(values)}")

    for line in lines:
        if line.startswith("  func.func"):
            constants, values = {}, {}
        if constant := CONSTANT.match(line):
            constants[constant[1]] = f"({constant[2]})"
        else:
            found.append(VALUE.sub(renamed, line))
    return found


one, other = (steps(path) for path in sys.argv[1:])
if not one:
    sys.exit("expected steps to compare")
difference = list(difflib.unified_diff(one, other, *sys.argv[1:], lineterm=""))
print("\n".join(difference))
sys.exit(bool(difference))
