#!/usr/bin/env python3
"""Speed of whole image pipelines, beside today's Python libraries, interleaved in one run.

    bench/image.py imagenet    JPEG photographs to normalized 224x224 tensors
    bench/image.py cifar       32x32 pictures in memory
    bench/image.py threads     our own pipeline on one thread and on two
    bench/image.py first       our own pipeline when pictures are read for the first time

--before OLD_AUG lets another build's aug take turns with ours and says how many times as fast ours
is: with imagenet, cifar and first. The peers then take part only where they are there.

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
    p.add_argument("--before", help="the aug program of another build, which takes turns with ours")
    p.add_argument("--data", default=os.path.join(TOP, "../shared/data"), help="folder of the data")
    p.add_argument("--peers", default=os.path.join(TOP, "../shared/bench"), help="folder that holds image/pipelines.py")
    p.add_argument("--python", default=os.path.join(TOP, "build/peers/bin/python"), help="Python with the peers' libraries")
    p.add_argument("--rounds", type=int, default=3, help="each contestant runs once in a round")
    p.add_argument("--seconds", type=float, default=4, help="how long aug measures in a round")
    p.add_argument("--cpu", default="0", help="processor to pin single-threaded runs to")
    o = p.parse_args()
    if o.before and o.task == "threads":
        p.error("--before goes with imagenet, cifar and first")
    for name in ("aug", "before", "data", "peers", "python"):
        if getattr(o, name):
            setattr(o, name, os.path.abspath(getattr(o, name)))
    o.has_peers = os.path.exists(o.peers) and os.path.exists(o.python)
    needed = ["aug", "data"] + (["before"] if o.before else ["peers", "python"] if o.task not in OWN else [])
    for name in needed:
        if not os.path.exists(getattr(o, name)):
            sys.exit(f"image.py: --{name}: there is nothing at {getattr(o, name)}; see bench/README.md")
    return o


def command(o, task, threads, *options, aug=None):
    """The call of aug whose last word is its rate."""
    file, kind = TASKS[task]
    return [aug or o.aug, "bench", os.path.join(TOP, f"bench/specs/{task}.yaml"), "--rate-only",
            *(["--cpu"] if threads == 1 and o.task != "threads" else []),
            "--threads", str(threads), "--seconds", str(o.seconds),
            "--dataset", f"photos={kind}:{os.path.join(o.data, file)}", *options]


def beside_peers(o):
    """Runs the peers' own script with us as a contestant and prints what it and we make of it."""
    ours = ["--contestant", "augd=" + shlex.join(command(o, o.task, 1, "--cpu"))]
    if o.before:
        ours += ["--contestant", "before=" + shlex.join(command(o, o.task, 1, "--cpu", aug=o.before))]
    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        subprocess.run(["taskset", "-c", o.cpu, o.python, "pipelines.py",
                        os.path.join(o.data, TASKS[o.task][0]), "--task", o.task,
                        "--rounds", str(o.rounds), "--json", result.name, *ours],
                       cwd=os.path.join(o.peers, "image"), check=True,
                       env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
        all_rates = json.load(result)["rates"]
    if o.before:
        print_times("augd", all_rates["augd"], "the build before", all_rates.pop("before"))
    rates = {name: statistics.median(v) for name, v in all_rates.items() if v}
    ours = rates.pop("augd")
    fair = {n: r for n, r in rates.items() if n != FLOOR and (o.task != "imagenet" or n in ANTIALIASED)}
    best = max(fair, key=fair.get)
    what = "fastest peer that antialiases" if o.task == "imagenet" else "fastest peer"
    print(f"augd {ours:.0f}/s is {ours / fair[best]:.2f} times {best}, the {what} ({fair[best]:.0f}/s)")
    if FLOOR in rates:
        print(f"augd {ours:.0f}/s is {ours / rates[FLOOR]:.2f} times a plain decode of whole pictures ({rates[FLOOR]:.0f}/s)")


def in_turns(contestants, n_rounds):
    """Rates of each contestant, {name: (call, environment)}; each runs once in a round, every other round backwards."""
    rates = {name: [] for name in contestants}
    for i in range(n_rounds):
        for name, (call, environment) in list(contestants.items())[::-1 if i % 2 else 1]:
            done = subprocess.run(call, capture_output=True, text=True, check=True, env=dict(os.environ, **environment))
            rates[name].append(float(done.stdout.split()[-1]))
    for name, values in rates.items():
        print(f"{name}: median {statistics.median(values):.0f}/s [{min(values):.0f}..{max(values):.0f}]")
    return rates


def print_times(one, rates, other, other_rates):
    """How many times as fast one is as the other: the median over rounds."""
    times = [a / b for a, b in zip(rates, other_rates)]
    print(f"{one} is {statistics.median(times):.2f} times {other} [{min(times):.2f}..{max(times):.2f}]")


def beside_before(o):
    """Our pipeline of this build and of the one before, in turns."""
    rates = in_turns({"augd": (command(o, o.task, 1, "--cpu"), {}),
                      "before": (command(o, o.task, 1, "--cpu", aug=o.before), {})}, o.rounds)
    print_times("augd", rates["augd"], "the build before", rates["before"])


def scaling(o):
    """One thread and two, in turns."""
    rates = in_turns({f"{n} thread(s)": (command(o, "imagenet", n), {}) for n in (1, 2)}, o.rounds)
    print_times("two threads", rates["2 thread(s)"], "one", rates["1 thread(s)"])


def first_epoch(o):
    """The same pictures when nothing is known of them, and when they were read before, in turns."""
    builds = {"augd": o.aug, **({"before": o.before} if o.before else {})}
    contestants = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, aug in builds.items():
            cache = os.path.join(folder, name)
            os.mkdir(cache)
            subprocess.run(command(o, "imagenet", 1, aug=aug), capture_output=True, check=True,
                           env=dict(os.environ, AUGD_CACHE=cache))
            contestants[f"{name}, for the first time"] = aug, "off"
            contestants[f"{name}, known to be whole"] = aug, cache
        o.seconds = FIRST_SECONDS
        rates = in_turns({name: (command(o, "imagenet", 1, "--cpu", aug=aug), {"AUGD_CACHE": cache})
                          for name, (aug, cache) in contestants.items()}, 10 * o.rounds)
    for name in builds:
        first, known = (statistics.median(rates[f"{name}, {when}"])
                        for when in ("for the first time", "known to be whole"))
        print(f"{name}: reading for the first time takes {known / first:.2f} times as long")
    if o.before:
        for when in ("for the first time", "known to be whole"):
            print_times(f"augd, {when},", rates[f"augd, {when}"], "the build before", rates[f"before, {when}"])


def main():
    o = parse()
    if o.task == "threads":
        scaling(o)
    elif o.task == "first":
        first_epoch(o)
    elif o.before and not o.has_peers:
        beside_before(o)
    else:
        beside_peers(o)


if __name__ == "__main__":
    main()
