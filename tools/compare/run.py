#!/usr/bin/env python3
"""Runs what docs/compare.md shows, and appends a line to a file for each run: run.py RESULTS [--seeds N].

Every schedule, optimizer, initialization and normalization of augtrain on one small task, and what dropout, L1, L2
and label smoothing do to the gap between training and test. Fashion-MNIST is cut to a few thousand pictures. What
stands in RESULTS is not run again, so an interrupted run goes on; tools/compare/page.py makes the page of it.
"""
import argparse
import gzip
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile

import variants

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SPEC = """augd: 1
seed: {seed}
dataset: {dataset}
batch: {{size: {size}, tail: {tail}, shuffle: {shuffle}}}
output: {{layout: hwc, dtype: float32, normalize: fashion_mnist}}
"""


def cut(source, target, first, n):
    """Some rows of an IDX file (.gz), as another one."""
    with gzip.open(source) as file:
        data = file.read()
    shape = struct.unpack_from(f">{data[3]}i", data, 4)
    size = 1
    for extent in shape[1:]:
        size *= extent
    begin = 4 + 4 * len(shape) + first * size
    head = data[:4] + struct.pack(f">{len(shape)}i", n, *shape[1:])
    with gzip.open(target, "wb") as file:
        file.write(head + data[begin:begin + n * size])


def write_spec(folder, name, dataset, trains, seed):
    """A spec; one for training gives another order in each epoch."""
    with open(f"{folder}/{name}.yaml", "w", encoding="utf-8") as file:
        file.write(SPEC.format(seed=seed, dataset=dataset, size=variants.BATCH if trains else 250,
                               tail="drop" if trains else "short", shuffle=str(trains).lower()))


def make_data(folder, source):
    """The three sets, as options of augtrain."""
    parts = {"train": ("train", 0, variants.N_TRAIN), "choice": ("train", variants.N_TRAIN, variants.N_CHOICE),
             "test": ("t10k", 0, variants.N_TEST)}
    for name, (stem, first, n) in parts.items():
        for what in ("images-idx3", "labels-idx1"):
            cut(f"{source}/{stem}-{what}-ubyte.gz", f"{folder}/{name}-{what}-ubyte.gz", first, n)
    return [word for name in parts
            for word in ("--dataset", f"{name}=idx:{folder}/{name}-images-idx3-ubyte.gz")]


def run(augtrain, folder, data, text, seed):
    """One run of a model file; returns what its log says, or None for one whose values did not stay finite."""
    with open(f"{folder}/model.yaml", "w", encoding="utf-8") as file:
        file.write(text)
    done = subprocess.run([augtrain, f"{folder}/model.yaml", *data, "--quiet", "--threads", "1",
                           "--seed", str(seed), "--overwrite", "--output", f"{folder}/run"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode == 1 and "not finite" in done.stderr:
        return None
    if done.returncode != 0:
        sys.exit(f"augtrain: {done.stderr}\n{text}")
    with open(f"{folder}/run/log.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class Runs:
    """Runs that are made, and those that RESULTS has."""

    def __init__(self, path, augtrain, data):
        self.path, self.augtrain = path, augtrain
        self.folder = tempfile.mkdtemp(prefix="compare-")
        self.data = make_data(self.folder, data)
        self.known, self.kept = {}, set()
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                entries = [json.loads(line) for line in file]
            self.known = {e["id"]: e for e in entries}
            self.kept = {(e["group"], e["name"], e["seed"], e["id"]) for e in entries}

    def make(self, group, name, text, seed, judge="test", **more):
        """The entry of a run, made if it is not known."""
        text = text.replace("EVAL", judge)
        identity = hashlib.sha256(f"{seed}\n{text}".encode()).hexdigest()[:16]
        place = {"id": identity, "group": group, "name": name, "seed": seed, **more}
        if identity in self.known:
            return self.known[identity] if self.is_kept(place) else self.keep(self.known[identity] | place)
        write_spec(self.folder, "train", "train", True, seed)
        write_spec(self.folder, "choice", "choice", False, seed)
        write_spec(self.folder, judge, judge, False, seed)
        log = run(self.augtrain, self.folder, self.data, text, seed)
        entry = {**place, "finite": log is not None}
        if log:
            epochs = [e for e in log if e["event"] == "epoch"]
            steps = [e for e in log if e["event"] == "step"]
            entry |= {"accuracy": [e["test_accuracy"] for e in epochs], "loss": [e["train_loss"] for e in epochs],
                      "test_loss": [e["test_loss"] for e in epochs],
                      "seconds": log[-1]["seconds"]["total"]}
            if group == "schedules" and seed == 1:
                entry["rates"] = [[e["step"], e["lr"]] for e in steps]
            if group == "regularization":
                entry["train_accuracy"] = [e["train_eval_accuracy"] for e in epochs]
        return self.keep(entry)

    def is_kept(self, place):
        """Whether RESULTS has this run under this name; one model file may be a variant of several groups."""
        return (place["group"], place["name"], place["seed"], place["id"]) in self.kept

    def keep(self, entry):
        """Appends it to RESULTS."""
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        self.known[entry["id"]] = entry
        self.kept.add((entry["group"], entry["name"], entry["seed"], entry["id"]))
        last = f"{entry['accuracy'][-1]:.4f}" if entry["finite"] else "not finite"
        print(f"{entry['group']}: {entry['name']}, seed {entry['seed']}: {last}", flush=True)
        return entry


def choose_rates(runs):
    """The rate of each optimizer that is best on pictures of their own, with another seed than the page's."""
    rates = {}
    for name, choices in variants.RATES.items():
        entries = [runs.make("rates", name, variants.optimized(name, rate), 100, "choice", rate=rate)
                   for rate in choices]
        rates[name] = max(entries, key=lambda e: e["accuracy"][-1] if e["finite"] else 0)["rate"]
    return rates


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", help="a line of JSON for each run is appended here")
    parser.add_argument("--augtrain", default=f"{TOP}/build/release/trainer/augtrain")
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist", help="folder of the four IDX files")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--groups", help="groups of the page, separated by ;, for several processes at once")
    args = parser.parse_args()
    modules = json.loads(subprocess.run([args.augtrain, "modules", "--json"], stdout=subprocess.PIPE, check=True).stdout)
    variants.take_in(modules)
    runs = Runs(args.results, args.augtrain, args.data)
    groups = args.groups.split(";") if args.groups else None
    rates = {} if groups and "optimizers" not in groups else choose_rates(runs)
    for seed in range(1, args.seeds + 1):
        for variant in variants.variants(rates):
            if groups and variant["group"] not in groups:
                continue
            runs.make(variant["group"], variant["name"], variant["model"], seed)


main()
