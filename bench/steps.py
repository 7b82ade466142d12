#!/usr/bin/env python3
"""What a step between two geometries costs: nothing but its own work, as only what is seen is made.

    bench/steps.py --photo photographs.tar

Pictures of 1600 x 1200 as JPEG are made of the first photographs. Each pair of pipelines runs with
and without its middle step, in turns, in processor seconds of one thread; a row tells how many times
as long the sample takes with it. --before AUG adds the same rows for another build.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SIZE = (1200, 1600)
# First operation, the step in between, last operation.
ROWS = [
    ("Rotate: {limit: 30, p: 1}", "Cutout: 8", "CenterCrop: 64"),
    ("Resize: {size: [600, 800]}", "RandomBrightnessContrast: {p: 1}", "CenterCrop: 64"),
]
# For builds that do not know it: another step in the same place.
OLDER = {"RandomBrightnessContrast: {p: 1}": "Cutout: 8"}


def parse():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--aug", default=os.path.join(TOP, "build/release/cli/aug"), help="the aug program")
    p.add_argument("--before", help="another build of it, to compare with")
    p.add_argument("--photo", default=os.path.join(TOP, "../shared/data/imagenet-sample-300.tar"),
                   help="photographs to make the pictures of, in any form that aug apply reads")
    p.add_argument("--rounds", type=int, default=5, help="each pipeline runs once in a round")
    p.add_argument("--seconds", type=float, default=2, help="how long aug measures in a round")
    p.add_argument("--cpu", default="0", help="processor to pin runs to")
    o = p.parse_args()
    if not os.path.exists(o.photo):
        sys.exit(f"steps.py: --photo: there is nothing at {o.photo}; see bench/README.md")
    return o


def write_spec(path, operations, folder):
    with open(path, "w", encoding="utf-8") as file:
        file.write("augd: 1\nseed: 1\n")
        file.write(f"dataset: {{kind: image_folder, path: {folder}}}\n")
        file.write("pipeline:\n" + "".join(f"  - {operation}\n" for operation in operations))
        file.write("batch: {size: 8}\noutput: {layout: chw, dtype: float32, normalize: imagenet}\n")


def make_pictures(o, directory):
    spec = os.path.join(directory, "make.yaml")
    write_spec(spec, [f"Resize: {{size: [{SIZE[0]}, {SIZE[1]}]}}"], ".")
    folder = os.path.join(directory, "pictures")
    subprocess.run([o.aug, "apply", spec, "--input", o.photo, "--output", folder, "--format", "jpeg"],
                   check=True, stdout=subprocess.DEVNULL)
    for name in ("labels.tsv", "errors.tsv"):
        if os.path.exists(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))
    return folder


def rate(o, aug, spec):
    done = subprocess.run(["taskset", "-c", o.cpu, aug, "bench", spec, "--rate-only", "--cpu", "--threads", "1",
                           "--seconds", str(o.seconds)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"steps.py: {aug}: {done.stderr}")
    return float(done.stdout.split()[-1])


def measure(o, name, aug, rows, folder, directory):
    for first, between, last in rows:
        specs = []
        for i, operations in enumerate(([first, last], [first, between, last])):
            specs.append(os.path.join(directory, f"spec{i}.yaml"))
            write_spec(specs[i], operations, folder)
        rates = [[], []]
        for _ in range(o.rounds):
            for values, spec in zip(rates, specs):
                values.append(rate(o, aug, spec))
        times = [without / with_it for without, with_it in zip(*rates)]
        print(f"{name}{first} -> {between} -> {last}: {statistics.median(times):.2f} times as long as without "
              f"[{min(times):.2f}..{max(times):.2f}]; {statistics.median(rates[1]):.0f}/s and "
              f"{statistics.median(rates[0]):.0f}/s")


def main():
    o = parse()
    with tempfile.TemporaryDirectory() as directory:
        folder = make_pictures(o, directory)
        measure(o, "", os.path.abspath(o.aug), ROWS, folder, directory)
        if o.before:
            rows = [(first, OLDER.get(between, between), last) for first, between, last in ROWS]
            measure(o, "before: ", os.path.abspath(o.before), rows, folder, directory)


if __name__ == "__main__":
    main()
