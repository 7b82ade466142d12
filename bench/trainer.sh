#!/usr/bin/env bash
# Seconds per Fashion-MNIST epoch of our training steps beside other frameworks', interleaved.
#
#   bench/trainer.sh [MODELS] [THREADS]      default: lenet,res8,bn3 and 1
#
# $PEERS is a folder with trainer/bench.py in it, $PYTHON a Python with torch; bench/README.md tells
# how to get both. Our side is bench_nn, the steps alone; the best of its rounds counts.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
bench_nn=$top/build/release/bench/bench_nn

if [ "${1:-}" = --contestant ]; then
    # Called by the peers' script: MODEL THREADS; the last line must be seconds per epoch.
    "$bench_nn" "$2" "$3" 4 | awk '{ for (i = 2; i <= NF; i++) if ($i == "images/s,") print 60000 / $(i - 1) }'
    exit
fi

peers=$(realpath "${PEERS:-$top/../shared/bench}")
python=${PYTHON:-$top/build/peers/bin/python}
data=${AUGD_DEMO_DATA:-/usr/share/datasets/fashion-mnist}
for file in "$bench_nn" "$peers/trainer/bench.py" "$python" "$data"; do
    [ -e "$file" ] || { echo "trainer.sh: there is nothing at $file; see bench/README.md" >&2; exit 1; }
done
cd "$peers/trainer"
PYTHONDONTWRITEBYTECODE=1 exec "$python" bench.py --data "$data" --models "${1:-lenet,res8,bn3}" --threads "${2:-1}" \
    --peers torch,torch-nhwc --contestant "augtrain=bash $top/bench/trainer.sh --contestant {model} {threads}"
