#!/usr/bin/env bash
# Everything that takes longer than test/run.sh; some hours on two cores.
#   test/nightly.sh [CHECK...]      all of them, in this order:
#   gcc        builds with GCC, without precompiled headers, and runs the suite
#   tidy       clang-tidy on all sources
#   asan       the compiler, its programs and the runtime under AddressSanitizer
#              and UndefinedBehaviorSanitizer
#   tsan       the runtime under ThreadSanitizer; in asan and tsan also a server
#              that is asked well and badly for ten minutes
#   planted    errors planted in the sources, each of which a test must catch
#   smith      20,000 random programs, and 300 on the emulated GPU
#   kills      hundreds of SIGKILLs in real training, each resumed
#   coverage   which branches of readers and writers the tests reach
#   fuzz       ten minutes for each fuzz target
# A check goes on where another has failed; status 1 if one did. What each
# printed stands in build-nightly/CHECK.log.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
readonly all=(gcc tidy asan tsan planted smith kills coverage fuzz)
readonly lit=/usr/lib/llvm-22/bin/lit

build() { cmake --preset "$1" && cmake --build --preset "$1"; }

check_gcc() {
  build gcc
  ctest --test-dir build-gcc --output-on-failure
  "$lit" build-gcc/test
}
check_tidy() { build release && test/tidy.py --all; }
check_asan() {
  build asan-runtime
  ctest --preset asan-runtime
  build asan
  ctest --preset asan
  "$lit" build-asan/test
  build release
  test/Integration/serve/sanitized.sh address --seconds 600
}
check_tsan() {
  build tsan && ctest --preset tsan
  build release
  test/Integration/serve/sanitized.sh thread --seconds 600
}
check_planted() {
  test/Unit/planted.py
  test/smith/planted.py
  test/Integration/GPU/planted.py
}
check_smith() {
  local seed
  seed=$(date +%Y%m%d)
  echo "seed $seed"
  build release
  test/smith/run.sh --programs 20000 --seed "$seed"
  test/smith/run.sh --gpu --programs 300 --seed "$seed"
}
check_kills() {
  build release
  PATH=$root/build/bin:$PATH test/Integration/kill/kill.py --kills 500
}
check_coverage() { test/coverage.sh; }
check_fuzz() { test/fuzz/run.sh --seconds 600; }

checks=("$@")
[ $# -gt 0 ] || checks=("${all[@]}")
for check in "${checks[@]}"; do
  if [[ " ${all[*]} " != *" $check "* ]]; then
    echo "nightly.sh: unknown check: $check; there are: ${all[*]}" >&2
    exit 2
  fi
done

test/setup.sh --fuzz
mkdir -p build-nightly
failed=()
for check in "${checks[@]}"; do
  log=build-nightly/$check.log
  printf '%s %s ... ' "$(date +%T)" "$check"
  # In a shell of its own, which ends at the first command that fails.
  if bash -c "set -euo pipefail; $(declare -f); root=$root lit=$lit; check_$check" \
    >"$log" 2>&1; then
    echo "passed"
  else
    echo "FAILED; the end of $log:"
    tail -n 20 "$log"
    failed+=("$check")
  fi
done
[ ${#failed[@]} -eq 0 ] || { echo "failed: ${failed[*]}"; exit 1; }
