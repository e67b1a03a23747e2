"""Compares the roles of a dialect's table with the list that the runtime shares:
the same names and texts in the same order, and the compiler's own after them.

roles.py TABLE LIST
"""

import pathlib
import re
import sys

table, shared = (pathlib.Path(path).read_text() for path in sys.argv[1:])
kind = table[table.index("def Mlc_RoleKind") :]
roles = re.findall(r'I32EnumAttrCase<"(\w+)", \d+, "(\w+)">', kind[: kind.index("]>")])
listed = re.findall(r'^MLC_ROLE\((\w+), "(\w+)"', shared, flags=re.M)
if not listed:
    sys.exit("expected roles in the list")
if roles[: len(listed)] != listed:
    sys.exit(f"expected the roles {listed}, but the table has {roles}")
