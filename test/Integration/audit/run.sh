#!/bin/sh
# What takes longer than audit.test: 10,000 one-bit changes, and the
# signatures of 1,000 records checked by securesystemslib, which knows nothing
# of mlc; records that it signed are checked by `verify`. Needs mlc in build/,
# or in the environment's MLC, and makes a Python environment (about 30 MB).
#
# Usage: run.sh [ENVIRONMENT]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
environment=${1:-$root/build/audit}

if ! "$environment/bin/python" -c 'import securesystemslib' 2>/dev/null; then
  echo "making a Python environment with securesystemslib in $environment" >&2
  if ! { python3 -m venv "$environment" &&
    "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"; }; then
    echo "run.sh: skipped: securesystemslib cannot be had here" >&2
    exit 0
  fi
fi
export MLC="${MLC:-$root/build/bin/mlc}"
"$environment/bin/python" "$here/dsse.py" "${MLC_RECORDS:-1000}"
MLC_CHANGES=${MLC_CHANGES:-10000} exec "$environment/bin/python" "$here/audit.py"
