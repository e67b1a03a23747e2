#!/bin/sh
# Compares the features that `mlc data` makes of texts with scikit-learn's. Makes
# a Python environment with the packages of requirements.txt (about 200 MB) in
# ENVIRONMENT, unless it is there.
#
# Usage: run.sh [ENVIRONMENT] [-- options of compare.py]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)

environment=$root/build/sklearn
if [ $# -gt 0 ] && [ "$1" != -- ]; then
  environment=$1
  shift
fi
[ "${1-}" = -- ] && shift

if ! "$environment/bin/python" -c 'import sklearn' 2>/dev/null; then
  echo "making a Python environment with scikit-learn in $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi
MLC=${MLC:-$root/build/bin/mlc} exec "$environment/bin/python" "$here/compare.py" "$@"
