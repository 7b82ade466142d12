#!/usr/bin/env bash
# Makes the files that the programs themselves know: docs/operations.md (every operation),
# docs/texts.svg (texts before and after), the heads of the sections of docs/datasets.md (every kind
# of data set), docs/modules.md (every module of the trainer), docs/spec.schema.json (JSON Schema of
# a spec, for editors), and from each program's command line its page man/PROGRAM.1 and its
# completions/ for bash, zsh and fish.
#
#   tools/generate_docs.sh [--check] [BUILD [PROGRAM...]]
#
# BUILD is the build folder, build/release unless given; PROGRAM is aug, augd, augtrain or
# nn_vectors, all of them unless given. With --check nothing is written, and the exit status is 1 if a file is not what
# would be written.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)

check=no
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi
build=${1:-$top/build/release}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- aug augd augtrain nn_vectors

new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
mkdir "$new/docs" "$new/man" "$new/completions"

for name in "$@"; do
    case $name in
    aug) program=$build/cli/aug ;;
    augd) program=$build/augd/augd ;;
    augtrain | nn_vectors) program=$build/trainer/$name ;;
    *)
        echo "generate_docs.sh: '$name' is not a program; allowed are aug, augd, augtrain and nn_vectors" >&2
        exit 2
        ;;
    esac
    if [ ! -x "$program" ]; then
        echo "generate_docs.sh: there is no program at $program; build it, or give the build folder" >&2
        exit 2
    fi
    "$program" --generate man >"$new/man/$name.1"
    "$program" --generate bash >"$new/completions/$name.bash"
    "$program" --generate zsh >"$new/completions/_$name"
    "$program" --generate fish >"$new/completions/$name.fish"
    if [ "$name" = augtrain ]; then
        "$program" modules --json >"$new/modules.json"
        python3 "$top/tools/modules_page.py" "$new/modules.json" >"$new/docs/modules.md"
    fi
    if [ "$name" = aug ]; then
        "$program" ops --json >"$new/ops.json"
        python3 "$top/tools/text_examples.py" "$program" "$new/ops.json" >"$new/texts.json"
        python3 "$top/tools/operations_page.py" "$new/ops.json" "$new/texts.json" "$top/docs/operations.md" \
            >"$new/docs/operations.md"
        # Without the English lexicon the picture stays what it is.
        python3 "$top/tools/texts_picture.py" "$program" >"$new/docs/texts.svg" ||
            { [ $? = 3 ] && rm "$new/docs/texts.svg"; }
        "$program" datasets --json >"$new/datasets.json"
        python3 "$top/tools/datasets_page.py" "$new/datasets.json" "$top/docs/datasets.md" >"$new/docs/datasets.md"
        "$program" schema >"$new/docs/spec.schema.json"
    fi
done

status=0
for path in "$new"/*/*; do
    name=${path#"$new"/}
    if cmp -s "$path" "$top/$name"; then
        continue
    elif [ $check = no ]; then
        mkdir -p "$top/${name%/*}"
        cp "$path" "$top/$name"
        echo "$name: written"
    else
        echo "$name is stale; tools/generate_docs.sh writes it anew:"
        diff -u "$top/$name" "$path" | head -n 20 || true
        status=1
    fi
done
exit $status
