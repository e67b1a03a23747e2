#!/usr/bin/env bash
# The test command: installs what is missing, builds everything in build/ and
# runs every test. Where CI is "true", a warning fails the build. Ends with
# `N passed, N failed`; status 0 if none failed.
# Tests on the real IMDB set look for it in the folder named by MLC_IMDB_DATA,
# else in ../shared/data/imdb beside the repository, and else are skipped.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

"$root/test/setup.sh"
echo "== build"
warnings=OFF
[ "${CI:-}" != true ] || warnings=ON
preset=release
# A folder for editing stays one.
! grep -qs '^CMAKE_UNITY_BUILD:.*=OFF' build/CMakeCache.txt || preset=edit
cmake --preset $preset -DMLC_WARNINGS_AS_ERRORS=$warnings
cmake --build --preset release

results=build/test-results
mkdir -p $results
rm -f $results/*.xml

echo "== unit tests"
ctest --test-dir build --parallel "$(nproc)" --output-on-failure \
  --progress --output-junit "$root/$results/unit.xml" || true

echo "== lit tests"
/usr/lib/llvm-22/bin/lit -v --xunit-xml-output $results/lit.xml build/test ||
  true

echo "== all"
python3 test/summary.py $results/unit.xml $results/lit.xml
