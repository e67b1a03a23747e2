#!/usr/bin/env bash
# From nothing to a server with a page: installs what is missing, builds mlc,
# trains the classifier of ../imdb-mlp on film reviews, and serves it at
# http://127.0.0.1:PORT/ until Ctrl-C.
#   run.sh [--data DIR] [--out DIR] [--port PORT] [--check]
# --data DIR   the IMDB Large Movie Review Dataset, as ../imdb-mlp/run.sh takes
#              it; without it: a synthetic sample
# --out DIR    where everything is written (out/ beside this file)
# --port PORT  where it listens (8000; 0 takes a free one)
# --check      asks it once, as the lines that are printed do, and ends it
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=reviews
source "$here/../run-example.sh"

begin "$@"
find_reviews
model=$root/examples/imdb-mlp/model.mlir
make_data --max-features 1000 --value binary
learn

start_server "$out/$name" --weights "$out/weights.safetensors" --port "$port"
text=$(known_text "A wonderful film.")
ask_server infer \
  '{"inputs":[{"name":"text","datatype":"BYTES","shape":[1,1],"data":["'"$text"'"]}]}' \
  "               python3 $here/ask.py $address \"$text\"" \
  "What there is: $address/openapi.json"
end_server $check
