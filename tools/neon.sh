#!/usr/bin/env bash
# Tests the NEON kernels: compiles the network library, JPEG's kernels and their tests for AArch64 and
# runs them under an emulator (on such a processor: as they are).
#
#   tools/neon.sh
#
# Installs the cross compiler and the emulator first (as root or with sudo). The libraries that the
# tests link are fetched for AArch64 into build/neon/system; nothing of them is installed. Emulation
# takes some minutes. Ends with ctest's count; the exit status is 0 only if all tests passed.
set -euo pipefail
cd "$(dirname "$0")/.."
case "${1:-}" in
"") ;;
-h | --help)
    sed -n '2,10s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
*)
    echo "neon.sh: unknown argument '$1'; it takes none" >&2
    exit 2
    ;;
esac

build=$PWD/build/neon system=$PWD/build/neon/system
mkdir -p "$build"

compiler=aarch64-linux-gnu-gcc emulator=qemu-aarch64-static
tools=(gcc-aarch64-linux-gnu qemu-user-static cmake ninja-build)
if [ "$(uname -m)" = aarch64 ]; then
    compiler=gcc emulator=
    tools=(gcc cmake ninja-build)
fi
libraries=(libjansson-dev libyaml-dev libxxhash-dev libssl-dev zlib1g-dev check libsubunit-dev)

missing=()
for package in "${tools[@]}"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    echo "neon.sh: installing ${missing[*]}"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "${missing[@]}" >/dev/null
fi

# The libraries of another architecture, by an apt of this folder's own: this machine's packages and
# its list of architectures stay as they are.
if [ ! -e "$system/complete" ]; then
    echo "neon.sh: fetching ${libraries[*]} for arm64"
    rm -rf "$system"
    mkdir -p "$system" "$build/apt/lists/partial" "$build/apt/archives/partial"
    : >"$build/apt/status"
    apt=(-qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State="$build/apt"
        -o Dir::State::Lists="$build/apt/lists" -o Dir::State::status="$build/apt/status"
        -o Dir::Cache="$build/apt" -o Dir::Cache::archives="$build/apt/archives"
        -o Debug::NoLocking=1 -o APT::Sandbox::User=root)
    apt-get "${apt[@]}" update
    apt-get "${apt[@]}" install -y --download-only --no-install-recommends "${libraries[@]}" >/dev/null
    for package in "$build"/apt/archives/*.deb; do
        dpkg-deb --extract "$package" "$system"
    done
    touch "$system/complete"
fi

cmake -S tests/neon -B "$build/work" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
    -DCMAKE_C_COMPILER=$compiler -DCMAKE_CROSSCOMPILING_EMULATOR=$emulator \
    -DCMAKE_SYSROOT="$system" -DCMAKE_EXE_LINKER_FLAGS=-static >"$build/log" 2>&1 ||
    { cat "$build/log" >&2; exit 1; }
cmake --build "$build/work" >"$build/log" 2>&1 || { tail -n 40 "$build/log" >&2; exit 1; }
ctest --test-dir "$build/work" -j "$(nproc)" --output-on-failure --no-tests=error
