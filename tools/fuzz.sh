#!/usr/bin/env bash
# Looks for inputs that break a promise: builds the preset "fuzz" (clang with libFuzzer and the
# sanitizers) and feeds a target of tests/fuzz/ for a time.
#
#   tools/fuzz.sh TARGET SECONDS [OPTION...]   one target; options go to libFuzzer (-jobs=2)
#   tools/fuzz.sh all SECONDS [OPTION...]      each target, so many seconds each, as many at once as
#                                              there are cores
#   tools/fuzz.sh --list                       prints the targets
#
# Starts from the seeds of tests/fuzz/seeds.py, from tests/fuzz/found/TARGET and from what earlier
# runs kept in build/fuzz/corpus/TARGET. A finding ends the target's run and is made smaller; it then
# lies in build/fuzz/found/TARGET. Mend the fault and keep the input as tests/fuzz/found/TARGET/WORD:
# ctest feeds it to the target from then on.
#
# Exit status: 0 nothing was found, 1 something was or the build failed, 2 the call is wrong. That of
# each target by itself stands in build/fuzz/TARGET.status.
set -uo pipefail
cd "$(dirname "$0")/.."
build=$PWD/build/fuzz

# What is read leaves nothing in the user's cache.
export AUGD_CACHE=off

# Longest input in bytes: a tar file of some members, a spec of a hundred lines.
max_size=32768
# Seconds for one input, far above what the slowest takes on a busy machine.
patience=60
# Seconds to make a finding smaller.
shrinking=30

targets=()
for source in tests/fuzz/fuzz_*.c; do
    name=${source##*/fuzz_}
    targets+=("${name%.c}")
done

fail() {
    echo "fuzz.sh: $1" >&2
    exit 2
}

# Makes every finding of a target smaller.
shrink() {
    local target=$1 input
    for input in "$build/found/$target"/*; do
        [ -e "$input" ] || continue
        if [ "${input##*/}" = "${input##*/crash-}" ]; then
            echo "found: $input"
            continue
        fi
        "$build/tests/fuzz_$target" -minimize_crash=1 -max_total_time=$shrinking -timeout=$patience \
            -exact_artifact_path="$input.small" "$input" >"$input.log" 2>&1
        [ -s "$input.small" ] || cp "$input" "$input.small"
        echo "found: $input.small ($(stat -c %s "$input.small") bytes, of $(stat -c %s "$input"))"
    done
}

# Runs a target. Prints what it did in one line; all it says is in its log, how it ended in a file.
run() {
    local target=$1
    fuzz "$@"
    echo $? >"$build/$target.status"
}

# The same without the file.
fuzz() {
    local target=$1 seconds=$2 log=$build/$1.log
    shift 2
    local folders=("$build/corpus/$target" "$build/seeds/$target")
    [ -d "tests/fuzz/found/$target" ] && folders+=("$PWD/tests/fuzz/found/$target")
    [ -f "$build/seeds/$target.dict" ] && set -- -dict="$build/seeds/$target.dict" "$@"
    rm -rf "$build/found/$target"
    mkdir -p "${folders[@]}" "$build/found/$target"
    echo "fuzz $target for $seconds s, log in ${log#"$PWD"/}"
    "$build/tests/fuzz_$target" -max_total_time="$seconds" -max_len=$max_size -timeout=$patience \
        -rss_limit_mb=4096 -print_final_stats=1 -artifact_prefix="$build/found/$target/" "$@" \
        "${folders[@]}" >"$log" 2>&1
    local status=$?
    awk -v target="$target" '
        /^stat::number_of_executed_units:/ { runs += $2 }
        /^stat::average_exec_per_sec:/ { speed += $2 }
        / cov: / { match($0, / cov: [0-9]+/); cov = substr($0, RSTART + 6, RLENGTH - 6) }
        END { printf "%s: %d executions, %d a second, %d edges reached\n", target, runs, speed, cov }
    ' "$log"
    if [ $status -ne 0 ]; then
        grep -m 1 -A 1 -E "not true: |ERROR: |runtime error: " "$log"
        shrink "$target"
    fi
    return $status
}

case "${1:-}" in
-h | --help)
    sed -n '2,16s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
--list)
    printf '%s\n' "${targets[@]}"
    exit 0
    ;;
esac
[ $# -ge 2 ] || fail "a target and a number of seconds are needed; --help says more"
target=$1 seconds=$2
shift 2
[[ $seconds =~ ^[1-9][0-9]*$ ]] || fail "'$seconds' is no number of seconds from 1 on"
case " ${targets[*]} all " in
*" $target "*) ;;
*) fail "there is no target '$target'; allowed are ${targets[*]} and all" ;;
esac

mkdir -p "$build"
rm -f "$build"/*.status
cmake --preset fuzz >"$build/build.log" 2>&1 && cmake --build --preset fuzz >>"$build/build.log" 2>&1 || {
    tail -n 60 "$build/build.log"
    echo "fuzz.sh: the preset fuzz does not build" >&2
    exit 1
}
rm -rf "$build/seeds"
AUGD_BUILD=$build /usr/bin/python3 tests/fuzz/seeds.py "$build/seeds" || exit 1

# Targets write small files all the time; memory is the place for them.
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ]; then
    export TMPDIR=/dev/shm
fi
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:allocator_may_return_null=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
[ "$target" = all ] && chosen=("${targets[@]}") || chosen=("$target")
# Each run is a group of processes, which ends with the script.
set -m
trap 'for group in $(jobs -p); do kill -- "-$group"; done 2>/dev/null; exit 1' INT TERM
for name in "${chosen[@]}"; do
    while [ "$(jobs -pr | wc -l)" -ge "$(nproc)" ]; do
        wait -n
    done
    run "$name" "$seconds" "$@" &
done
wait
found=0
for name in "${chosen[@]}"; do
    [ "$(cat "$build/$name.status")" = 0 ] || found=1
done
exit $found
