#!/usr/bin/env bash
# From nothing to a trained classifier: installs what is missing, builds mlc,
# makes data sets, compiles model.mlir, trains, prints the accuracy.
#   run.sh [--data DIR] [--out DIR]
# --data DIR   the IMDB Large Movie Review Dataset: a folder that holds
#              train.labeledBow.feat and test.labeledBow.feat, or, as in the
#              release, train/labeledBow.feat and test/labeledBow.feat; each
#              plain, .xz or .gz. Without it: the synthetic sample in sample/.
# --out DIR    where everything is written (out/ beside this file)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

say() { echo "== $*"; }
fail() { echo "run.sh: $*" >&2; exit 1; }
usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

data="" out=$here/out
while [ $# -gt 0 ]; do
  case $1 in
    --data | --out)
      [ -n "${2:-}" ] || { echo "run.sh: $1 needs a folder" >&2; exit 2; }
      [ "$1" = --data ] && data=$2 || out=$2
      shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "run.sh: unknown argument: $1" >&2; usage >&2; exit 2 ;;
  esac
done

# find_file NAME...: the first of these that is in $data, plain or compressed.
find_file() {
  local name ending
  for name; do
    for ending in "" .xz .gz; do
      [ ! -f "$data/$name$ending" ] || { echo "$data/$name$ending"; return; }
    done
  done
  return 1
}
find_reviews() {
  find_file "$1.labeledBow.feat" "$1/labeledBow.feat" ||
    fail "$data: no $1.labeledBow.feat and no $1/labeledBow.feat in it" \
         "(plain, .xz or .gz); give the folder of the IMDB data set"
}

if [ -n "$data" ]; then
  [ -d "$data" ] || fail "$data: no such folder"
  data=$(cd "$data" && pwd)
  train_reviews=$(find_reviews train)
  test_reviews=$(find_reviews test)
  words=$(find_file imdb.vocab) || words=""
else
  train_reviews=$here/sample/train.feat.xz
  test_reviews=$here/sample/test.feat.xz
  words=$here/sample/vocabulary.txt
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)

say "setup"
"$root/test/setup.sh"

say "build mlc"
(cd "$root" && cmake --preset release >"$out/configure.log" 2>&1) ||
  { cat "$out/configure.log" >&2; fail "configuring failed"; }
cmake --build "$root/build" --target mlc
mlc=$root/build/bin/mlc

say "data sets, from $train_reviews and its test part"
[ -n "$data" ] ||
  echo "These reviews are synthetic: a generator's output, not written by people."
"$mlc" data "$train_reviews" --positive-from 7 --max-features 1000 \
  --value binary ${words:+--vocabulary "$words"} -o "$out/train.safetensors"
"$mlc" data "$test_reviews" --like "$out/train.safetensors" \
  -o "$out/test.safetensors"

say "compile $here/model.mlir"
"$mlc" compile "$here/model.mlir" -o "$out/imdb-mlp"

say "train"
"$out/imdb-mlp" train --data "$out/train.safetensors" \
  --test "$out/test.safetensors" -o "$out/weights.safetensors"

say "accuracy on the test reviews, from the saved weights"
"$out/imdb-mlp" eval --data "$out/test.safetensors" \
  --weights "$out/weights.safetensors"
[ -n "$data" ] || echo "(of the synthetic sample; it says nothing about real reviews)"
echo "program, data sets and weights: $out"
