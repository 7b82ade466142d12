#!/usr/bin/env bash
# Every C and C++ file is as clang-format leaves it.
set -euo pipefail
cd "${AUGD_SOURCE:?}"
if ! command -v clang-format >/dev/null; then
    echo "skipped: clang-format is not installed"
    exit 77
fi
files=$(python3 -c '
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, "tools")
from measure import files
print("\n".join(n for n in files.listed(".") if files.is_c(n)))')
xargs -n 40 -P "$(nproc)" clang-format --dry-run --Werror <<<"$files"
echo "$(wc -w <<<"$files") files are formatted"
