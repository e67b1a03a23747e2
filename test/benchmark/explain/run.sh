#!/bin/sh
# Times an explanation beside a prediction of the same rows: the entry points of
# examples/imdb-mlp in closed form, paired in each round, on one thread.
#
# Usage: run.sh DATA WEIGHTS [ROUNDS]
#   DATA, WEIGHTS  a sparse data set of 1,000 features and weights of the example,
#                  such as test/Integration/explain/run.sh leaves in build/explain
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
[ $# -ge 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=${MLC_BUILD:-$root/build}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
"$build/bin/mlc" compile "$root/examples/imdb-mlp/model.mlir" --emit obj -o "$folder/model.o"
libraries=$build/lib/mlc
# shellcheck disable=SC2046
${CXX:-g++} -std=c++20 -O2 -DFMT_HEADER_ONLY -I"$root" -I"$root/include" -I"$build/include" \
  -I"$root/runtime" "$here/measure.cpp" "$folder/model.o" \
  -Wl,--start-group $(ls "$libraries"/libmlc-program.a "$libraries"/libmlc-cpu.a \
    "$libraries"/libmlc-device.a "$libraries"/libmlc-metrics.a "$libraries"/libmlc-data.a \
    "$libraries"/libmlc-system.a "$libraries"/liblzma.a) -Wl,--end-group -pthread -ldl -o "$folder/measure"
taskset -c "${CPU:-0}" "$folder/measure" "$@"
