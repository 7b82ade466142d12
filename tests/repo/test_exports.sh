#!/usr/bin/env bash
# Names that the linker sees carry their library's prefix: libaug.so shows aug_ alone, libaugnn.so
# nn_model_, and the static libraries keep to theirs, so that nothing collides with a program that links them.
set -euo pipefail
build=${AUGD_BUILD:?}

# names FILE OPTIONS...: defined symbols, without those of C++ and of the compiler's instrumentation.
names() {
    nm --defined-only "${@:2}" "$1" 2>/dev/null | awk 'NF == 3 { print $3 }' |
        grep -v -E '^(_Z|__odr_asan|__asan|__ubsan|_ZGV|DW\.ref\.)' | sort -u
}

failed=0
# expect FILE PATTERN OPTIONS...: every name matches, and there are some.
expect() {
    local file=$1 pattern=$2 list
    shift 2
    if [ ! -e "$file" ]; then
        echo "there is no $file"
        failed=1
        return
    fi
    list=$(names "$file" "$@")
    if [ -z "$list" ] || grep -v -E "$pattern" <<<"$list"; then
        echo "the names above in ${file##*/} do not match $pattern"
        failed=1
    fi
    echo "${file##*/}: $(wc -l <<<"$list") names"
}

expect "$build/cmake/libaug.so" '^aug_' --dynamic
expect "$build/cmake/libaug_static.a" '^(augi?|img|txt)_' --extern-only
expect "$build/protocol/libaugp.a" '^augp_' --extern-only
expect "$build/command/libcommand.a" '^cmd_' --extern-only
expect "$build/stream/libstream.a" '^stream_' --extern-only
expect "$build/augd/libaugd_lib.a" '^augd_' --extern-only
expect "$build/trainer/libnn.a" '^nn_' --extern-only
expect "$build/trainer/libaugnn.so" '^nn_model_' --dynamic
expect "$build/trainer/libtrain.a" '^train_' --extern-only
expect "$build/trainer/libvectors.a" '^vector_' --extern-only

# C++ stays inside: not one mangled name is visible.
if nm --dynamic --defined-only "$build/cmake/libaug.so" | grep ' _Z'; then
    echo "libaug.so shows the C++ names above"
    failed=1
fi
exit $failed
