#!/bin/sh
# Times FTRL-Proximal on 437,000 words and pairs of the IMDB reviews, by mlc and
# by Vowpal Wabbit in turns, and prints both test losses. Makes a Python
# environment with requirements.txt (some 120 MB) in build/ftrl, unless it is
# there. Needs the reviews (MLC_IMDB_DATA, or ../shared/data/imdb beside the
# repository) and is skipped without.
#
# Usage: run.sh [options of beside_vw.py]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
export MLC="${MLC:-$root/build/bin/mlc}"
export MLC_IMDB_DATA="${MLC_IMDB_DATA:-$root/../shared/data/imdb}"
if [ ! -e "$MLC_IMDB_DATA/train.csv.xz" ]; then
  echo "skipped: no train.csv.xz in $MLC_IMDB_DATA; set MLC_IMDB_DATA" >&2
  exit 0
fi
environment=$root/build/ftrl
if ! "$environment/bin/python" -c 'import numpy, vowpalwabbit' 2>/dev/null; then
  echo "making a Python environment with Vowpal Wabbit in $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi
exec "$environment/bin/python" "$here/beside_vw.py" "$@"
