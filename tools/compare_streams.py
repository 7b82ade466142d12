#!/usr/bin/env python3
"""Compares the streams of two builds of aug on random pipelines: no byte may differ.

compare_streams.py OLD_AUG NEW_AUG FOLDER [--n CHAINS] [--seed SEED]

FOLDER is a data set of the kind image_folder; small pictures of all sorts are best. The chains are
made of the operations that both builds know, each with random parameters; the stream of a chain is
compared by `aug digest`. Prints each specification that differs and exits with 1 if there is one.
A specification that both builds refuse with the same words counts as equal.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile


def pair(rng, low, high):
    return [rng.randint(low, high), rng.randint(low, high)]


def padding(rng):
    return {"padding": [rng.randint(0, 9) for _ in range(rng.choice([1, 2, 4]))],
            "padding_mode": rng.choice(["constant", "reflect", "edge"]),
            "fill": rng.choice([0, 77, [1, 20, 30]])}


def rotate(rng):
    limit = rng.choice([rng.uniform(1, 180), [rng.uniform(-90, 0), rng.uniform(0, 90)], [90, 90]])
    return {"limit": limit, "expand": rng.random() < .3, "p": rng.choice([1, 1, .5]),
            "interpolation": rng.choice(["bilinear", "bilinear", "nearest"]),
            "border_mode": rng.choice(["constant", "reflect", "edge"]),
            "fill": rng.choice([0, 200, [9, 8, 7]])}


OPERATIONS = {
    "HorizontalFlip": lambda rng: {"p": rng.choice([.5, 1])},
    "VerticalFlip": lambda rng: {"p": rng.choice([.5, 1])},
    "Transpose": lambda rng: {"p": rng.choice([.5, 1])},
    "RandomRotate90": lambda rng: {"p": rng.choice([.5, 1])},
    "Resize": lambda rng: {"size": pair(rng, 9, 90),
                           "interpolation": rng.choice(["bilinear", "bicubic", "box", "nearest"])},
    "RandomResizedCrop": lambda rng: {"size": pair(rng, 9, 70), "scale": [rng.uniform(.1, .6), 1]},
    "CenterCrop": lambda rng: {"size": pair(rng, 9, 90), "fill": rng.choice([0, 99])},
    "RandomCrop": lambda rng: {"size": pair(rng, 9, 60), "pad_if_needed": True, "padding": rng.choice([0, 4]),
                               "padding_mode": rng.choice(["constant", "reflect", "edge"])},
    "Pad": padding,
    "Rotate": rotate,
    "Cutout": lambda rng: {"size": rng.randint(1, 40), "fill": rng.choice(["mean", "random", [9, 80, 7], 5])},
    "RandomErasing": lambda rng: {"p": 1, "value": rng.choice(["random", 3, [1, 2, 3]])},
}


def operation(rng, depth):
    if depth < 2 and rng.random() < .08:
        return {"OneOf": {"p": .8, "transforms": [operation(rng, depth + 1) for _ in range(rng.randint(1, 3))]}}
    name = rng.choice(list(OPERATIONS) + ["Rotate", "Cutout", "Rotate"])
    return {name: OPERATIONS[name](rng)}


def specification(rng, folder):
    pipeline = [operation(rng, 0) for _ in range(rng.randint(1, 6))]
    last = rng.choice(["Resize", "CenterCrop", "RandomCrop", "CenterCrop"])
    pipeline.append({last: OPERATIONS[last](rng)})
    pipeline += [{name: OPERATIONS[name](rng)} for name in
                 rng.choices(["HorizontalFlip", "Cutout", "RandomErasing", "VerticalFlip"], k=rng.randint(0, 2))]
    output = {"layout": rng.choice(["chw", "hwc"]), "dtype": rng.choice(["uint8", "float32"]),
              "color": rng.choice(["rgb", "rgb", "gray"])}
    if output["dtype"] == "float32":
        output["normalize"] = rng.choice(["imagenet", "none"])
    return {"augd": 1, "seed": rng.randint(0, 1000), "dataset": {"kind": "image_folder", "path": folder},
            "pipeline": pipeline, "batch": {"size": 5}, "output": output}


def digest(aug, path):
    run = subprocess.run([aug, "digest", path, "--epochs", "2", "--threads", "1"], capture_output=True, text=True)
    return run.returncode, run.stdout.split()[:1], run.stderr if run.returncode else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("folder")
    parser.add_argument("--n", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    differ = refused = 0
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "spec.json")
        for _ in range(options.n):
            spec = specification(rng, os.path.abspath(options.folder))
            with open(path, "w", encoding="utf-8") as file:
                json.dump(spec, file)
            old, new = digest(options.old, path), digest(options.new, path)
            refused += old[0] != 0
            if old != new:
                differ += 1
                print(f"{old} became {new}:\n{json.dumps(spec)}")
    print(f"{options.n} chains, {refused} refused by both or the first, {differ} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
