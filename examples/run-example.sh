# The common part of the examples' run.sh, which source it: options, data, and
# the steps from nothing to an accuracy. A run.sh calls, in this order,
#   begin "$@"                          options, setup, the build of mlc
#   find_reviews [ratings] [counts]     what the data folder has; see there
#   make_data OPTION...                 train.safetensors and test.safetensors
#   fit_model WIDTH                     only where the sample is too small
#   learn                               compiles model.mlir, trains, evaluates
# or, in place of the last three, learn_bigrams; and where one answers over HTTP
#   start_server PROGRAM OPTION...
#   known_text TEXT                     what to ask, of words that it knows
#   ask_server ACTION REQUEST LINE...   says how it is asked; asks it, by --check
#   end_server check|wait               ends it: at once, or by Ctrl-C
# after it has set
#   here   its own folder
#   name   the example's name, and the program's
# Where the environment has MLC, that mlc is used and nothing installed or built.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
sample=$root/examples/imdb-mlp/sample

say() { echo "== $*"; }
fail() { echo "run.sh: $*" >&2; exit 1; }
usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$here/run.sh"; }

unknown() { echo "run.sh: unknown argument: $1" >&2; usage >&2; exit 2; }

begin() {
  data="" out=$here/out port=8000 check=wait
  while [ $# -gt 0 ]; do
    case $1 in
      --data | --out)
        [ -n "${2:-}" ] || { echo "run.sh: $1 needs a folder" >&2; exit 2; }
        [ "$1" = --data ] && data=$2 || out=$2
        shift 2 ;;
      --port)
        [[ $(usage) == *--port* ]] || unknown "$1"
        [[ "${2:-}" =~ ^[0-9]+$ ]] || { echo "run.sh: --port needs a number" >&2; exit 2; }
        port=$2
        shift 2 ;;
      --check)
        [[ $(usage) == *--check* ]] || unknown "$1"
        check=check
        shift ;;
      -h | --help) usage; exit 0 ;;
      *) unknown "$1" ;;
    esac
  done
  if [ -n "$data" ]; then
    [ -d "$data" ] || fail "$data: no such folder"
    data=$(cd "$data" && pwd)
  fi
  mkdir -p "$out"
  out=$(cd "$out" && pwd)

  mlc=${MLC:-}
  [ -z "$mlc" ] || return 0
  if [ ! -x "$root/build/bin/mlc" ]; then
    say "from nothing: packages (380 MB to fetch, 2.5 GB on disk) in about a" \
      "minute, then mlc is built (0.5 GB) in 3 to 5 minutes on two cores"
  fi
  say "setup"
  "$root/test/setup.sh"
  say "build mlc"
  (cd "$root" && cmake --preset release >"$out/configure.log" 2>&1) ||
    { cat "$out/configure.log" >&2; fail "configuring failed"; }
  cmake --build "$root/build" --target mlc
  mlc=$root/build/bin/mlc
}

# find_file NAME...: the first of these that is in $data, plain or compressed.
find_file() {
  local file ending
  for file; do
    for ending in "" .xz .gz; do
      [ ! -f "$data/$file$ending" ] || { echo "$data/$file$ending"; return; }
    done
  done
  return 1
}

# find_part PART: sets input, and the options that its labels need.
find_part() {
  local part=$1 labels
  options=()
  if [ -z "$data" ]; then
    input=$sample/$part.csv.xz
    [ $ratings = no ] || options=(--label-column rating)
  elif input=$(find_file "$part.csv"); then
    [ $ratings = no ] || {
      labels=$(find_file "$part.meta.csv") ||
        fail "$data: $part.csv has no ratings, and no $part.meta.csv is there"
      options=(--labels-file "$labels" --label-column rating)
    }
  elif [ -d "$data/$part/pos" ]; then
    input=$data/$part
  elif [ $counts = yes ] &&
    input=$(find_file "$part.labeledBow.feat" "$part/labeledBow.feat"); then
    options=(--positive-from 7)
  else
    fail "$data: no $part.csv (plain, .xz or .gz) and no $part/pos/ in it;" \
         "give the folder of the IMDB data set"
  fi
}

# find_reviews [ratings] [counts]: sets the inputs of both parts. Of $data, the
# IMDB Large Movie Review Dataset, either as train.csv and test.csv (columns
# label, review; with `ratings` also train.meta.csv and test.meta.csv, a
# column rating), or as released (train/pos/0_9.txt, ...); with `counts` also
# as labeledBow.feat. Without $data: the synthetic sample.
find_reviews() {
  ratings=no counts=no
  local wish
  for wish; do
    case $wish in ratings) ratings=yes ;; counts) counts=yes ;; esac
  done
  find_part train
  train_input=$input train_options=("${options[@]}")
  find_part test
  test_input=$input test_options=("${options[@]}")
  # `mlc data --like` has the rule for labels from the training set.
  [ "${test_options[0]:-}" != --positive-from ] || test_options=()
}

make_data() {
  say "data sets, from $train_input and its test part"
  [ -n "$data" ] ||
    echo "These reviews are synthetic: a generator's output, not written by people."
  "$mlc" data "$train_input" "${train_options[@]}" "$@" \
    -o "$out/train.safetensors" 2>&1 | tee "$out/train.log" >&2
  "$mlc" data "$test_input" "${test_options[@]}" \
    --like "$out/train.safetensors" -o "$out/test.safetensors"
}

# fit_model: the synthetic sample has fewer features than the real reviews; sets
# model to a copy of it (model.mlir) with its number of them in the place of $1.
fit_model() {
  local features
  features=$(sed -n 's/.*: [0-9]* rows,.* \([0-9]*\) features,.*/\1/p' \
    "$out/train.log")
  if [ "$features" -lt "$1" ]; then
    sed "s/\([<x]\)$1x/\1${features}x/g" "${model:-$here/model.mlir}" \
      >"$out/model.mlir"
    model=$out/model.mlir
    say "the model is made $features features wide, since there are no more"
  fi
}

# learn: $model (model.mlir) on the data sets.
learn() {
  local model=${model:-$here/model.mlir}
  say "compile $model"
  "$mlc" compile "$model" -o "$out/$name"
  say "train"
  "$out/$name" train --data "$out/train.safetensors" \
    --test "$out/test.safetensors" -o "$out/weights.safetensors"
  say "the test reviews once more, from the saved weights"
  "$out/$name" eval --data "$out/test.safetensors" \
    --weights "$out/weights.safetensors"
  [ -n "$data" ] ||
    echo "(of the synthetic sample; it says nothing about real reviews)"
  echo "program, data sets and weights: $out"
}

# learn_bigrams: a classifier of up to 300,000 runs of one to three words.
learn_bigrams() {
  model=$root/examples/imdb-bigrams/model.mlir
  make_data --ngrams 1..3 --min-df 2 --select chi2 --max-features 300000 \
    --value tfidf --normalize l2
  fit_model 300000
  learn
}

# start_server PROGRAM OPTION...: sets server, the process, and address, where it
# listens.
start_server() {
  say "serve"
  "$1" serve --name "$name" "${@:2}" 2>"$out/serve.log" &
  server=$!
  trap 'kill $server 2>/dev/null || true' EXIT
  # It says where it listens, with the port that it took.
  until address=$(sed -n 's/.* at \(http:[^ ]*\)\/$/\1/p' "$out/serve.log") &&
    [ -n "$address" ]; do
    kill -0 $server 2>/dev/null || { cat "$out/serve.log" >&2; fail "the server has ended"; }
    sleep 0.1
  done
}

# known_text TEXT: this; of the synthetic sample, which has words of its own, the
# first words of a test review.
known_text() {
  if [ -n "$data" ]; then
    echo "$1"
  else
    xz -dc "$test_input" | sed -n '2s/^[^,]*,[^,]*,//p' | cut -d ' ' -f 1-8
  fi
}

# ask_server ACTION REQUEST LINE...: says how people and programs ask the server,
# with more lines; asks it where $check is `check`.
ask_server() {
  local url=$address/v2/models/$name/$1 request=$2
  printf '%s\n' "" "For people:    $address/" \
    "For programs:  curl $url -d '$request'" "${@:3}"
  [ $check = check ] || return 0
  echo
  curl --silent --show-error --fail "$url" -d "$request"
  echo
  curl --silent --fail "$address/" | grep -q '<title>Predictions</title>' ||
    fail "the page is not there"
}

# end_server check|wait
end_server() {
  if [ "$1" = check ]; then
    kill $server
    wait $server
    say "it answers, and ends"
  else
    echo "Ctrl-C ends it."
    trap 'kill $server 2>/dev/null || true' INT TERM
    wait $server || wait $server
  fi
}
