#!/usr/bin/env bash
# Everything there is to see on a machine with a GPU.
#   ./run.sh [--emulate] [--skip-peers] [--only WORD]
# Ends with `N passed, N failed, N skipped`; status 0 if none failed. Figures go
# to figures.json. With --only, just the checks with the word in their names.
# Where there is no GPU it says so and does nothing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec python3 "$here/scripts/check.py" "$here" "$@"
