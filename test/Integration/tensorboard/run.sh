#!/bin/sh
# Reads the event files of `train --tensorboard` with TensorBoard's own reader:
# each figure must be that of the metrics file, also after a run was killed and
# resumed. Needs mlc in build/, or in the environment's MLC, and makes a Python
# environment (about 100 MB) unless it is there.
#
# Usage: run.sh [ENVIRONMENT]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
environment=${1:-$root/build/tensorboard}

if ! "$environment/bin/python" -c 'import tensorboard' 2>/dev/null; then
  echo "making a Python environment with TensorBoard in $environment" >&2
  if ! { python3 -m venv "$environment" &&
    "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"; }; then
    echo "run.sh: skipped: TensorBoard cannot be had here" >&2
    exit 0
  fi
fi
MLC=${MLC:-$root/build/bin/mlc} exec "$environment/bin/python" "$here/events.py"
