#!/bin/sh
# Installs the packages of tools/packages.txt that are missing; silent and quick when none is.
#     tools/install_packages.sh build|test
# Exit code 2 with one line when that cannot be done.
set -eu
cd "$(dirname "$0")"

fail() {
  echo "[install_packages] $*" >&2
  exit 2
}

case "${1-}" in
  build) groups='^build ' ;;
  test) groups='^(build|test) ' ;;
  *) fail "the group must be build or test; got \"${1-}\"." ;;
esac
packages=$(grep -E "$groups" packages.txt | awk '{print $2}')

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  fail "packages are installed with apt on Debian 12 or newer; apt was not found." \
    "Install what tools/packages.txt lists and set GRIL_SKIP_PACKAGES=1."
fi

missing=""
for package in $packages; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

# shellcheck disable=SC1091 # a file of the system
distribution=$(. /etc/os-release && echo "${ID-} ${VERSION_ID-0}")
case "$distribution" in
  "debian 1"[2-9]*) ;;
  *) fail "the packages are those of Debian 12 or newer; got \"$distribution\", which lacks:$missing." \
    "Install their equivalents and set GRIL_SKIP_PACKAGES=1." ;;
esac

if [ "$(id -u)" = 0 ]; then
  as_root="env"
elif command -v sudo >/dev/null; then
  as_root="sudo env"
else
  fail "installing packages needs root rights or sudo; got user $(id -un) with neither." \
    "As root, run: apt-get install$missing"
fi

echo "Installing:$missing" >&2
# shellcheck disable=SC2086 # as_root and missing are lists of words
{
  $as_root apt-get update -qq >&2 ||
    fail "apt-get update failed (its reason stands above). Check the network and /etc/apt."
  for package in $missing; do
    apt-cache show "$package" >/dev/null 2>&1 ||
      fail "package $package was not found in the sources of /etc/apt." \
        "Enable Debian's main section and run apt-get update."
  done
  $as_root DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing >&2 ||
    fail "apt-get install failed (its reason stands above). Repair it with: apt-get install$missing"
}
