#!/bin/sh
# Compiles every header of gril/ on its own, without precompiled headers. A failure names it.
#     compile_headers_alone.sh COMPILER FOLDER:FOLDER...     (folders of libtorch's headers)
set -eu
cd "$(dirname "$0")/../.."
compiler=$1
includes=""
for folder in $(echo "$2" | tr ':' ' '); do
  includes="$includes -isystem $folder"
done
# shellcheck disable=SC2086 # includes is a list of options
find gril -name '*.h' ! -name '*-inl.h' | sort |
  xargs -P "$(nproc)" -I{} \
    "$compiler" -std=c++20 -fsyntax-only -I. $includes -include {} -x c++ /dev/null
