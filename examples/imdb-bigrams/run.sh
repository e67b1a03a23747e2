#!/usr/bin/env bash
# From nothing to a classifier of 300,000 features: installs what is missing, builds mlc,
# makes data sets, compiles model.mlir, trains, prints its accuracy.
#   run.sh [--data DIR] [--out DIR]
# --data DIR   the IMDB Large Movie Review Dataset: a folder that holds
#              train.csv and test.csv (label, review), or,
#              as in the release, train/pos, train/neg, test/pos, test/neg;
#              files plain, .xz or .gz. Without it: a synthetic sample.
# --out DIR    where everything is written (out/ beside this file)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=imdb-bigrams
source "$here/../run-example.sh"

begin "$@"
find_reviews
learn_bigrams
