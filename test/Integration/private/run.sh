#!/bin/sh
# What takes longer than the tests of runtime/Private: epsilon beside
# dp-accounting's in 200 settings, and 1,000 SIGKILLs while runs are recorded.
# Needs mlc in build/, or in the environment's MLC, and makes a Python
# environment (about 200 MB).
#
# Usage: run.sh [ENVIRONMENT]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
environment=${1:-$root/build/private}

MLC_KILLS=${MLC_KILLS:-1000} "$root/build/bin/mlc-private-tests" --gtest_filter='*Sigkill'
if ! "$environment/bin/python" -c 'import dp_accounting' 2>/dev/null; then
  echo "making a Python environment with dp-accounting in $environment" >&2
  if ! { python3 -m venv "$environment" &&
    "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"; }; then
    echo "run.sh: skipped: dp-accounting cannot be had here" >&2
    exit 0
  fi
fi
export MLC="${MLC:-$root/build/bin/mlc}"
"$environment/bin/python" "$here/noise.py"
exec "$environment/bin/python" "$here/accountant.py" "${MLC_SETTINGS:-200}"
