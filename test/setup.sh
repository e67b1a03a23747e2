#!/usr/bin/env bash
# Installs what building and testing mlc needs, with apt-get, on Debian 12 or a
# system like it. Says what is missing before it installs it; when nothing is
# missing it calls no package manager and ends at once.
#   test/setup.sh [--check] [--fuzz] [--browser]
#     --check  only say what is missing; status 1 if so
#     --fuzz   also what test/fuzz/run.sh and test/coverage.sh need:
#              the runtime of clang's sanitizers
#     --browser  also what test/Integration/browser needs: Chromium
set -euo pipefail

packages=(
  # the build; g++ links the programs that mlc compiles, by lld where it is
  clang-22 lld-22 g++ cmake ninja-build ccache git ca-certificates
  # the compiler: LLVM and MLIR, one major version
  llvm-22-dev libmlir-22-dev mlir-22-tools llvm-22-tools
  # the runtime
  libopenblas-pthread-dev libboost1.81-dev libcli11-dev libfmt-dev
  libbz2-dev liblzma-dev libminizip-dev librandom123-dev libsodium-dev libutf8proc-dev libxxhash-dev
  zlib1g-dev
  # the tests and the example
  libgtest-dev clang-format-22 clang-tidy-22 python3 xz-utils curl minisign
  # the emulated GPU of the tests: threads on stacks of their own
  libboost-context1.81-dev
)

check=no
for argument; do
  case $argument in
    --check) check=yes ;;
    --browser) packages+=(chromium chromium-driver) ;;
    --fuzz) packages+=(libclang-rt-22-dev) ;;
    *) echo "setup: unknown argument: $argument" >&2; exit 2 ;;
  esac
done

say() { echo "setup: $*" >&2; }
fail() { say "$*"; exit 1; }

if ! command -v dpkg-query >/dev/null; then
  fail "this system has no dpkg, so nothing was installed; mlc needs these" \
       "Debian packages or their like: ${packages[*]}"
fi

missing() { # dpkg-query fails when it knows nothing of one of them
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' \
    "${packages[@]}" 2>/dev/null | sed -n 's/^installed //p') || true
  printf '%s\n' "${packages[@]}" | grep -vxF "$installed" || true
}

mapfile -t wanted < <(missing)
[ ${#wanted[@]} -gt 0 ] || exit 0
say "missing: ${wanted[*]}"
[ "$check" = no ] || exit 1

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null ||
    fail "installing needs root, and there is no sudo; as root, run:" \
         "apt-get install ${wanted[*]}"
  as_root=(sudo)
fi

log=$(mktemp -t mlc-setup.XXXXXX)
trap 'rm -f "$log"' EXIT
# Shows the amounts, the packages asked for when they are ready, and errors.
apt() {
  local names
  names=$(IFS='|'; echo "${wanted[*]}" | sed 's/[+.]/\\&/g')
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -o Dpkg::Use-Pty=0 "$@" </dev/null 2>&1 | tee "$log" |
    sed -nuE "/^(Need to get|After this|Fetched|E:|Err:|dpkg: error)/p;
              /^Setting up ($names)[ :]/p" >&2
}
give_up() {
  tail -n 30 "$log" >&2
  fail "$1 failed; its last lines are above"
}
unknown() {
  local package
  for package in "${wanted[@]}"; do
    apt-cache show --no-all-versions "$package" >/dev/null 2>&1 ||
      echo "$package"
  done
}
update() {
  say "apt-get update"
  apt update || give_up "apt-get update"
}
install() {
  say "apt-get install of these and what they need; from nothing that is" \
      "about 360 MB to fetch, 2.4 GB on disk, and some minutes"
  apt install -y --no-install-recommends "${wanted[@]}"
}

updated=no
if [ -n "$(unknown)" ]; then
  update
  updated=yes
  left=$(unknown | tr '\n' ' ')
  [ -z "$left" ] ||
    fail "this system's package sources do not offer: $left" \
         "(Debian 12 does, LLVM 22 among its security updates)"
fi
if ! install; then
  # The package lists may be older than what the servers hold now.
  [ "$updated" = no ] || give_up "apt-get install"
  update
  install || give_up "apt-get install"
fi
say "done"
