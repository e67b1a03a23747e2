#!/bin/sh
# Times mlc's training beside PyTorch, JAX, scikit-learn and limits written by
# hand; prints a table a case, keeps the figures in build/benchmark-results.json
# and, with --page, writes RESULTS.md. Makes a Python environment with the
# packages of requirements.txt (some 6 GB) in build/benchmark, unless it is
# there. Cases on the real reviews want MLC_IMDB_DATA, or ../shared/data/imdb
# beside the repository, and are skipped without.
#
# Usage: run.sh [--case NAME]... [--repeats N] [--page]; run.sh --help for all
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
MLC=${MLC:-$root/build/bin/mlc}
export MLC
if [ ! -x "$MLC" ]; then
  echo "run.sh: no $MLC; build it, or name another with MLC=" >&2
  exit 1
fi

environment=$root/build/benchmark
if ! "$environment/bin/python" -c 'import torch, jax, sklearn' 2>/dev/null; then
  echo "making a Python environment with the peers in $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi
# Whoever brings OpenBLAS shall choose its own kernels for this CPU.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
exec "$environment/bin/python" "$here/benchmark.py" "$@"
