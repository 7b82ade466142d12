#!/usr/bin/env python3
"""Test accuracies of the models of examples/ over seeds: accuracy.py RESULTS [EXPERIMENT...].

Appends a line to RESULTS for each run; what stands there is not run again. Without names all experiments are made,
short ones first. --table prints what RESULTS has. Data: the four files of Fashion-MNIST (--fashion), and a folder with
train/CLASS/*.jpg and test/CLASS/*.jpg for CIFAR-10 (--cifar10), and two tables for TREC (--trec).
"""
import argparse
import gzip
import json
import math
import os
import random
import re
import resource
import statistics
import struct
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PLAIN = "[]"
SHIFT = "[{RandomCrop: {size: [28, 28], padding: 2}}, {HorizontalFlip: {p: 0.5}}]"
CUT = SHIFT[:-1] + ", {Cutout: {size: 8}}]"
# Name -> (model below examples/, epochs, training samples or None for all, pipeline or None for the example's own).
EXPERIMENTS = {
    "fasttext": ("trec/fasttext", None, None, None),
    "text_cnn": ("trec/text_cnn", None, None, None),
    "mlp": ("fashion_mnist/mlp", None, None, None),
    "bn3 5,000": ("fashion_mnist/bn3", 40, 5000, PLAIN),
    "bn3 5,000, flip + shift": ("fashion_mnist/bn3", 40, 5000, SHIFT),
    "bn3 5,000, flip + shift + cut-out": ("fashion_mnist/bn3", 40, 5000, CUT),
    "res8 1,000": ("fashion_mnist/res8", 60, 1000, PLAIN),
    "res8 1,000, flip + shift": ("fashion_mnist/res8", 60, 1000, SHIFT),
    "res8 1,000, flip + shift + cut-out": ("fashion_mnist/res8", 60, 1000, CUT),
    "model": ("fashion_mnist/model", None, None, None),
    "bn3": ("fashion_mnist/bn3", None, None, None),
    "autoencoder": ("fashion_mnist/autoencoder", None, None, None),
    "lenet": ("fashion_mnist/lenet", None, None, None),
    "res8": ("fashion_mnist/res8", None, None, None),
    "res8, flip + shift": ("fashion_mnist/res8", 10, None, SHIFT),
    "cifar10 res8": ("cifar10/res8", None, None, None),
    "cifar10 wrn_16_4": ("cifar10/wrn_16_4", None, None, None),
    "cifar10 resnet9": ("cifar10/resnet9", None, None, None),
}
# Quantiles of Student's t for 95 %, by degrees of freedom.
STUDENT = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78}


def read(path):
    """The lines of JSON in a file."""
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def processor_seconds():
    """Those of all programs that were run so far; a busy machine makes them hardly more."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def subset(source, folder, n, seed):
    """n rows of the training files, drawn by the seed, as IDX files in a folder; returns that of the images."""
    picks = None
    for what in ("images-idx3", "labels-idx1"):
        with gzip.open(f"{source}/train-{what}-ubyte.gz") as file:
            data = file.read()
        shape = struct.unpack_from(f">{data[3]}i", data, 4)
        size, begin = math.prod(shape[1:]), 4 + 4 * len(shape)
        picks = picks or random.Random(seed).sample(range(shape[0]), n)
        with gzip.open(f"{folder}/train-{what}-ubyte.gz", "wb") as file:
            file.write(data[:4] + struct.pack(f">{len(shape)}i", n, *shape[1:]))
            for row in picks:
                file.write(data[begin + row * size:begin + (row + 1) * size])
    return f"{folder}/train-images-idx3-ubyte.gz"


class Runs:
    """Runs in a folder of its own."""

    def __init__(self, args):
        self.args = args
        self.folder = tempfile.mkdtemp(prefix="accuracy-")
        self.known = set()
        if os.path.exists(args.results):
            self.known = {(e["experiment"], e["seed"]) for e in read(args.results)}

    def copy(self, model, seed, epochs, samples, pipeline):
        """The model file and its specs, changed as the experiment says; the seed is that of order and draws, too."""
        name = os.path.basename(model)
        for file in os.listdir(f"{TOP}/examples/{os.path.dirname(model)}"):
            if not file.endswith(".yaml"):
                continue
            with open(f"{TOP}/examples/{os.path.dirname(model)}/{file}", encoding="utf-8") as source:
                text = re.sub(r"(?m)^( *)seed: 1$", rf"\g<1>seed: {seed}", source.read())
            if file == f"{name}.yaml" and epochs:
                text = re.sub(r"epochs: \d+", f"epochs: {epochs}", text)
            if file == f"{name}.yaml":
                text = text.replace("train: {epochs", "train: {train_eval: 0, eval_every: 1000000, epochs")
            if pipeline and file == "plain.yaml":
                text = text.replace("batch:", f"pipeline: {pipeline}\nbatch:")
                text = text.replace("size: 128", "size: 64") if samples else text
            if model.startswith("cifar10") and file == "eval.yaml":
                # Of files the sizes are known only when all were read; this one makes them certain.
                text = text.replace("batch:", "pipeline: [{CenterCrop: {size: [32, 32]}}]\nbatch:")
            with open(f"{self.folder}/{file}", "w", encoding="utf-8") as target:
                target.write(text)

    def datasets(self, model, samples, seed):
        """What the specs' data sets are, as options."""
        args = self.args
        if model.startswith("fashion"):
            train = subset(args.fashion, self.folder, samples, seed) if samples else \
                f"{args.fashion}/train-images-idx3-ubyte.gz"
            sets = [f"fashion-mnist-train=idx:{train}", f"fashion-mnist-test=idx:{args.fashion}/t10k-images-idx3-ubyte.gz"]
        elif model.startswith("cifar10"):
            sets = [f"cifar10-{part}=image_folder:{args.cifar10}/{part}" for part in ("train", "test")]
        else:
            train, test = (os.path.realpath(path) for path in args.trec.split(","))
            subprocess.run([f"{args.build}/cli/aug", "data", "build", "vocabulary", f"tsv:{train}", "--lower",
                            "--min-count", "2", "--max-size", "8192", "--output", f"{self.folder}/words.txt",
                            "--overwrite"], check=True, stdout=subprocess.DEVNULL)
            sets = [f"trec-train=tsv:{train}", f"trec-test=tsv:{test}"]
        return [word for text in sets for word in ("--dataset", text)]

    def run(self, experiment, seed):
        """One run, if it is not known."""
        if (experiment, seed) in self.known:
            return
        model, epochs, samples, pipeline = EXPERIMENTS[experiment]
        self.copy(model, seed, epochs, samples, pipeline)
        sets = self.datasets(model, samples, seed)
        before = processor_seconds()
        done = subprocess.run([f"{self.args.build}/trainer/augtrain", f"{self.folder}/{os.path.basename(model)}.yaml",
                               *sets, "--seed", str(seed), "--quiet", "--threads",
                               str(self.args.threads), "--overwrite", "--output", f"{self.folder}/run"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            sys.exit(f"{experiment}: {done.stderr}")
        log = read(f"{self.folder}/run/log.jsonl")
        entry = {"experiment": experiment, "seed": seed, "epochs": log[-1]["epochs"],
                 "accuracy": log[-1].get("test_accuracy"), "loss": log[-1]["test_loss"],
                 "parameters": log[0]["n_parameters"], "seconds": log[-1]["seconds"]["total"],
                 "processor_seconds": round(processor_seconds() - before, 1), "threads": self.args.threads,
                 "kernels": log[0]["kernels"]}
        with open(self.args.results, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        print(json.dumps(entry), flush=True)


def interval(values, digits):
    """Mean with its 95 % interval over seeds."""
    mean = f"{statistics.mean(values):.{digits}f}"
    if len(values) < 2:
        return mean
    half = STUDENT[min(len(values) - 1, 4)] * statistics.stdev(values) / math.sqrt(len(values))
    return f"{mean} ± {half:.{digits}f}"


def table(entries):
    """A row for each experiment that has runs."""
    lines = ["| Experiment | Parameters | Epochs | Accuracy, % | Loss | Seeds | Processor seconds |",
             "| --- | --- | --- | --- | --- | --- | --- |"]
    for experiment in EXPERIMENTS:
        found = [e for e in entries if e["experiment"] == experiment]
        if not found:
            continue
        seconds = [e["processor_seconds"] for e in found if "processor_seconds" in e]
        accuracy = interval([100 * e["accuracy"] for e in found], 1) if found[0]["accuracy"] else ""
        lines.append(f"| {experiment} | {found[0]['parameters']:,} | {found[0]['epochs']} | {accuracy} | "
                     f"{interval([e['loss'] for e in found], 4)} | {len(found)} | "
                     f"{f'{statistics.median(seconds):.0f}' if seconds else ''} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", help="a line of JSON for each run is appended here")
    parser.add_argument("experiments", nargs="*", metavar="EXPERIMENT", help=", ".join(EXPERIMENTS))
    parser.add_argument("--table", action="store_true", help="print what there is, and run nothing")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--build", default=f"{TOP}/build/release")
    parser.add_argument("--fashion", default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--cifar10", default="cifar10")
    parser.add_argument("--trec", default="trec_train.tsv.gz,trec_test.tsv.gz")
    args = parser.parse_intermixed_args()
    unknown = set(args.experiments) - set(EXPERIMENTS)
    if unknown:
        parser.error(f"there is no experiment {', '.join(sorted(unknown))}; there are: {', '.join(EXPERIMENTS)}")
    if args.table and not os.path.exists(args.results):
        parser.error(f"there are no results in {args.results}")
    if args.table:
        print(table(read(args.results)))
        return
    runs = Runs(args)
    for experiment in args.experiments or EXPERIMENTS:
        for seed in range(1, args.seeds + 1):
            runs.run(experiment, seed)


main()
