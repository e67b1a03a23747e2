#!/bin/sh
# How small a classifier of IMDB reviews `mlc compress` makes, and what that
# costs; with `peer` first, the same of fastText's quantised models. Needs mlc in
# build/, or in the environment's MLC; for `peer`, makes a Python environment
# with fastText unless it is there.
#
# Usage: run.sh [options of compress.py]
#        run.sh peer [options of peer.py]
# The data set's folder, with train.csv.xz and test.csv.xz, is MLC_IMDB_DATA, or
# ../shared/data/imdb beside the repository.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
MLC_IMDB_DATA=${MLC_IMDB_DATA:-$root/../shared/data/imdb}
export MLC_IMDB_DATA
if [ ! -e "$MLC_IMDB_DATA/train.csv.xz" ]; then
  echo "skipped: no train.csv.xz in $MLC_IMDB_DATA; set MLC_IMDB_DATA" >&2
  exit 0
fi
if [ "${1:-}" != peer ]; then
  MLC=${MLC:-$root/build/bin/mlc} exec python3 "$here/compress.py" "$@"
fi
shift
environment=${ENVIRONMENT:-$root/build/compress}
if ! "$environment/bin/python" -c 'import fasttext' 2>/dev/null; then
  echo "making a Python environment with fastText in $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi
exec "$environment/bin/python" "$here/peer.py" "$@"
