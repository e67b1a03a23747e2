"""Compares the attributes in a dialect's page with those that its source names.

attributes.py PAGE SOURCE
"""

import pathlib
import re
import sys

page, source = (pathlib.Path(path).read_text() for path in sys.argv[1:])
documented = set(re.findall(r"^\| `(mlc\.[a-z_]+)`", page, flags=re.M))
known = set(re.findall(r'"(mlc\.[a-z_]+)"', source))
if not documented:
    sys.exit("expected attributes in the page")
for name in sorted(documented ^ known):
    print(f"{name}: only in the {'page' if name in documented else 'source'}")
sys.exit(documented != known)
