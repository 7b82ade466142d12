#!/usr/bin/env bash
# The tables of text/unicode/ are what their script makes of Unicode's data files.
set -euo pipefail
cd "${AUGD_SOURCE:?}"
data=${UNICODE_DATA:-/usr/share/unicode}
for needed in "$data/auxiliary/WordBreakProperty.txt" "$data/extracted/DerivedGeneralCategory.txt"; do
    [ -e "$needed" ] || { echo "skipped: $needed is not here"; exit 77; }
done
command -v clang-format >/dev/null || { echo "skipped: clang-format is not installed"; exit 77; }
python3 -B tools/make_unicode_tables.py --check
echo "text/unicode/properties_*.c are current"
