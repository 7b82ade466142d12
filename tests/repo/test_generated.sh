#!/usr/bin/env bash
# Generated documentation is what the program of this build would write; and a stale page is noticed.
set -euo pipefail
top=${AUGD_SOURCE:?}
aug=${AUGD_BUILD:?}/cli/aug

"$top/tools/generate_docs.sh" --check "$aug"

# The check must be able to fail: a copy with one word changed.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir "$copy/docs"
cp -r "$top/tools" "$copy/tools"
cp "$top"/docs/operations.md "$top"/docs/spec.schema.json "$copy/docs"
sed -i 's/HorizontalFlip/HorizontalFlop/' "$copy/docs/operations.md"
if "$copy/tools/generate_docs.sh" --check "$aug" >/dev/null; then
    echo "a changed page was not noticed"
    exit 1
fi
echo "docs/operations.md and docs/spec.schema.json are current"
