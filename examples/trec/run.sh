#!/usr/bin/env bash
# Trains a network on TREC, questions and what kind of thing they ask for, with batches of a daemon.
#
#   examples/trec/run.sh TRAIN TEST [MODEL] [options of augtrain]
#
# TRAIN, TEST: the files train_5500.label and TREC_10.label of https://cogcomp.seas.upenn.edu/Data/QA/QC/
#              ("DESC:manner How did serfdom develop ..."), or tables, label and question with a tab
#              between them (.tsv, packed as .gz or not)
# MODEL:       text_cnn (default) or fasttext, or a model file of your own for these specs
#
# augd, aug and augtrain are those of $PATH, else of build/release.
#
# What it does: it copies the specs and the model to a folder of its own, $WORK or a new one below
# /tmp; makes tables of what is none; counts a vocabulary of the training questions; starts a daemon
# that has both tables and may open files of that folder, since the specs name the vocabulary; trains
# from it; and ends the daemon. The run is left in $WORK/run.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../build/release
PATH=$PATH:$build/cli:$build/augd:$build/trainer
train=$1 test=$2 model=${3:-text_cnn}
shift $(($# < 3 ? $# : 3))
case $model in *.yaml) ;; *) model=$here/$model.yaml ;; esac
work=${WORK:-$(mktemp -d /tmp/trec-XXXXXX)}
mkdir -p "$work"
cp "$here/train.yaml" "$here/eval.yaml" "$work"
cp "$model" "$work/model.yaml"

# A table as it is, or one of the file's coarse labels and questions; one row is Latin-1.
table() {
    case $1 in
        *.tsv | *.tsv.gz) realpath "$1" ;;
        *) iconv -f latin1 -t utf-8 "$1" | sed -E 's/^([A-Z]+):[a-z]+ /\1\t/' > "$2" && echo "$2" ;;
    esac
}
train=$(table "$train" "$work/train.tsv")
test=$(table "$test" "$work/test.tsv")
aug data build vocabulary "tsv:$train" --lower --min-count 2 --max-size 8192 --output "$work/words.txt" --overwrite

augd --quiet --listen "unix:$work/augd.sock" --files "$work" \
    --dataset "trec-train=tsv:$train" --dataset "trec-test=tsv:$test" &
daemon=$!
trap 'kill $daemon; wait $daemon || true' EXIT
for _ in $(seq 100); do
    [ -S "$work/augd.sock" ] && break
    sleep 0.1
done
augtrain "$work/model.yaml" --data "unix:$work/augd.sock" --output "$work/run" "$@"
