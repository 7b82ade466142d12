#!/usr/bin/env bash
# An operation takes two files: the example of CONTRIBUTING.md, put into a copy of the project as it
# stands there, must show up in help, documentation and schema and pass the conformance suite with
# no other edit; and a version of it that is not a pure function must fail that suite.
set -euo pipefail
top=${AUGD_SOURCE:?}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

fail() {
    echo "FAILED: $*"
    exit 1
}

# The project without what git ignores.
cd "$top"
python3 -c '
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, "tools")
from measure import files
print("\n".join(files.listed(".")))' | tar -cf - -T - | tar -xf - -C "$copy"

# block LANGUAGE HEADING: the first fenced block of that language after a line with the heading.
block() {
    awk -v fence="\`\`\`$1" -v heading="$2" '
        index($0, heading) { armed = 1 }
        inside && /^```/ { exit }
        inside { print }
        armed && $0 == fence { inside = 1 }' CONTRIBUTING.md
}
line=$(block "" "**2. The list**")
[ -n "$line" ] || fail "CONTRIBUTING.md no longer shows the line of the list"
file=$copy/$line
mkdir -p "$(dirname "$file")"
[ ! -e "$file" ] || fail "$line exists already; CONTRIBUTING.md needs another example"

# Edit 1 and edit 2.
block c "**1. The operation**" >"$file"
echo "$line" >>"$copy/libaug/ops.list"
name=$(sed -n 's/.*\.name = "\(.*\)".*/\1/p' "$file")
[ -n "$name" ] || fail "the example in CONTRIBUTING.md has no name"
if command -v clang-format >/dev/null; then
    clang-format --style="file:$top/.clang-format" --dry-run --Werror "$file"
fi

# Only what is looked at, without optimization: this is about the build's lists, not about speed.
build=$copy/build
suites=$(cd tests/conformance && for f in test_*.c; do f=${f%.c}; echo "conformance_${f#test_}"; done)
make_it() {
    # shellcheck disable=SC2086
    cmake --build "$build" --target aug_cli $suites >"$copy/log" 2>&1 || { tail -n 40 "$copy/log"; fail "the build"; }
}
conformance() {
    ctest --test-dir "$build" -R '^conformance_' --no-tests=error --output-on-failure >"$copy/log" 2>&1
}
cmake -G Ninja -S "$copy" -B "$build" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS=-O1 >"$copy/log" 2>&1 || { cat "$copy/log"; fail "cmake"; }
make_it

aug=$build/cli/aug
"$aug" ops | grep "^$name " >/dev/null || fail "aug ops does not list $name"
"$aug" ops "$name" | grep level >/dev/null || fail "aug ops $name does not show its parameter"
"$aug" schema | grep "\"$name\"" >/dev/null || fail "the schema does not know $name"
mkdir -p "$copy/docs"
"$copy/tools/generate_docs.sh" "$build" aug >/dev/null
grep -q "^### $name\$" "$copy/docs/operations.md" || fail "docs/operations.md has no section $name"
grep -q "\b$name\b" "$copy/completions/aug.bash" || fail "completion does not know $name"
"$copy/tools/generate_docs.sh" --check "$build" aug || fail "the pages are stale right after they were made"
conformance || { cat "$copy/log"; fail "the conformance suite with $name"; }

# The suite did look at it: with hidden state it must not pass.
sed -i 's|^static void add_table|static int calls;\n\n&|; s|(uint8_t)aug_rng_uniform(rng, given->level.low, given->level.high)|(uint8_t)(given->level.low + calls++ % 200 + (double)aug_rng_u32(rng) * 0)|' "$file"
grep -q 'calls++' "$file" || fail "the example could not be made impure"
make_it
if conformance; then
    fail "the conformance suite passes an operation that is not a pure function"
fi
grep -q "$name" "$copy/log" || { cat "$copy/log"; fail "the conformance suite failed without naming $name"; }
echo "$name: two files, found by help, schema, docs and conformance suite"
