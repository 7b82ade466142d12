#!/usr/bin/env bash
# Installs what the project needs from Debian 12 or a system with the same package names.
#
#   tools/packages.sh           everything below
#   tools/packages.sh build     only what a build with -DAUGD_BUILD_TESTS=OFF needs
#   tools/packages.sh --list    prints the names and installs nothing
#
# This is the only list of packages in the repository.
set -euo pipefail

# What: packages (why).
build=(
    gcc g++ libc6-dev cmake ninja-build pkg-config # the build itself
    libyaml-dev libjansson-dev                     # specs in YAML, canonical forms in JSON
    libuv1-dev                                     # the daemon's event loop
    libssl-dev zlib1g-dev                          # SHA-256 fingerprints, .gz data sets
    libxxhash-dev                                  # digests of what is read of a data set
    libjpeg62-turbo-dev libpng-dev                 # codecs
    libopencv-core-dev libopencv-imgproc-dev       # image kernels
    libpcre2-dev                                   # expressions for what of a text stays
    libutf8proc-dev                                # normal forms and case of text
    wordnet-base hunspell-en-us                    # what the English lexicon is made of
)
check=(
    check                                   # unit tests
    python3 python3-pil python3-numpy       # scripts, and Pillow as the reference for resizing
    universal-ctags clang-format groff-base # yardstick, formatting, manual pages
    clang libclang-rt-14-dev                # fuzzing, with libFuzzer
    mythes-de mythes-es                     # thesauri that lexicons are made of
    git                                     # lists the files that are measured
    libicu72                                # words of Chinese and Thai, and boundaries to compare
    unicode-data                            # tests of boundaries and normal forms, tables' source
)
data=(
    dataset-fashion-mnist # of tools/demo.sh and of the training tests
)

case "${1:-all}" in
all | --list) wanted=("${build[@]}" "${check[@]}" "${data[@]}") ;;
build) wanted=("${build[@]}") ;;
*)
    echo "packages.sh: unknown argument '$1'; allowed are all, build and --list" >&2
    exit 2
    ;;
esac
if [ "${1:-}" = --list ]; then
    printf '%s\n' "${wanted[@]}"
    exit 0
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "packages.sh: this system has no apt-get; install these by hand: ${wanted[*]}" >&2
    exit 1
fi

missing=()
for package in "${wanted[@]}"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
    echo "packages: all ${#wanted[@]} are installed"
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "packages.sh: needs root to install; run as root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "packages: installing ${#missing[@]} of ${#wanted[@]} with ${as_root[*]:+sudo }apt-get: ${missing[*]}"
quiet=(-qq -o Dpkg::Use-Pty=0)
"${as_root[@]}" apt-get "${quiet[@]}" update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get "${quiet[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
echo "packages: done"
