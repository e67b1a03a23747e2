#!/bin/sh
# Measures the example's training step beside PyTorch eager, `mlc compile`, and
# the size of the program. Needs the real data set (MLC_IMDB_DATA, or
# ../shared/data/imdb beside the repository) and a Python environment with
# PyTorch, as test/Integration/pytorch/run.sh makes it in build/pytorch.
#
# Usage: run.sh [ENVIRONMENT] [-- options of step_time.py]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mlc=${MLC:-$root/build/bin/mlc}
data=${MLC_IMDB_DATA:-$root/../shared/data/imdb}

environment=$root/build/pytorch
if [ $# -gt 0 ] && [ "$1" != -- ]; then
  environment=$1
  shift
fi
[ "${1-}" = -- ] && shift
if [ ! -e "$data/train.labeledBow.feat.xz" ]; then
  echo "skipped: no train.labeledBow.feat.xz in $data; set MLC_IMDB_DATA" >&2
  exit 0
fi
if ! "$environment/bin/python" -c 'import torch' 2>/dev/null; then
  echo "error: no PyTorch in $environment; run test/Integration/pytorch/run.sh first" >&2
  exit 1
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$mlc" data "$data/train.labeledBow.feat.xz" --positive-from 7 \
  --max-features 1000 --value binary --quiet -o "$folder/train.safetensors"
MLC=$mlc "$environment/bin/python" "$here/step_time.py" \
  --model "$root/examples/imdb-mlp/model.mlir" \
  --data "$folder/train.safetensors" --folder "$folder" "$@"
