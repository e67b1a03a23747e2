#!/usr/bin/env bash
# Builds the fuzz targets, with AddressSanitizer and UBSan, and runs them from
# their corpora. What they find is left in build-fuzz/findings/; status 1 then.
#   run.sh [--seconds N | --hours N] [--merge] [TARGET...]
# --seconds N  time for each target (60)
# --merge      add to corpus/ what reaches new code, as few inputs as do
# TARGET       csv, embeddings, folder, jsonl, libsvm, lines, text, vectorizer,
#              vocabulary (all)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build-fuzz

seconds=60 merge=no targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --seconds | --hours)
      [[ "${2:-}" =~ ^[0-9]+$ ]] || { echo "run.sh: $1 needs a number" >&2; exit 2; }
      [ "$1" = --seconds ] && seconds=$2 || seconds=$((3600 * $2))
      shift 2 ;;
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
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DCMAKE_C_COMPILER=clang-22 -DCMAKE_CXX_COMPILER=clang++-22 \
  -DMLC_BUILD_TESTS=OFF -DMLC_BUILD_FUZZERS=ON \
  -DMLC_SANITIZE=fuzzer-no-link,address,undefined \
  -DCMAKE_CXX_FLAGS=-fno-sanitize-recover=all >"$build.log" 2>&1 ||
  { cat "$build.log" >&2; exit 1; }
rm "$build.log"
cmake --build "$build" --target "${targets[@]/%/-fuzzer}"

status=0
for target in "${targets[@]}"; do
  new=$build/corpus/$target findings=$build/findings/$target
  mkdir -p "$new" "$findings"
  echo "== $target, $seconds s"
  # An input of a few kB that takes a GB of memory or 10 s is a finding too.
  "$build/bin/$target-fuzzer" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=1024 -max_len=8192 -artifact_prefix="$findings/" \
    -print_final_stats=1 "$new" "$here/corpus/$target" \
    >"$build/$target.log" 2>&1 || status=1
  grep -E '^(stat::number_of_executed|stat::peak_rss|==|SUMMARY|a message)' \
    "$build/$target.log" | sort -u || true
  # On a busy machine a pause looks like an input that takes long: try again.
  for input in "$findings"/slow-unit-* "$findings"/timeout-*; do
    if [ -e "$input" ] && timeout 10 "$build/bin/$target-fuzzer" "$input" 2>/dev/null; then
      rm "$input"
    fi
  done
  [ -z "$(ls -A "$findings")" ] || { echo "findings in $findings" >&2; status=1; }
  if [ $merge = yes ]; then
    "$build/bin/$target-fuzzer" -merge=1 "$here/corpus/$target" "$new" 2>/dev/null
  fi
done
[ $status = 0 ] && echo "no findings" || echo "logs: $build/*.log" >&2
exit $status
