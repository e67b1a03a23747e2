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

port=8000 check=no rest=()
while [ $# -gt 0 ]; do
  case $1 in
    --port)
      [[ "${2:-}" =~ ^[0-9]+$ ]] || { echo "run.sh: --port needs a number" >&2; exit 2; }
      port=$2
      shift 2 ;;
    --check) check=yes; shift ;;
    *) rest+=("$1"); shift ;;
  esac
done
begin "${rest[@]}"
find_reviews
model=$root/examples/imdb-mlp/model.mlir
make_data --max-features 1000 --value binary
learn

say "serve"
"$out/$name" serve --weights "$out/weights.safetensors" --port "$port" \
  --name "$name" \
  2>"$out/serve.log" &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
# It says where it listens, with the port that it took.
until address=$(sed -n 's/.* at \(http:[^ ]*\)\/$/\1/p' "$out/serve.log") &&
  [ -n "$address" ]; do
  kill -0 $server 2>/dev/null || { cat "$out/serve.log" >&2; fail "the server has ended"; }
  sleep 0.1
done

request='{"inputs":[{"name":"text","datatype":"BYTES","shape":[1,1],"data":["A wonderful film."]}]}'
cat <<END

For people:    $address/
For programs:  curl $address/v2/models/$name/infer -d '$request'
               python3 $here/ask.py $address "A wonderful film."
What there is: $address/openapi.json
END
if [ $check = yes ]; then
  echo
  curl --silent --show-error --fail "$address/v2/models/$name/infer" -d "$request"
  echo
  curl --silent --fail "$address/" | grep -q '<title>Predictions</title>' ||
    fail "the page is not there"
  kill $server
  wait $server
  say "it answers, and ends"
else
  echo "Ctrl-C ends it."
  trap 'kill $server 2>/dev/null || true' INT TERM
  wait $server || wait $server
fi
