#!/bin/sh
# Times a step of private training by mlc and by Opacus, on one thread each and in
# turns. Makes a Python environment with requirements.txt (some 1 GB) in
# build/private-peer, unless it is there. Needs the reviews (MLC_IMDB_DATA, or
# ../shared/data/imdb beside the repository) and is skipped without.
#
# Usage: run.sh [options of beside_opacus.py]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
export MLC="${MLC:-$root/build/bin/mlc}"
export MLC_IMDB_DATA="${MLC_IMDB_DATA:-$root/../shared/data/imdb}"
if [ ! -e "$MLC_IMDB_DATA/train.labeledBow.feat.xz" ]; then
  echo "skipped: no train.labeledBow.feat.xz in $MLC_IMDB_DATA; set MLC_IMDB_DATA" >&2
  exit 0
fi
environment=$root/build/private-peer
if ! "$environment/bin/python" -c 'import numpy, opacus' 2>/dev/null; then
  echo "making a Python environment with Opacus in $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --extra-index-url https://download.pytorch.org/whl/cpu \
    --requirement "$here/requirements.txt"
fi
exec "$environment/bin/python" "$here/beside_opacus.py" "$@"
