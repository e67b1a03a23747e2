#!/bin/sh
# What takes longer than audit.test: 10,000 one-bit changes, and the
# signatures of 1,000 records checked by securesystemslib, which knows nothing
# of mlc; records that it signed are checked by `verify`. The same of 1,000
# proofs of decisions and aics-tlog, cards read by huggingface_hub and
# cyclonedx-python-lib, 1,000 SIGKILLs while a log is written, and 25,000
# decisions whose payloads are erased.
# Needs mlc in build/, or in the environment's MLC, and makes a Python
# environment (about 30 MB).
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
"$environment/bin/python" "$here/card.py"
"$environment/bin/python" "$here/dsse.py" "${MLC_RECORDS:-1000}"
if "$environment/bin/python" -c 'import aics_tlog' 2>/dev/null ||
  # It says that it needs Python 3.12, and does with 3.11 what is asked here.
  "$environment/bin/pip" install --quiet --ignore-requires-python aics-tlog==0.2.1; then
  "$environment/bin/python" "$here/tlog.py" "${MLC_PROOFS:-1000}"
else
  echo "run.sh: skipped: aics-tlog cannot be had here" >&2
fi
MLC_KILLS=${MLC_KILLS:-1000} "$root/build/bin/mlc-audit-tests" --gtest_filter='*Sigkill'
MLC_REVIEWS=${MLC_REVIEWS:-25000} "$root/build/bin/mlc-audit-tests" --gtest_filter='*ErasedInputs*'
MLC_CHANGES=${MLC_CHANGES:-10000} exec "$environment/bin/python" "$here/audit.py"
