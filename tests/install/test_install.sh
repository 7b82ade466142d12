#!/usr/bin/env bash
# The installed tree is complete and usable by itself: every header compiles alone as C11 and C++17,
# a small program is built with pkg-config and with find_package, as C and as C++, and runs.
set -euo pipefail
here=${AUGD_SOURCE:?}/tests/install
build=${AUGD_BUILD:?}

if grep -q '^AUGD_SANITIZE:STRING=.' "$build/CMakeCache.txt"; then
    echo "skipped: a library with a sanitizer inside is not for installing"
    exit 77
fi

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
fail() {
    echo "FAILED: $*"
    exit 1
}

DESTDIR=$stage/dest cmake --install "$build" >"$stage/log" || { cat "$stage/log"; fail "cmake --install"; }
# Moved once, so that nothing can rely on the prefix that it was configured with.
prefix=$(sed -n 's/^CMAKE_INSTALL_PREFIX:PATH=//p' "$build/CMakeCache.txt")
root=$stage/moved
mv "$stage/dest$prefix" "$root"
lib=$(dirname "$(find "$root" -name libaug.so)")
version=$(sed -n 's/^#define AUG_VERSION "\(.*\)"/\1/p' "$root/include/aug/version.h")

for file in bin/aug bin/augd bin/augtrain bin/nn_vectors share/man/man1/nn_vectors.1 share/man/man1/aug.1 share/man/man1/augd.1 \
    share/man/man1/augtrain.1 share/man/man5/aug-spec.5 share/doc/augd/README.md \
    share/bash-completion/completions/{aug,augd,augtrain,nn_vectors} share/zsh/site-functions/_{aug,augd,augtrain,nn_vectors} \
    share/fish/vendor_completions.d/{aug,augd,augtrain,nn_vectors}.fish share/doc/augd/{LICENSE,CHANGELOG.md} \
    share/doc/augd/text/unicode/UNICODE-LICENSE.txt \
    share/doc/augd/docs/{operations,quickstart}.md share/doc/augd/docs/spec.schema.json \
    share/doc/augd/protocol/SPEC.md share/doc/augd/examples/{client,pytorch}.py share/doc/augd/examples/classify.c; do
    [ -e "$root/$file" ] || fail "$file is not installed"
done
[ "$(basename "$(readlink -f "$lib/libaug.so")")" = "libaug.so.$version" ] || fail "libaug.so does not lead to version $version"
readelf -d "$lib/libaug.so" | grep "SONAME.*libaug\.so\.${version%%.*}\]" >/dev/null || fail "the soname"
if readelf -d "$lib/libaug.so" "$root"/bin/* | grep -E 'R(UN)?PATH'; then
    fail "a path of the build is left in the files above"
fi
if grep -lF "$build/share" "$lib/libaug.so" "$root"/bin/*; then
    fail "the data of the build are looked for by the files above"
fi
for name in aug augd augtrain nn_vectors; do
    "$root/bin/$name" --version | grep -F "$version" >/dev/null || fail "$name --version does not say $version"
done

export PKG_CONFIG_PATH=$lib/pkgconfig LD_LIBRARY_PATH=$lib
[ "$(pkg-config --modversion aug)" = "$version" ] || fail "pkg-config gives another version"

strict=(-Wall -Wextra -pedantic -Werror)
n_headers=0
for package in aug augp augnn; do
    read -ra flags < <(pkg-config --cflags $package)
    for header in "$root/include/$package"/*.h; do
        line="#include <$package/${header##*/}>"
        # Twice, so that the guard is tried; and a unit without declarations is not ISO C.
        printf '%s\n%s\nextern int declared;\n' "$line" "$line" >"$stage/header.c"
        cc -std=c11 "${strict[@]}" "${flags[@]}" -fsyntax-only "$stage/header.c" || fail "$header alone as C"
        c++ -std=c++17 "${strict[@]}" "${flags[@]}" -fsyntax-only -x c++ "$stage/header.c" || fail "$header alone as C++"
        n_headers=$((n_headers + 1))
    done
done
[ $n_headers -ge 16 ] || fail "only $n_headers headers are installed"

for pair in consumer:aug client:augp network:augnn; do
    name=${pair%:*} package=${pair#*:}
    read -ra cflags < <(pkg-config --cflags $package)
    read -ra libs < <(pkg-config --libs $package)
    cc -std=c11 "${strict[@]}" "${cflags[@]}" "$here/consumer/$name.c" "${libs[@]}" -o "$stage/$name"
    "$stage/$name" || fail "$name as C, with pkg-config"
    c++ -std=c++17 "${strict[@]}" "${cflags[@]}" -x c++ "$here/consumer/$name.c" -x none "${libs[@]}" -o "$stage/$name"
    "$stage/$name" || fail "$name as C++, with pkg-config"
done

# The example: what goes in, then three variants in which the mask covers as much as the box does.
read -ra cflags < <(pkg-config --cflags aug)
read -ra libs < <(pkg-config --libs aug)
cc -std=c11 "${strict[@]}" "${cflags[@]}" "$root/share/doc/augd/examples/embed.c" "${libs[@]}" -o "$stage/embed"
"$stage/embed" >"$stage/log" || { cat "$stage/log"; fail "examples/embed.c"; }
[ "$(head -n 2 "$stage/log")" = "image 120 x 160 x 3, mask 120 x 160 with 2000 pixels of class 1, 1 boxes:
  class 7 at 60.0 40.0 110.0 80.0" ] || { cat "$stage/log"; fail "what goes into examples/embed.c"; }
awk 'NR > 2 && /^image/ { n++; covered = $12; if ($0 !~ /^image 96 x 96 x 3, mask 96 x 96 with/) bad = 1 }
    # A pixel belongs to the mask if its centre does: half a pixel at each side.
    NR > 2 && /^  class 7 at/ {
        boxes++; width = $6 - $4; height = $7 - $5; off = width * height - covered
        if (off > width + height + 1 || -off > width + height + 1) bad = 1
    }
    END { exit bad || n != 3 || boxes != 3 }' "$stage/log" || { cat "$stage/log"; fail "what examples/embed.c makes"; }

# A trained network in a program: its outputs are those of augtrain predict, bit by bit.
printf 'augd: 1\ndataset: {kind: synthetic, count: 37, size: 9, classes: 3}\nbatch: {size: 10}\n' >"$stage/data.yaml"
printf '%s\n' 'model: {input: [9, 9, 3], classes: [a, b, c], layers: [conv: 5, batch_norm, relu, flatten, linear: 3]}' \
    'optimizer: {sgd: {lr: 0.05}}' 'train: {epochs: 1}' 'data: {train: data.yaml, eval: data.yaml}' >"$stage/model.yaml"
"$root/bin/augtrain" "$stage/model.yaml" --quiet -o "$stage/run" >"$stage/log" || fail "a short training run"
"$root/bin/augtrain" predict "$stage/run" synthetic:count=20,size=9,classes=3 --values logits --quiet -o "$stage/logits.npy"
read -ra flags < <(pkg-config --cflags --libs augnn aug)
cc -std=c11 "${strict[@]}" "$root/share/doc/augd/examples/classify.c" "${flags[@]}" -o "$stage/classify" ||
    fail "examples/classify.c with pkg-config"
"$stage/classify" "$stage/run" synthetic:count=20,size=9,classes=3 >"$stage/classes" || fail "examples/classify.c, run"
/usr/bin/python3 -c '
import struct, sys
rows = [line.split() for line in open(sys.argv[1])]
values = struct.unpack("<60f", open(sys.argv[2], "rb").read()[128:])
printed = [struct.unpack("<f", struct.pack("<f", float(word)))[0] for row in rows for word in row[2:]]
best = ["abc"[max(range(3), key=values[3 * i:3 * i + 3].__getitem__)] for i in range(20)]
sys.exit(printed != list(values) or [row[:2] for row in rows] != [[str(i), name] for i, name in enumerate(best)])
' "$stage/classes" "$stage/logits.npy" || { cat "$stage/classes"; fail "examples/classify.c gives other outputs than augtrain predict"; }
if "$stage/classify" "$stage/nothing" synthetic:count=1 2>"$stage/log"; then fail "examples/classify.c without a run"; fi

# The programs of README.md, in each language that it names, with what each prints.
cp "$root/share/doc/augd/README.md" "$stage/README.md"
awk -v stage="$stage" '/^```/ { inside = !inside && $0 == "```c"; n += inside; next } inside { print > (stage "/readme" n ".c") }' \
    "$stage/README.md"
printf 'augd: 1\ndataset: {kind: synthetic, count: 20}\nbatch: {size: 8}\n' >"$stage/spec.yaml"
printf 'step 0: 8 samples\nstep 1: 8 samples\nstep 2: 4 samples\n' >"$stage/expected1"
printf '64 x 64, 2 boxes\n' >"$stage/expected2"
[ -e "$stage/readme2.c" ] && [ ! -e "$stage/readme3.c" ] || fail "README.md has not two programs"
for language in "cc -std=c11" "c++ -std=c++17 -x c++" "c++ -std=c++20 -x c++"; do
    for n in 1 2; do
        $language -Wall -pedantic -Werror "${cflags[@]}" "$stage/readme$n.c" -x none "${libs[@]}" -o "$stage/readme$n" ||
            fail "program $n of README.md with $language"
        (cd "$stage" && "./readme$n") >"$stage/log" || fail "program $n of README.md, run"
        diff "$stage/expected$n" "$stage/log" || fail "what program $n of README.md prints"
    done
done

# The way to a program that README.md gives for a prefix of one's own, here ~/aug.
environment=$(grep '^export PKG_CONFIG_PATH=' "$stage/README.md") || fail "README.md does not say how to find a prefix"
compiler=$(grep '^cc program\.c ' "$stage/README.md") || fail "README.md does not say how to compile"
mkdir "$stage/home"
ln -s "$root" "$stage/home/aug"
cp "$stage/readme1.c" "$stage/program.c"
(
    unset PKG_CONFIG_PATH LD_LIBRARY_PATH
    cd "$stage"
    HOME=$stage/home
    eval "${environment//aug\/lib/aug/${lib#"$root/"}}"
    eval "$compiler"
    ./program
) >"$stage/log" || fail "a program as README.md says"
diff "$stage/expected1" "$stage/log" || fail "what the program prints"

# Every link of an installed document leads to something that is installed.
n_links=0
while IFS=: read -r document target; do
    case $target in [a-z]*:* | '#'*) continue ;; esac
    n_links=$((n_links + 1))
    [ -e "$(dirname "$document")/${target%%#*}" ] || fail "$document links to $target"
done < <(cd "$root" && grep -rEoH --include='*.md' '\]\([^) ]+\)' "$root/share/doc/augd" | sed -E 's/\]\(([^)]*)\)$/\1/')
[ $n_links -ge 40 ] || fail "only $n_links links are in the installed documents"

cmake -G Ninja -S "$here/consumer" -B "$stage/build" -DCMAKE_PREFIX_PATH="$root" >"$stage/log" 2>&1 &&
    cmake --build "$stage/build" >>"$stage/log" 2>&1 || { cat "$stage/log"; fail "find_package(aug)"; }
unset LD_LIBRARY_PATH
for name in consumer consumer_cpp client client_cpp network network_cpp; do
    "$stage/build/$name" || fail "$name, with find_package"
done
echo "$n_headers headers, 6 programs, version $version"
