#!/bin/sh
# Runs clang-tidy. Without arguments: over the C++ sources that differ from main; with arguments:
# over these files; with --all: over every source. A file that includes libtorch takes half a minute.
#     tools/tidy.sh gril/base/seed.cpp
set -eu
cd "$(dirname "$0")/.."

if ! command -v clang-tidy >/dev/null; then
  echo "[tidy] clang-tidy was not found. Install it: apt-get install clang-tidy" >&2
  exit 2
fi
case "${1-}" in
  --all) files=$(git ls-files '*.cpp') ;;
  "") files=$(git diff --name-only --diff-filter=d main -- '*.cpp') ;;
  *) files=$* ;;
esac
if [ -z "$files" ]; then
  echo "[tidy] no changed sources" >&2
  exit 0
fi
# The tidy preset does without precompiled headers, whose format clang cannot read. The generated
# header is all that has to be built.
cmake --preset tidy >/dev/null
cmake --build build-tidy --target gril_commit >/dev/null

# libtorch 1.13's own headers are not C++20 to clang, which reports that as an error of theirs in
# every file. What counts is what it finds in the files of this tree.
findings=$(mktemp)
trap 'rm -f "$findings"' EXIT
# shellcheck disable=SC2086 # one argument per file
printf '%s\n' $files | xargs -n 1 -P "$(nproc)" clang-tidy --quiet -p build-tidy 2>/dev/null |
  awk -v tree="$PWD/" '
    /^[^ ].*: (warning|error|note): / { ours = index($0, tree) == 1 && !/: note: / || ours && /: note: / }
    ours' >"$findings" || true
cat "$findings"
[ ! -s "$findings" ]
