#!/usr/bin/env bash
# Prints what the runtime's unit tests run of it, by file, and fails where the
# readers and writers are not tested well enough: test/coverage.py has the rules,
# test/coverage-gaps.md what no test reaches, with reasons.
#   test/coverage.sh                    builds, tests, prints
#   test/coverage.sh --missing [NAME]   of the last run: what was not taken in
#                                       files whose path holds NAME
# Builds in build-coverage/ with clang, without the compiler.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=build-coverage
llvm=/usr/lib/llvm-22/bin

if [ "${1:-}" = --missing ]; then
  exec python3 test/coverage.py missing $build/coverage.json "${2:-}"
fi

test/setup.sh --fuzz # for clang
# A file for each process, written while it runs (%c): some are killed.
export LLVM_PROFILE_FILE=$PWD/$build/profiles/%c%p.profraw
cmake --preset coverage >&2
cmake --build --preset coverage >&2

rm -rf $build/profiles
tests=($build/bin/mlc-{fault,commands,import,train,text,program,system,data,cpu}-tests)
printf '%s\n' "${tests[@]}" |
  xargs -P "$(nproc)" -I{} sh -c '{} --gtest_brief=1 >{}.log 2>&1 || { cat {}.log; exit 1; }' >&2

# Whoever is killed as it starts leaves a file that is none.
find $build/profiles -name '*.profraw' -size +0 >$build/profiles.txt
$llvm/llvm-profdata merge --sparse --failure-mode=all \
  --input-files=$build/profiles.txt -o $build/all.profdata
rm -r $build/profiles
programs=("${tests[@]}" $build/bin/mlc-handmade-program)
$llvm/llvm-cov export -instr-profile $build/all.profdata "${programs[0]}" \
  "${programs[@]/#/-object=}" runtime >$build/coverage.json
python3 test/coverage.py report $build/coverage.json
