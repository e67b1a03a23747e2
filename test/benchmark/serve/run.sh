#!/bin/sh
# Measures `PROGRAM serve`, on a machine that does nothing else:
#   run.sh [peers] [--seconds N] [--rounds N] [--texts CSV]
#       beside FastAPI with ONNX Runtime and a handler that does nothing, and
#       p99 at 80 % of the most (benchmark.py); makes a Python environment (some
#       300 MB) unless it is there
#   run.sh threads [--seconds N] [--rounds N]
#       two threads and one (threads.py)
#   run.sh strangers [--clients N] [--deadline SECONDS] [--rounds N]
#       a good client beside thousands of slow ones (strangers.py)
# Needs wrk (Debian: wrk) and mlc in build/, or in the environment's MLC.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
mlc=${MLC:-$root/build/bin/mlc}

command -v wrk >/dev/null || { echo "run.sh: no wrk; apt-get install wrk" >&2; exit 1; }
case ${1:-} in
  threads | strangers)
    script=$1
    shift
    exec python3 "$here/$script.py" "$mlc" "$@" ;;
  peers) shift ;;
esac
environment=${MLC_BENCHMARK_PYTHON:-$root/build/benchmark-serve}
if ! "$environment/bin/python" -c 'import fastapi, onnx, onnxruntime, uvicorn' 2>/dev/null; then
  echo "making a Python environment with the peer in $environment" >&2
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi
exec "$environment/bin/python" "$here/benchmark.py" "$mlc" "$@"
