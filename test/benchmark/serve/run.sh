#!/bin/sh
# Times `PROGRAM serve` beside FastAPI with ONNX Runtime and beside a handler
# that does nothing (benchmark.py). Needs wrk (Debian: wrk) and mlc in build/, or
# in the environment's MLC; makes a Python environment (some 300 MB) unless it is
# there. On a machine that does nothing else.
#
# Usage: run.sh [--seconds N] [--rounds N] [--texts CSV]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
environment=${MLC_BENCHMARK_PYTHON:-$root/build/benchmark-serve}

command -v wrk >/dev/null || { echo "run.sh: no wrk; apt-get install wrk" >&2; exit 1; }
if ! "$environment/bin/python" -c 'import fastapi, onnx, onnxruntime, uvicorn' 2>/dev/null; then
  echo "making a Python environment with the peer in $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi
exec "$environment/bin/python" "$here/benchmark.py" "${MLC:-$root/build/bin/mlc}" "$@"
