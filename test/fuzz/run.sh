#!/usr/bin/env bash
# Builds the fuzz targets, with AddressSanitizer and UBSan, and runs them from
# their corpora. What they find is left in build-fuzz/findings/; status 1 then.
#   run.sh [--seconds N | --hours N | --total N | --build] [--merge] [TARGET...]
# --seconds N  time for each target (60)
# --total N    seconds for all of them together, one process a core, and random
#              numbers that are the same each time
# --build      run none
# --merge      add to corpus/ what reaches new code, as few inputs as do
# TARGET       a folder of corpus/ (all)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build-fuzz

seconds=60 total='' build_only=no merge=no targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --seconds | --hours | --total)
      [[ "${2:-}" =~ ^[0-9]+$ ]] || { echo "run.sh: $1 needs a number" >&2; exit 2; }
      case $1 in
        --seconds) seconds=$2 ;;
        --hours) seconds=$((3600 * $2)) ;;
        --total) total=$2 ;;
      esac
      shift 2 ;;
    --build) build_only=yes; shift ;;
    --merge) merge=yes; shift ;;
    -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;;
    *)
      [ -d "$here/corpus/$1" ] || { echo "run.sh: unknown target: $1" >&2; exit 2; }
      targets+=("$1"); shift ;;
  esac
done
if [ ${#targets[@]} -eq 0 ]; then
  targets=($(ls "$here/corpus"))
fi

"$root/test/setup.sh" --fuzz
mkdir -p "$build"
# The compiler by the environment: as an option, it makes CMake forget the other
# options where the folder is there already.
CC=clang-22 CXX=clang++-22 \
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DMLC_BUILD_TESTS=OFF -DMLC_BUILD_FUZZERS=ON \
  -DMLC_SANITIZE=fuzzer-no-link,address,undefined \
  -DCMAKE_CXX_FLAGS=-fno-sanitize-recover=all >"$build/cmake.log" 2>&1 ||
  { cat "$build/cmake.log" >&2; exit 1; }
cmake --build "$build" --target "${targets[@]/%/-fuzzer}"
[ $build_only = no ] || exit 0

# Leaves its result in $build/TARGET.log and the findings.
run_target() {
  local target=$1 new=$build/corpus/$1 findings=$build/findings/$1
  mkdir -p "$new" "$findings"
  # An input of a few kB that takes a GB of memory or 10 s is a finding too.
  "$build/bin/$target-fuzzer" -seed="$seed" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=1024 -max_len=8192 -artifact_prefix="$findings/" \
    -print_final_stats=1 "$new" "$here/corpus/$target" \
    >"$build/$target.log" 2>&1 || touch "$findings/failed"
  # On a busy machine a pause looks like an input that takes long: try again.
  for input in "$findings"/slow-unit-* "$findings"/timeout-*; do
    if [ -e "$input" ] && timeout 10 "$build/bin/$target-fuzzer" "$input" 2>/dev/null; then
      rm "$input"
    fi
  done
  if [ "$(ls "$findings")" = failed ] && grep -q "libFuzzer: timeout" "$build/$target.log"; then
    rm "$findings/failed"
  fi
  if [ $merge = yes ]; then
    "$build/bin/$target-fuzzer" -merge=1 "$here/corpus/$target" "$new" 2>/dev/null
  fi
}

processes=1 seed=0 # another one each time
if [ -n "$total" ]; then
  seed=1
  processes=$(nproc) seconds=$((total / ${#targets[@]}))
  # libFuzzer takes 0 for no end.
  [ $seconds -gt 0 ] || { echo "run.sh: --total: less than a second each" >&2; exit 2; }
fi
rm -f "$build"/findings/*/failed
for target in "${targets[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$processes" ]; do
    wait -n || true
  done
  run_target "$target" &
done
wait

status=0
for target in "${targets[@]}"; do
  echo "== $target, $seconds s"
  grep -E '^(stat::number_of_executed|stat::peak_rss|==|SUMMARY|a message)' \
    "$build/$target.log" | sort -u || true
  if [ -n "$(ls -A "$build/findings/$target")" ]; then
    echo "findings in $build/findings/$target" >&2
    status=1
  fi
done
[ $status = 0 ] && echo "no findings" || echo "logs: $build/*.log" >&2
exit $status
