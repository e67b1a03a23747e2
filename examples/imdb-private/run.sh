#!/usr/bin/env bash
# From nothing to a classifier whose weights tell little of any one review:
# installs what is missing, builds mlc, makes data sets, compiles model.mlir,
# trains it for several epsilons, prints the accuracy of each.
#   run.sh [--data DIR] [--out DIR]
# --data DIR   the IMDB Large Movie Review Dataset: a folder that holds
#              train.csv and test.csv (label, review), or, as in the release,
#              train/pos, train/neg, test/pos, test/neg; or else the counts
#              train.labeledBow.feat and test.labeledBow.feat, or
#              train/labeledBow.feat and test/labeledBow.feat. Files plain, .xz
#              or .gz. Without it: the synthetic sample of imdb-mlp.
# --out DIR    where everything is written (out/ beside this file)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=imdb-private
source "$here/../run-example.sh"

begin "$@"
find_reviews counts
make_data --max-features 1000 --value binary
# A step takes 2048 of 25,000 rows on average; of the sample, which has fewer
# rows, a tenth.
batch=2048
[ -n "$data" ] || batch=150
say "compile model.mlir"
"$mlc" compile "$here/model.mlir" --batch $batch -o "$out/$name"
for epsilon in 1 3 8; do
  say "epsilon $epsilon"
  # The noise is relatively larger where epsilon is smaller, and so is the rate
  # that suits it.
  case $epsilon in 1) rate=0.8 ;; 3) rate=1.2 ;; 8) rate=1.8 ;; esac
  "$out/$name" train --data "$out/train.safetensors" --epsilon $epsilon \
    --public-vocabulary --learning-rate $rate -q \
    -o "$out/weights-$epsilon.safetensors"
  "$out/$name" eval --data "$out/test.safetensors" \
    --weights "$out/weights-$epsilon.safetensors"
  "$out/$name" info --weights "$out/weights-$epsilon.safetensors" | grep privacy
done
[ -n "$data" ] ||
  echo "(of the synthetic sample; it says nothing about real reviews)"
echo "program, data sets and weights: $out"
