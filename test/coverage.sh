#!/usr/bin/env bash
# Prints what the runtime's unit tests run of it, by file: lines, then branches
# (those that only exceptions of other functions take are not counted).
#   test/coverage.sh [--missing FILE]     --missing: the lines that none runs
# Builds in build-coverage/, without the compiler.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "${1:-}" != --missing ]; then
  test/setup.sh
  cmake --preset coverage >&2
  cmake --build --preset coverage >&2
  find build-coverage -name '*.gcda' -delete
  ctest --test-dir build-coverage --parallel "$(nproc)" --output-on-failure \
    --exclude-regex Format >&2
fi

report=(gcovr --root . --filter runtime/ --exclude-throw-branches
  --exclude-unreachable-branches --gcov-ignore-parse-errors build-coverage)
if [ "${1:-}" = --missing ]; then
  "${report[@]}" --filter "$2" --json /dev/stdout | python3 -c '
import json, sys
for file in json.load(sys.stdin)["files"]:
    for line in file["lines"]:
        branches = [b["count"] for b in line["branches"] if not b.get("throw")]
        if not line.get("gcovr/noncode") and (line["count"] == 0 or 0 in branches):
            print("%s:%d: run %d times, branches %s" % (
                file["file"], line["line_number"], line["count"], branches))'
  exit
fi
echo "== lines"
"${report[@]}"
echo "== branches"
"${report[@]}" --branches
