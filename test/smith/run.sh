#!/usr/bin/env bash
# Checks random models against the reference (README.md):
#   test/smith/run.sh --programs 20000 --seed 1 [--findings FOLDER]
# Any other option of mlc-smith may follow. The programs are shared among
# processes, one a core; failing models are reduced and written to FOLDER
# (build/smith-findings). Status 0 if nothing was found.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
programs=100 seed=1 findings=$root/build/smith-findings
rest=()
while [ $# -gt 0 ]; do
  case $1 in
  --programs) programs=$2 && shift 2 ;;
  --seed) seed=$2 && shift 2 ;;
  --findings) findings=$2 && shift 2 ;;
  *) rest+=("$1") && shift ;;
  esac
done

smith=$root/build/bin/mlc-smith
if [ ! -x "$smith" ]; then
  cmake --preset release -S "$root"
  cmake --build "$root/build" --target mlc-smith
fi

cores=$(nproc)
processes=()
for ((core = 0; core < cores; ++core)); do
  first=$((programs * core / cores)) end=$((programs * (core + 1) / cores))
  "$smith" --programs $((end - first)) --seed $((seed + first)) \
    --findings "$findings" "${rest[@]}" &
  processes+=($!)
done
status=0
for process in "${processes[@]}"; do
  wait "$process" || status=1
done
exit $status
