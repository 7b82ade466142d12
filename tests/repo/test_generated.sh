#!/usr/bin/env bash
# Generated files are what the programs of this build would write; and a stale one is noticed.
set -euo pipefail
top=${AUGD_SOURCE:?}
build=${AUGD_BUILD:?}

"$top/tools/generate_docs.sh" --check "$build"

# Each check must be able to fail: copies with one word changed.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r "$top/tools" "$top/docs" "$top/man" "$top/completions" "$copy"
expect_stale() {
    local name=$1 found
    sed -i "$2" "$copy/$name"
    if cmp -s "$top/$name" "$copy/$name"; then
        echo "$name has nothing to change by $2"
        exit 1
    fi
    found=$("$copy/tools/generate_docs.sh" --check "$build") && { echo "a changed $name was not noticed"; exit 1; }
    grep -q "^$name is stale" <<<"$found" || { echo "a changed $name was not named: $found"; exit 1; }
    cp "$top/$name" "$copy/$name"
}
expect_stale docs/operations.md 's/HorizontalFlip/HorizontalFlop/'
expect_stale docs/datasets.md 's/file name endings of pictures/file names of pictures/'
expect_stale man/augd.1 's/Fl -drain-ms/Fl -drain-s/'
expect_stale completions/_augtrain 's/--epochs/--epoch/'
expect_stale completions/aug.bash 's/--canonical/--canonic/'
rm "$copy/completions/augd.fish"
if "$copy/tools/generate_docs.sh" --check "$build" >/dev/null 2>&1; then
    echo "a missing file was not noticed"
    exit 1
fi
echo "docs/, man/ and completions/ are current"
