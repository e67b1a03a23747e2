#!/bin/sh
# Explanations of tables: see explain.py. Needs what beside.sh needs.
#
# Usage: explain.sh [options of explain.py]
set -eu
. "$(dirname "$0")/environment.sh"
exec "$environment/bin/python" "$here/explain.py" "$@"
