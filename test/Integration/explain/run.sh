#!/bin/sh
# Holds PROGRAM explain to what its documentation says, on all test reviews of
# the IMDB Large Movie Review Dataset: trains examples/imdb-mlp, explains, and
# compares with predictions of changed texts and with an integral in f64.
#
# Usage: run.sh [DATA] [OUT]
#   DATA  the folder of the data set, with train.csv and test.csv, plain, .xz or
#         .gz ($MLC_IMDB where not given); without it the test is skipped
#   OUT   where data sets and programs are kept (build/explain)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
data=${1:-${MLC_IMDB:-}}
out=${2:-$root/build/explain}
mlc=${MLC:-$root/build/bin/mlc}
if [ -z "$data" ] || [ ! -d "$data" ]; then
  echo "explain: skipped, since the IMDB data set is not here; give its folder"
  exit 0
fi
find_file() {
  for file in "$data/$1" "$data/$1.xz" "$data/$1.gz"; do
    [ ! -f "$file" ] || { echo "$file"; return; }
  done
  echo "run.sh: $data: no $1 in it" >&2
  exit 1
}
train=$(find_file train.csv) test=$(find_file test.csv)
mkdir -p "$out"
for kind in binary l2; do
  [ -f "$out/$kind.test.safetensors" ] || {
    options="--max-features 1000 --value binary"
    [ $kind = binary ] || options="--max-features 1000 --value log --normalize l2"
    # shellcheck disable=SC2086
    "$mlc" data "$train" $options -o "$out/$kind.train.safetensors"
    "$mlc" data "$test" --like "$out/$kind.train.safetensors" \
      -o "$out/$kind.test.safetensors"
  }
done
"$mlc" compile "$root/examples/imdb-mlp/model.mlir" -o "$out/mlp"
"$mlc" compile "$here/deep.mlir" -o "$out/deep"
for run in "mlp binary 0" "mlp binary 1" "mlp l2 0" "deep binary 0"; do
  set -- $run
  "$out/$1" train --data "$out/$2.train.safetensors" --seed "$3" -q \
    -o "$out/$1.$2.$3.safetensors"
done
exec python3 "$here/explain.py" "$out" "$test"
