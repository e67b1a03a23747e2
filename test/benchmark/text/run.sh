#!/bin/sh
# Measures how fast the IMDB training reviews become features, beside
# scikit-learn in the same run. Needs the data set (MLC_IMDB_DATA, or
# ../shared/data/imdb beside the repository) and a Python environment with
# scikit-learn, as test/Integration/sklearn/run.sh makes it in build/sklearn.
#
# Usage: run.sh [ENVIRONMENT] [-- options of beside_sklearn.py]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
MLC_IMDB_DATA=${MLC_IMDB_DATA:-$root/../shared/data/imdb}
export MLC_IMDB_DATA

environment=$root/build/sklearn
if [ $# -gt 0 ] && [ "$1" != -- ]; then
  environment=$1
  shift
fi
[ "${1-}" = -- ] && shift
if [ ! -e "$MLC_IMDB_DATA/train.csv.xz" ]; then
  echo "skipped: no train.csv.xz in $MLC_IMDB_DATA; set MLC_IMDB_DATA" >&2
  exit 0
fi
if ! "$environment/bin/python" -c 'import sklearn' 2>/dev/null; then
  echo "error: no scikit-learn in $environment; run test/Integration/sklearn/run.sh first" >&2
  exit 1
fi
cmake --build "$root/build" --target mlc-text-measure >&2
exec "$environment/bin/python" "$here/beside_sklearn.py" \
  --measure "$root/build/bin/mlc-text-measure" "$@"
