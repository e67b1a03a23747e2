#!/bin/sh
# Makes a Python environment with the packages of requirements.txt (about 200
# MB) in a folder, unless it is there.
#
# Usage: environment.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if ! "$1/bin/python" -c 'import sklearn' 2>/dev/null; then
  echo "making a Python environment with scikit-learn in $1" >&2
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi
