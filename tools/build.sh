#!/bin/sh
# Configures and builds one preset.
#     tools/build.sh PRESET [TARGET ...]      all targets when none is named
set -eu
cd "$(dirname "$0")/.."
preset=$1
shift

compiler=${CXX:-g++}
if ! command -v "$compiler" >/dev/null; then
  echo "[build] the compiler $compiler was not found. Install g++ 12 or newer, or set CXX." >&2
  exit 2
fi
major=$("$compiler" -dumpversion | cut -d. -f1)
if "$compiler" --version | head -n 1 | grep -qv clang && [ "$major" -lt 12 ]; then
  echo "[build] gril needs GCC 12 or newer; got $compiler $major." \
    "Install g++-12 and set CXX=g++-12." >&2
  exit 2
fi

# A file that includes libtorch takes about 1.5 GB to compile.
jobs=$(nproc)
by_memory=$(awk '/^MemAvailable/ {print int($2 / 1500000)}' /proc/meminfo)
[ "$by_memory" -ge 1 ] || by_memory=1
[ "$jobs" -le "$by_memory" ] || jobs=$by_memory

log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake --preset "$preset" >"$log" 2>&1 || {
  cat "$log" >&2
  exit 1
}
[ $# -eq 0 ] || set -- --target "$@"
cmake --build --preset "$preset" -j "$jobs" "$@"
