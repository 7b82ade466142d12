#!/usr/bin/env bash
# From nothing to a trained network: installs what is missing, builds, serves Fashion-MNIST from a
# daemon, draws what the augmentation does, trains from the daemon's batches, and says how well.
#
#   tools/demo.sh
#
# For Debian 12, as root or with sudo. Everything it makes is in demo-out/ and build/release/; it
# can be run again. The daemon is stopped however this ends.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -ne 0 ]; then
    sed -n '2,8s/^# \{0,1\}//p' "$0"
    [ "$1" = --help ] || exit 2
    exit 0
fi

data=${AUGD_DEMO_DATA:-/usr/share/datasets/fashion-mnist}
out=demo-out
bin=build/release
# A socket's path may be about 100 bytes long, so it does not stand in a folder of unknown depth.
run=$(mktemp -d "${TMPDIR:-/tmp}/augd-demo-XXXXXX")
socket=$run/augd.sock
daemon= worker=
what="beginning"

cleanup() {
    local status=$? process
    trap - EXIT
    for process in $worker $daemon; do
        if kill -TERM "$process" 2>/dev/null; then
            wait "$process" || true
        fi
    done
    rm -rf "$run"
    if [ $status -ne 0 ]; then
        echo "demo.sh: FAILED while $what (exit status $status)" >&2
        [ ! -s "$out/augd.log" ] || tail -n 5 "$out/augd.log" | sed 's/^/  augd: /' >&2
    fi
    exit $status
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

number=0
step() {
    number=$((number + 1))
    what=$1
    printf '\n[%d/6] %s\n' $number "$what"
}

step "installing packages"
tools/packages.sh

step "building the programs"
mkdir -p build
quietly() {
    "$@" >build/demo.log 2>&1 || { tail -n 40 build/demo.log >&2; return 1; }
}
quietly cmake --preset release
quietly cmake --build --preset release --target aug_cli augd augtrain
echo "built in $bin"

step "starting augd on a socket"
rm -rf "$out"
mkdir "$out"
"$bin/augd/augd" --listen "unix:$socket" \
    --dataset "fashion-mnist-train=idx:$data/train-images-idx3-ubyte.gz" \
    --dataset "fashion-mnist-test=idx:$data/t10k-images-idx3-ubyte.gz" 2>"$out/augd.log" &
daemon=$!
for _ in $(seq 300); do
    [ ! -S "$socket" ] || break
    kill -0 "$daemon" 2>/dev/null || { daemon=; exit 1; }
    sleep 0.1
done
[ -S "$socket" ] || { echo "augd did not open $socket within 30 s" >&2; exit 1; }
cat "$out/augd.log"

step "drawing a contact sheet of the augmentation"
"$bin/cli/aug" preview examples/fashion_mnist/train.yaml -o "$out/sheet.png" \
    --dataset "fashion-mnist-train=idx:$data/train-images-idx3-ubyte.gz"

step "training from the daemon's batches"
# In the background, because the shell reacts to a signal only while it waits.
"$bin/trainer/augtrain" examples/fashion_mnist/model.yaml --data "unix:$socket" --output "$out/run" &
worker=$!
wait "$worker"
worker=

step "result"
# value KEY: a number of the last entry of the run's log.
value() {
    tail -n 1 "$out/run/log.jsonl" | sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p"
}
kill -TERM "$daemon"
wait "$daemon"
daemon=
batches=$(sed -n 's/.*"event":"closed".*"batches":\([0-9]*\).*/\1/p' "$out/augd.log" |
    awk '{ n += $1 } END { print n + 0 }')
echo "test accuracy   $(value test_accuracy)"
echo "training time   $(value total) s, with $(nproc) processors"
echo "batches served  $batches, over unix:$socket"
echo "report          $out/run/report.html"
echo "contact sheet   $out/sheet.png"
for file in "$out/run/report.html" "$out/sheet.png" "$out/run/model.safetensors"; do
    [ -s "$file" ] || { echo "$file is missing" >&2; exit 1; }
done
