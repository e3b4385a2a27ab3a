#!/bin/sh
# Formats every C++ file of the repository with clang-format.
#     tools/format.sh            rewrites files
#     tools/format.sh --check    changes nothing; exit code 1 when a file would change
set -eu
cd "$(dirname "$0")/.."

if ! command -v clang-format >/dev/null; then
  echo "[format] clang-format was not found. Install it: apt-get install clang-format" >&2
  exit 2
fi
case "${1-}" in
  --check) mode="--dry-run --Werror" ;;
  "") mode="-i" ;;
  *) echo "[format] the only option is --check; got \"$1\"." >&2; exit 2 ;;
esac
# shellcheck disable=SC2086 # mode is a list of options
git ls-files -z '*.h' '*.cpp' | xargs -0 clang-format $mode
