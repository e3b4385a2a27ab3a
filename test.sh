#!/bin/sh
# Installs packages (Debian 12, root or sudo), builds, and runs the tests.
#     ./test.sh          the fast tests, and those that use no Python again under sanitizers
#     ./test.sh --all    the slow tests too
# GRIL_SKIP_PACKAGES=1 installs nothing.
set -eu
cd "$(dirname "$0")"

case "${1-}" in
  "") labels="fast" ;;
  --all) labels="fast|slow" ;;
  *) echo "[test] the only option is --all; got \"$1\"." >&2; exit 2 ;;
esac

[ -n "${GRIL_SKIP_PACKAGES-}" ] || tools/install_packages.sh test

echo "== Build"
tools/build.sh release
echo "== Build with AddressSanitizer and UndefinedBehaviorSanitizer"
tools/build.sh sanitize
echo "== Tests under the sanitizers"
ctest --test-dir build-sanitize -L fast -j "$(nproc)" --output-on-failure
echo "== Tests"
ctest --test-dir build -L "$labels" -j "$(nproc)" --output-on-failure
