#!/usr/bin/env bash
# Checks the whole project: builds it, runs every test, runs the tests again under the address,
# undefined and thread sanitizers, fuzzes each target for some seconds, and measures the style. Ends
# with "N passed, N failed".
#
#   tools/check.sh           everything
#   tools/check.sh --quick   without the sanitizers and without fuzzing
#
# Installs missing packages first (as root or with sudo). Builds in build/release, build/asan,
# build/tsan and build/fuzz. The exit status is 0 only if everything passed.
set -uo pipefail
cd "$(dirname "$0")/.."

# Of each fuzz target: enough for some thousand inputs around its seeds, no more than to notice that
# a change broke something near.
fuzz_seconds=5

quick=no
case "${1:-}" in
"") ;;
--quick) quick=yes ;;
-h | --help)
    sed -n '2,11s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
*)
    echo "check.sh: unknown argument '$1'; allowed is --quick" >&2
    exit 2
    ;;
esac

passed=0 failed=0 skipped=0
begin=$SECONDS

step() {
    printf '\n== %s (at %d s)\n' "$*" $((SECONDS - begin))
}

# Prints the closing line and leaves.
finish() {
    step "result"
    [ "$skipped" -eq 0 ] || echo "$skipped skipped; the reasons stand below the tests above"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}

# One check by itself: counted, never the end of the run.
count() {
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $*"
    fi
}

# Configures and builds a preset with further words for cmake, or ends the run: without it there is
# nothing to test.
build() {
    local preset=$1
    shift
    step "build $preset"
    if ! { cmake --preset "$preset" "$@" >build/"$preset".log 2>&1 || { cat build/"$preset".log; false; }; } ||
        ! { cmake --build --preset "$preset" >build/"$preset".log 2>&1 || { tail -n 60 build/"$preset".log; false; }; }; then
        echo "FAILED: the build of preset $preset"
        failed=$((failed + 1))
        finish
    fi
}

# Runs the tests of a preset, which says in CMakePresets.json what it leaves out.
run_tests() {
    local preset=$1 junit=$PWD/build/$1/tests.xml
    step "tests $preset"
    rm -f "$junit"
    local runner=()
    # The thread sanitizer of GCC 12 does not start where the kernel spreads addresses widely.
    if [ "$preset" = tsan ] && setarch -R true 2>/dev/null; then
        runner=(setarch -R)
    fi
    "${runner[@]}" ctest --test-dir "build/$preset" -j "$(nproc)" --output-on-failure --no-tests=error \
        --test-output-size-passed 100000 --output-junit "$junit" 2>&1 | grep --line-buffered -v '^ *Start '
    local good bad left
    if ! read -r good bad left < <(tools/test_results.py "$junit"); then
        echo "FAILED: ctest of preset $preset gave no result"
        failed=$((failed + 1))
        return
    fi
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
}

mkdir -p build
step "packages"
count tools/packages.sh
build release
run_tests release
if [ "$quick" = no ]; then
    # Sanitizers take a minute for what the release build has made.
    lexicon=-DAUGD_LEXICON=$PWD/build/release/share/augd/text/en.augx
    build asan "$lexicon"
    run_tests asan
    build tsan "$lexicon"
    run_tests tsan
    build fuzz "$lexicon"
    step "fuzz"
    tools/fuzz.sh all $fuzz_seconds
    for target in $(tools/fuzz.sh --list); do
        count grep -qx 0 build/fuzz/"$target".status
    done
fi
step "style"
count tools/yardstick.py
finish
