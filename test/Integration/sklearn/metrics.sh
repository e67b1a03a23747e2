#!/bin/sh
# Compares the figures of runtime/Metrics with scikit-learn's, in the Python
# environment that run.sh makes. Builds mlc-metrics-figures in build/.
#
# Usage: metrics.sh [ENVIRONMENT] [-- options of metrics.py]
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
cmake --build "$root/build" --target mlc-metrics-figures >&2
MLC_FIGURES=${MLC_FIGURES:-$root/build/bin/mlc-metrics-figures} \
  exec "$environment/bin/python" "$here/metrics.py" "$@"
