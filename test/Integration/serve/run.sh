#!/bin/sh
# Serves a model of reviews and asks it as NVIDIA's tritonclient does: sync and
# aio, JSON and binary, gzip and deflate; every answer must have the bits that
# `predict` prints. Needs mlc in build/, or in the environment's MLC, and makes
# a Python environment (about 150 MB) unless it is there.
#
# Usage: run.sh [ENVIRONMENT]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
environment=${1:-$root/build/tritonclient}
mlc=${MLC:-$root/build/bin/mlc}

if ! "$environment/bin/python" -c 'import tritonclient.http.aio' 2>/dev/null; then
  echo "making a Python environment with tritonclient in $environment" >&2
  if ! { python3 -m venv "$environment" &&
    "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"; }; then
    echo "run.sh: skipped: tritonclient cannot be had here" >&2
    exit 0
  fi
fi
exec "$environment/bin/python" "$here/clients.py" "$mlc" "$root/examples/imdb-mlp"
