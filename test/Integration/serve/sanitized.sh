#!/usr/bin/env bash
# storm.py with a sanitizer in the whole server: in the runtime, which is built
# for it, and in the model's code.
#   sanitized.sh address|thread [OPTION...]    options of storm.py
# `address` has UndefinedBehaviorSanitizer with it. Needs mlc in build/, or in
# the environment's MLC.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
sanitizer=${1:-}
case $sanitizer in
  address) preset=asan-runtime also=-fsanitize=undefined ;;
  thread) preset=tsan also= ;;
  *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
cd "$root"
cmake --preset $preset >/dev/null
cmake --build --preset $preset --target mlc-commands

# An mlc links with the runtime beside it, by the c++ that is found first.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/lib"
cp "${MLC:-$root/build/bin/mlc}" "$folder/bin/mlc"
ln -s "$root/build-$preset/lib/mlc" "$folder/lib/mlc"
printf '#!/bin/sh\nexec "%s" "$@" %s\n' "$(command -v c++)" "$also" >"$folder/bin/c++"
chmod +x "$folder/bin/c++"
export ASAN_OPTIONS=allocator_may_return_null=1 TSAN_OPTIONS=allocator_may_return_null=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
PATH=$folder/bin:$PATH MLC=$folder/bin/mlc \
  python3 "$here/storm.py" --sanitize "$sanitizer" "${@:2}"
