#!/usr/bin/env python3
"""Speed of whole image pipelines, beside today's Python libraries, interleaved in one run.

    bench/image.py imagenet    JPEG photographs to normalized 224x224 tensors
    bench/image.py cifar       32x32 pictures in memory
    bench/image.py threads     our own pipeline on one thread and on two
    bench/image.py first       our own pipeline when pictures are read for the first time

The peers are the scripts of a folder image/ with pipelines.py in it (--peers), run by a Python that
has the libraries (--python). bench/README.md tells how to get both and how to read the result.
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Data of each task below --data, and the kind that aug reads it with.
TASKS = {
    "imagenet": ("imagenet-sample-300.tar", "tar"),
    "cifar": ("cifar10/lossless_train_3000.bin.gz", "cifar"),
}
# Peers that resize with an antialiasing filter, as we do; the others do less work.
ANTIALIASED = ("pillow", "torchvision-pil", "torchvision-tensor", "dali-cpu")
# No peer: libjpeg-turbo alone, the floor of everything that decodes whole pictures.
FLOOR = "turbojpeg-decode-only"
# Tasks of our own, without peers.
OWN = ("threads", "first")
# Short enough that no picture of the photographs comes twice.
FIRST_SECONDS = 0.1


def parse():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("task", choices=[*TASKS, *OWN])
    p.add_argument("--aug", default=os.path.join(TOP, "build/release/cli/aug"), help="the aug program")
    p.add_argument("--data", default=os.path.join(TOP, "../shared/data"), help="folder of the data")
    p.add_argument("--peers", default=os.path.join(TOP, "../shared/bench"), help="folder that holds image/pipelines.py")
    p.add_argument("--python", default=os.path.join(TOP, "build/peers/bin/python"), help="Python with the peers' libraries")
    p.add_argument("--rounds", type=int, default=3, help="each contestant runs once in a round")
    p.add_argument("--seconds", type=float, default=4, help="how long aug measures in a round")
    p.add_argument("--cpu", default="0", help="processor to pin single-threaded runs to")
    o = p.parse_args()
    for name in ("aug", "data", "peers", "python"):
        setattr(o, name, os.path.abspath(getattr(o, name)))
    for name in ("aug", "data") + (("peers", "python") if o.task not in OWN else ()):
        if not os.path.exists(getattr(o, name)):
            sys.exit(f"image.py: --{name}: there is nothing at {getattr(o, name)}; see bench/README.md")
    return o


def command(o, task, threads, *options):
    """The call of aug whose last word is its rate."""
    file, kind = TASKS[task]
    return [o.aug, "bench", os.path.join(TOP, f"bench/specs/{task}.yaml"), "--rate-only",
            *(["--cpu"] if threads == 1 and o.task != "threads" else []),
            "--threads", str(threads), "--seconds", str(o.seconds),
            "--dataset", f"photos={kind}:{os.path.join(o.data, file)}", *options]


def beside_peers(o):
    """Runs the peers' own script with us as a contestant and prints what it and we make of it."""
    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        subprocess.run(["taskset", "-c", o.cpu, o.python, "pipelines.py",
                        os.path.join(o.data, TASKS[o.task][0]), "--task", o.task,
                        "--rounds", str(o.rounds), "--json", result.name,
                        "--contestant", "augd=" + shlex.join(command(o, o.task, 1, "--cpu"))],
                       cwd=os.path.join(o.peers, "image"), check=True,
                       env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
        rates = {name: statistics.median(v) for name, v in json.load(result)["rates"].items() if v}
    ours = rates.pop("augd")
    fair = {n: r for n, r in rates.items() if n != FLOOR and (o.task != "imagenet" or n in ANTIALIASED)}
    best = max(fair, key=fair.get)
    what = "fastest peer that antialiases" if o.task == "imagenet" else "fastest peer"
    print(f"augd {ours:.0f}/s is {ours / fair[best]:.2f} times {best}, the {what} ({fair[best]:.0f}/s)")
    if FLOOR in rates:
        print(f"augd {ours:.0f}/s is {ours / rates[FLOOR]:.2f} times a plain decode of whole pictures ({rates[FLOOR]:.0f}/s)")


def scaling(o):
    """One thread and two, in turns."""
    rates = {1: [], 2: []}
    for _ in range(o.rounds):
        for threads, values in rates.items():
            done = subprocess.run(command(o, "imagenet", threads), capture_output=True, text=True, check=True)
            values.append(float(done.stdout.split()[-1]))
    one, two = (statistics.median(rates[n]) for n in (1, 2))
    for threads, values in rates.items():
        print(f"{threads} thread(s): median {statistics.median(values):.0f}/s [{min(values):.0f}..{max(values):.0f}]")
    print(f"two threads are {two / one:.2f} times one")


def first_epoch(o):
    """The same pictures when nothing is known of them, and when they were read before, in turns."""
    rates = {"for the first time": [], "known to be whole": []}
    with tempfile.TemporaryDirectory() as folder:
        caches = dict(zip(rates, ("off", folder)))
        subprocess.run(command(o, "imagenet", 1), capture_output=True, check=True,
                       env=dict(os.environ, AUGD_CACHE=folder))
        o.seconds = FIRST_SECONDS
        for _ in range(10 * o.rounds):
            for name, values in rates.items():
                done = subprocess.run(command(o, "imagenet", 1, "--cpu"), capture_output=True, text=True, check=True,
                                      env=dict(os.environ, AUGD_CACHE=caches[name]))
                values.append(float(done.stdout.split()[-1]))
    first, known = (statistics.median(values) for values in rates.values())
    for name, values in rates.items():
        print(f"{name}: median {statistics.median(values):.0f}/s [{min(values):.0f}..{max(values):.0f}]")
    print(f"reading for the first time takes {known / first:.2f} times as long")


def main():
    o = parse()
    if o.task == "threads":
        scaling(o)
    elif o.task == "first":
        first_epoch(o)
    else:
        beside_peers(o)


if __name__ == "__main__":
    main()
