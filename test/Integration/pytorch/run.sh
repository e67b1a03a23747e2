#!/bin/sh
# Compares mlc's training with PyTorch's. Makes a Python environment with the
# packages of requirements.txt (some 5 GB) in ENVIRONMENT, unless it is there.
#
# Usage: run.sh [ENVIRONMENT] [-- options of compare.py]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)

environment=$root/build/pytorch
if [ $# -gt 0 ] && [ "$1" != -- ]; then
  environment=$1
  shift
fi
[ "${1-}" = -- ] && shift

if ! "$environment/bin/python" -c 'import torch' 2>/dev/null; then
  echo "making a Python environment with PyTorch in $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi
MLC=${MLC:-$root/build/bin/mlc} exec "$environment/bin/python" "$here/compare.py" "$@"
