#!/usr/bin/env bash
# From raw reviews to a classifier of 10 kB that says why: trains a large one,
# makes a small one of it, and serves that at http://127.0.0.1:PORT/, where a
# page shades the words that an answer is made of, until Ctrl-C.
#   run.sh [--data DIR] [--out DIR] [--port PORT] [--check]
# --data DIR   the IMDB Large Movie Review Dataset: a folder that holds
#              train.csv and test.csv (label, review), or, as in the release,
#              train/pos, train/neg, test/pos, test/neg; files plain, .xz or
#              .gz. Without it: a synthetic sample.
# --out DIR    where everything is written (out/ beside this file)
# --port PORT  where it listens (8000; 0 takes a free one)
# --check      asks it once, as the line that is printed does, and ends it
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=imdb-tiny
source "$here/../run-example.sh"

begin "$@"
find_reviews
learn_bigrams

say "make it small"
rm -rf "$out/small"
"$mlc" compress "$model" --weights "$out/weights.safetensors" \
  --data "$out/train.safetensors" --features 1000 --units 4 --bits 4 \
  -o "$out/small"
say "a program with the small weights inside, which needs no other file"
"$mlc" compile "$out/small/model.mlir" --weights "$out/small/weights.xz" \
  -o "$out/tiny"
"$out/tiny" eval --data "$test_input" "${test_options[@]}"
echo "the model: $(cat "$out/small/model.mlir" "$out/small/weights.xz" | wc -c)" \
  "bytes in $out/small"
say "why it says so"
text=$(known_text "A wonderful film, but the end is awful.")
echo "$text" | "$out/tiny" explain --text

start_server "$out/tiny" --port "$port"
ask_server explain \
  '{"inputs":[{"name":"text","datatype":"BYTES","shape":[1,1],"data":["'"$text"'"]}]}'
end_server $check
