#!/usr/bin/env bash
# Fails if clang-format would change a C++ file. To have it do so:
#   test/check-format.sh clang-format-22 -i
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tool=$1
mode=(--dry-run -Werror)
[ "${2:-}" = -i ] && mode=(-i)
find dialects include lib runtime test tools \
  \( -name '*.cpp' -o -name '*.h' -o -name '*.c' \) -print0 |
  xargs -0 "$tool" "${mode[@]}"
