#!/usr/bin/env bash
# From nothing to a classifier of star ratings: installs what is missing, builds mlc,
# makes data sets, compiles model.mlir, trains, prints its accuracy.
#   run.sh [--data DIR] [--out DIR]
# --data DIR   the IMDB Large Movie Review Dataset: a folder that holds
#              train.csv and test.csv (label, review), train.meta.csv and
#              test.meta.csv (a column rating), or,
#              as in the release, train/pos, train/neg, test/pos, test/neg;
#              files plain, .xz or .gz. Without it: a synthetic sample.
# --out DIR    where everything is written (out/ beside this file)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=imdb-ratings
source "$here/../run-example.sh"

begin "$@"
find_reviews ratings
make_data --labels stars --ngrams 1..2 --min-df 2 --select chi2 \
  --max-features 20000 --value tfidf --normalize l2
learn
