#!/usr/bin/env bash
# From nothing to a trained classifier: installs what is missing, builds mlc,
# makes data sets, compiles model.mlir, trains, prints the accuracy.
#   run.sh [--data DIR] [--out DIR]
# --data DIR   the IMDB Large Movie Review Dataset: a folder that holds
#              train.csv and test.csv (label, review), or, as in the release,
#              train/pos, train/neg, test/pos, test/neg; or else the counts
#              train.labeledBow.feat and test.labeledBow.feat, or
#              train/labeledBow.feat and test/labeledBow.feat. Files plain, .xz
#              or .gz. Without it: the synthetic sample in sample/.
# --out DIR    where everything is written (out/ beside this file)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=imdb-mlp
source "$here/../run-example.sh"

begin "$@"
find_reviews counts
make_data --max-features 1000 --value binary
learn

case $train_input in
  *.feat*) ;; # Counts know no words.
  *)
    say "a sentence"
    echo "A wonderful film, one of the best of the year." |
      "$out/$name" predict --weights "$out/weights.safetensors" --text ;;
esac
