#!/usr/bin/env python3
"""What augmenting texts gains with few of them, as Wei and Zou 2019 claim of EDA: eda.py RESULTS [options].

Trains a text CNN on N sentences of SST-2 and of TREC without augmentation, with copies by EDA as in its paper, by
AEDA, and by the pipeline of docs/text.md, and appends a line to RESULTS for each run. What stands there is not run
again, so an interrupted measurement goes on. --table prints what RESULTS has.

Each seed draws its own N sentences, the same for all methods. All methods train on equally many rows, PASSES times:
each original with as many copies as EDA's table 3 has; without augmentation the copies are the original. The vocabulary
is that of what is trained on. Embeddings begin at random, where the paper took GloVe's.
"""
import argparse
import gzip
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Data set -> files of $DATA/text, and ids of the longest text.
SETS = {"TREC": ("trec_train.tsv.gz", "trec_test.tsv.gz", 32), "SST-2": ("sst2_train.tsv.gz", "sst2_test.tsv.gz", 48)}
SIZES = {"500": 500, "2,000": 2000, "5,000": 5000, "all": None}
PASSES = {"500": 3, "2,000": 3, "5,000": 3, "all": 3}
METHODS = {
    "none": None,
    "EDA": "[{EDA: {compat: true}}]",
    "AEDA": "[AEDA]",
    "ours": "[{OneOf: {transforms: [{SynonymReplacement: {alpha: 0.2}}, RandomSwap, RandomDeletion, AEDA]}}, "
            "{KeyboardNoise: {n: 1, p: 0.2}}]",
}
ROWS = 20000
MODEL = """augtrain: 1
model:
  input: [{width}]
  layers:
    - {{name: words, embedding: {{num_embeddings: {rows}, embedding_dim: 64, padding_idx: 0}}}}
    - {{name: noise, dropout: 0.2}}
    - {{name: three, from: noise, conv1d: {{filters: 64, kernel: 3, padding: 1}}}}
    - relu
    - {{name: of_three, max_over_time: {{}}}}
    - {{name: four, from: noise, conv1d: {{filters: 64, kernel: 4, padding: 2}}}}
    - relu
    - {{name: of_four, max_over_time: {{}}}}
    - {{name: five, from: noise, conv1d: {{filters: 64, kernel: 5, padding: 2}}}}
    - relu
    - {{name: of_five, max_over_time: {{}}}}
    - {{from: [of_three, of_four, of_five], concat: {{}}}}
    - flatten
    - dropout: 0.5
    - {{name: head, linear: {classes}}}
optimizer: {{adam: {{lr: 0.003}}}}
schedule: cosine
train: {{epochs: {epochs}, seed: {seed}, threads: 1, checkpoint_every: 1000000}}
data:
  train:
    augd: 1
    seed: {seed}
    dataset: {{kind: tsv, path: train.tsv, classes: {classes}}}
    batch: {{size: 50, tail: drop}}
    output: {ids}
  eval:
    augd: 1
    dataset: {{kind: tsv, path: test.tsv}}
    batch: {{size: 100, shuffle: false}}
    output: {ids}
"""
IDS = "{{text: false, ids: {{tokenizer: words, vocabulary: words.txt, lower: true, max_length: {}}}}}"
# Quantiles of Student's t for 95 %, by degrees of freedom.
STUDENT = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78}


def rows_of(path):
    """Lines of a table."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read().splitlines()


def call(*words):
    """Runs a program that must succeed."""
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}\n{done.stderr}")


def write(path, text):
    """A file of text."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def copies(n):
    """Of each sentence, by table 3 of the paper."""
    return 16 if n <= 500 else 8 if n <= 2000 else 4


class Measurement:
    """Runs in a folder of its own."""

    def __init__(self, args):
        self.args = args
        self.folder = tempfile.mkdtemp(prefix="eda-")
        self.aug, self.augtrain = (f"{args.build}/{part}" for part in ("cli/aug", "trainer/augtrain"))
        self.known = set()
        if os.path.exists(args.results):
            self.known = {(e["set"], e["n"], e["method"], e["seed"]) for e in read(args.results)}

    def make_training(self, rows, method, seed):
        """The table that is trained on, and its vocabulary."""
        originals, train, words = (f"{self.folder}/{name}" for name in ("originals.tsv", "train.tsv", "words.txt"))
        write(originals, "\n".join(rows) + "\n")
        if METHODS[method]:
            write(f"{self.folder}/spec.yaml", f"augd: 1\nseed: {seed}\npipeline: {METHODS[method]}\n")
            if os.path.exists(train):
                os.remove(train)
            call(self.aug, "apply", f"{self.folder}/spec.yaml", "--input", originals, "--output", train, "--copies",
                 str(copies(len(rows))), "--include-original")
        else:
            write(train, "".join(f"{row}\n" * (1 + copies(len(rows))) for row in rows))
        call(self.aug, "data", "build", "vocabulary", f"tsv:{train}", "--lower", "--max-size", str(ROWS), "--output",
             words, "--overwrite")

    def run(self, name, size, method, seed):
        """One run, if it is not known."""
        if (name, size, method, seed) in self.known:
            return
        train, test, width = SETS[name]
        rows = rows_of(f"{self.args.data}/text/{train}")
        classes = len({row.split("\t")[0] for row in rows})
        random.Random(seed).shuffle(rows)
        rows = rows[:SIZES[size]]
        write(f"{self.folder}/test.tsv", "\n".join(rows_of(f"{self.args.data}/text/{test}")) + "\n")
        self.make_training(rows, method, seed)
        write(f"{self.folder}/model.yaml", MODEL.format(width=width, rows=ROWS, classes=classes,
                                                        epochs=PASSES[size], seed=seed, ids=IDS.format(width)))
        call(self.augtrain, f"{self.folder}/model.yaml", "--quiet", "--output", f"{self.folder}/run", "--overwrite")
        end = read(f"{self.folder}/run/log.jsonl")[-1]
        entry = {"set": name, "n": size, "method": method, "seed": seed, "accuracy": end["test_accuracy"],
                 "steps": end["step"], "seconds": end["seconds"]["total"]}
        with open(self.args.results, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        print(json.dumps(entry), flush=True)


def read(path):
    """The lines of JSON in a file."""
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def interval(values, signed=False):
    """Mean in percent with its 95 % interval."""
    mean = 100 * statistics.mean(values)
    text = f"{mean:+.1f}" if signed else f"{mean:.1f}"
    if len(values) < 2:
        return text
    half = STUDENT[min(len(values) - 1, 4)] * 100 * statistics.stdev(values) / math.sqrt(len(values))
    return f"{text} ± {half:.1f}"


def table(entries):
    """Accuracies, and below each what it is above no augmentation, over the same seeds."""
    found = {(e["set"], e["n"], e["method"], e["seed"]): e["accuracy"] for e in entries}
    lines = ["| | N | Seeds | " + " | ".join(METHODS) + " |", "| --- | --- | --- |" + " --- |" * len(METHODS)]
    for name in SETS:
        for size in SIZES:
            seeds = [s for s in range(1, 100) if all((name, size, m, s) in found for m in METHODS)]
            if not seeds:
                continue
            cells = []
            for method in METHODS:
                values = [found[name, size, method, s] for s in seeds]
                gains = [v - found[name, size, "none", s] for v, s in zip(values, seeds)]
                cells.append(interval(values) + (f" ({interval(gains, True)})" if METHODS[method] else ""))
            lines.append(f"| {name} | {size} | {len(seeds)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", help="a line of JSON for each run is appended here")
    parser.add_argument("--table", action="store_true", help="print what there is, and run nothing")
    parser.add_argument("--data", default=f"{TOP}/../shared/data", help="folder with text/*.tsv.gz")
    parser.add_argument("--build", default=f"{TOP}/build/release", help="folder with cli/aug and trainer/augtrain")
    parser.add_argument("--sizes", default=";".join(SIZES), help="N, separated by ;")
    parser.add_argument("--sets", default=";".join(SETS), help="data sets, separated by ;")
    parser.add_argument("--seeds", type=int, default=5)
    args = parser.parse_args()
    if args.table and not os.path.exists(args.results):
        parser.error(f"there are no results in {args.results}")
    if args.table:
        print(table(read(args.results)))
        return
    measurement = Measurement(args)
    for size in args.sizes.split(";"):
        for seed in range(1, args.seeds + 1):
            for name in args.sets.split(";"):
                for method in METHODS:
                    measurement.run(name, size, method, seed)


main()
