#!/usr/bin/env bash
# Everything there is to see on a machine with a GPU.
#   ./run.sh [--emulate] [--skip-peers]
# Ends with `N passed, N failed, N skipped`; status 0 if none failed. Figures go
# to figures.json.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec python3 "$here/scripts/check.py" "$here" "$@"
