"""Adds up the JUnit reports of the test runners named on the command line.

Its last line is `N passed, N failed`. A report that is absent or holds no
test counts as a failure: its runner did not get as far as testing.
"""

import sys
import xml.etree.ElementTree as xml


def count(path):
    """The numbers of passed, failed and skipped tests."""
    try:
        cases = list(xml.parse(path).getroot().iter("testcase"))
    except (OSError, xml.ParseError) as error:
        print(f"{path}: no report: {error}")
        return 0, 1, 0
    if not cases:
        print(f"{path}: no tests")
        return 0, 1, 0
    failed = sum(case.find("failure") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    return len(cases) - failed - skipped, failed, skipped


passed, failed, skipped = map(sum, zip(*map(count, sys.argv[1:])))
if skipped:
    print(f"{skipped} skipped")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
