#!/usr/bin/env bash
# From nothing to a C program with a trained model inside: installs what is
# missing, builds mlc, trains imdb-mlp's model on texts, builds classify.c with a
# library of it, and asks that and classify.py.
#   run.sh [--data DIR] [--out DIR]
# --data DIR   the IMDB Large Movie Review Dataset: a folder that holds
#              train.csv and test.csv (label, review), or,
#              as in the release, train/pos, train/neg, test/pos, test/neg;
#              files plain, .xz or .gz. Without it: a synthetic sample.
# --out DIR    where everything is written (out/ beside this file)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=embed
source "$here/../run-example.sh"

begin "$@"
find_reviews
make_data --max-features 1000 --value tfidf --normalize l2
model=$here/../imdb-mlp/model.mlir
learn
say "a library of the model, and a C program with it"
package=$(cd "$(dirname "$(command -v "$mlc")")/../lib/cmake/mlc" && pwd)
cmake -G Ninja -S "$here" -B "$out/build" -D "mlc_DIR=$package" \
  -D "MODEL=$(realpath "$model")" -D "WEIGHTS=$out/weights.safetensors" \
  >"$out/configure.log"
cmake --build "$out/build" >"$out/build.log" || { cat "$out/build.log" >&2; exit 1; }
say "how good a review is, from C and from Python"
if [ -n "$data" ]; then
  printf '%s\n' "a wonderful film, I loved it" "the worst film ever, a waste of time"
else # Two of the synthetic test reviews, a good one and a bad one.
  for label in 1 0; do
    xzcat "$test_input" |
      awk -F, -v "label=$label" '$1 == label && !done { print $3; done = 1 }'
  done
fi >"$out/lines.txt"
"$out/build/classify" <"$out/lines.txt"
python3 "$here/classify.py" "$out/build/reviews-library/libreviews.so" <"$out/lines.txt"
