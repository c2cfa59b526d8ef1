# Sourced by the scripts beside it: installs what is missing, configures and builds. Says what it does, and does nothing
# twice. The build lies in build/release, or in GRAPH_RUNNER_BUILD.

set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${GRAPH_RUNNER_BUILD:-$top/build/release}

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
die() { say "$*"; exit 2; }

# need_packages PACKAGE…: installs the Debian packages that are missing.
need_packages() {
  local missing=() package
  if ! command -v dpkg-query >/dev/null; then
    # Not Debian: the compiler and CMake say what they lack; here are the names to look for.
    [ -f "$build/build.ninja" ] || say "this is not a Debian system; make sure that you have what these packages hold: $*"
    return
  fi
  local installed
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    grep -qx "$package installed" <<<"$installed" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "these packages are missing and neither root nor sudo is at hand: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  local log
  log=$(mktemp)
  "${as_root[@]}" apt-get update -qq >"$log" 2>&1 || say "apt-get update failed; trying with the lists at hand"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >>"$log" 2>&1 ||
    { cat "$log" >&2; die "could not install: ${missing[*]}"; }
  rm -f "$log"
}

# build_all [CMAKE OPTION…]: configures, where needed, and builds.
build_all() {
  # make is for nodes that are written outside of this tree.
  need_packages g++ cmake make ninja-build libboost-graph-dev libyaml-cpp-dev libeigen3-dev libfmt-dev libcli11-dev \
    nlohmann-json3-dev zlib1g-dev libpng-dev libzip-dev libutf8proc-dev doctest-dev
  # Packages that were installed after a failed configuration must be looked for again.
  if [ ! -f "$build/build.ninja" ] || [ $# -gt 0 ]; then
    say "configuring $build"
    mkdir -p "$build"
    cmake -S "$top" -B "$build" -G Ninja "$@" >"$build/configure.log" 2>&1 || { cat "$build/configure.log" >&2; die "cmake failed"; }
  fi
  if ! ninja -C "$build" -n "${targets[@]}" | grep -q 'no work to do'; then
    say "building $build (a few minutes from nothing)"
    if [ -t 2 ]; then ninja -C "$build" "${targets[@]}" >&2; else ninja -C "$build" --quiet "${targets[@]}" >&2; fi
  fi
}
targets=()
