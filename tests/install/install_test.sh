#!/bin/sh
# Installs a build, configures, builds and runs examples/cmake_project against it, and runs the
# installed program.
#     install_test.sh BUILD_FOLDER COMPILER
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
build=$1
compiler=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
  echo "[install_test] $*" >&2
  exit 1
}

cmake --install "$build" --prefix "$folder/prefix" >"$folder/install.log"
cmake -S "$source/examples/cmake_project" -B "$folder/consumer" -G Ninja \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$folder/prefix"
cmake --build "$folder/consumer"
expected=$(sed -n 's|^// Last line of the output: ||p' "$source/examples/cmake_project/scan.cpp")
output=$("$folder/consumer/scan")
[ "$output" = "$expected" ] || fail "scan must print \"$expected\"; got \"$output\"."

if [ -e "$folder/prefix/bin/gril" ]; then
  "$folder/prefix/bin/gril" info --json | grep -q "\"ops_library\": \"$folder/prefix/" ||
    fail "the installed program must load the installed libgril_ops.so."
fi
if grep -rl "$source\|$build" "$folder/prefix/include" "$folder/prefix/lib/cmake"; then
  fail "the files above name the source or build folder."
fi
