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

"$here/environment.sh" "$environment"
MLC=${MLC:-$root/build/bin/mlc} exec "$environment/bin/python" "$here/compare.py" "$@"
