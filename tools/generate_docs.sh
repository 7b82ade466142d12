#!/usr/bin/env bash
# Makes the documentation that the program itself knows: docs/operations.md (every operation) and
# docs/spec.schema.json (JSON Schema of a spec, for editors).
#
#   tools/generate_docs.sh [--check] [AUG]
#
# AUG is the aug program, build/release/cli/aug unless given. With --check nothing is written, and
# the exit status is 1 if a file is not what would be written.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)

check=no
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi
aug=${1:-$top/build/release/cli/aug}
if [ ! -x "$aug" ]; then
    echo "generate_docs.sh: there is no program at $aug; build it, or give its path" >&2
    exit 2
fi

new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
"$aug" ops --json >"$new/ops.json"
python3 "$top/tools/operations_page.py" "$new/ops.json" >"$new/operations.md"
"$aug" schema >"$new/spec.schema.json"

status=0
for name in operations.md spec.schema.json; do
    if cmp -s "$new/$name" "$top/docs/$name"; then
        continue
    elif [ $check = no ]; then
        cp "$new/$name" "$top/docs/$name"
        echo "docs/$name: written"
    else
        echo "docs/$name is stale; tools/generate_docs.sh writes it anew:"
        diff -u "$top/docs/$name" "$new/$name" | head -n 20 || true
        status=1
    fi
done
exit $status
