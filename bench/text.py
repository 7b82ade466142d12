#!/usr/bin/env python3
"""Speed of operations on texts, beside today's libraries, interleaved in one run on one thread.

    bench/text.py              every operation that a peer has, and what it must be times its peer
    bench/text.py swap ocr     those whose name contains one of these
    bench/text.py threads      our own operations on one thread and on two

Rates are rows a second of processor time, so that other work on the machine counts for nobody. The
peers are the scripts of a folder text/ with peers.py in it (--peers), run by a Python that has the
libraries (--python); we are called from C (bench_text). bench/README.md tells how to get both.
"""
import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# A name, our operation, and its peers with the least ratio that is asked for.
TASKS = [
    ("swap", "RandomSwap", [("fast-aug words swap", 4), ("textaugment EDA swap", 4), ("fasttextaug word swap", 4)]),
    ("deletion", "RandomDeletion", [("fast-aug words delete", 4), ("textaugment EDA deletion", 4),
                                    ("fasttextaug word delete", 4)]),
    ("aeda", "AEDA", [("textaugment AEDA", 4)]),
    ("char swap", "CharSwap", [("fast-aug chars swap", 3)]),
    ("char delete", "CharDelete", [("fast-aug chars delete", 3)]),
    ("char substitute", "CharSubstitute", [("fast-aug chars substitute", 3)]),
    ("char insert", "CharInsert", []),
    ("keyboard", "KeyboardNoise", [("fasttextaug keyboard", 5)]),
    ("ocr", "OcrNoise", [("fasttextaug OCR", 5)]),
    ("synonym", "SynonymReplacement", [("eda SR 0.1", 2), ("nlpaug SynonymAug p 0.1", 20)]),
    ("synonym untagged", "{SynonymReplacement: {tagger: false}}", [("eda SR 0.1", 15)]),
    ("insertion", "RandomInsertion", [("eda RI 0.1", 2)]),
    ("insertion untagged", "{RandomInsertion: {tagger: false}}", [("eda RI 0.1", 15)]),
]
# What two threads must be times one.
THREADS_RATIO = 1.8
# Milliseconds in which any operation is to be ready.
MOST_START = 10
# Run by the peers' Python beside peers.py: a line of JSON for every round.
PEER = """
import json, os, random, sys, time, types, warnings
warnings.simplefilter("ignore")
from peers import PEERS
rows = open(sys.argv[1], encoding="utf-8").read().splitlines()
seconds, names, calls = float(sys.argv[2]), sys.argv[3:], {}
for name in names:
    try:
        calls[name] = PEERS[name](types.SimpleNamespace(eda=None))
        calls[name](rows[0])
    except Exception as error:
        print(f"{name}: not measured: {error!r:.200}", file=sys.stderr)
random.seed(1)
print(json.dumps(list(calls)), flush=True)
position = dict.fromkeys(calls, 0)
for name in map(str.strip, sys.stdin):
    call, first, start, taken = calls[name], position[name], time.process_time(), 0
    done = first
    while taken < seconds:
        for row in rows[done % len(rows):][:50]:
            try:
                call(row)
            except Exception:
                pass
            done += 1
        taken = time.process_time() - start
    position[name] = done
    print((done - first) / taken, flush=True)
"""


def parse():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", nargs="*", help="tasks, by a part of their name, or threads")
    p.add_argument("--bench-text", default=os.path.join(TOP, "build/release/bench/bench_text"))
    p.add_argument("--data", default=os.path.join(TOP, "../shared/data/text/sst2_train.tsv.gz"),
                   help="rows, .tsv.gz, the text in the last column")
    p.add_argument("--peers", default=os.path.join(TOP, "../shared/bench"), help="folder that holds text/peers.py")
    p.add_argument("--python", default=os.path.join(TOP, "build/peers-text/bin/python"),
                   help="Python with the peers' libraries")
    p.add_argument("--nltk-data", default=os.path.join(TOP, "build/nltk_data"), help="what prepare_nltk.py made")
    p.add_argument("--rounds", type=int, default=5, help="each contestant runs once in a round")
    p.add_argument("--seconds", type=float, default=0.5, help="of processor time, for each contestant and round")
    p.add_argument("--warm-up", type=int, default=2, help="rounds of each peer before the first that counts")
    p.add_argument("--cpu", type=int, default=0, help="processor to pin to")
    p.add_argument("--json", metavar="FILE", help="writes all rates")
    return p.parse_args()


def ours(o, pipeline, rows, threads=0):
    """Rows a second, and milliseconds of preparation: of processor time called sample by sample, on the clock
    through a loader with threads."""
    words = [o.bench_text, pipeline, rows, str(o.seconds)] + ([str(threads)] if threads else [])
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"text.py: {pipeline}: {done.stderr.strip()}")
    *_, detail, rate = done.stdout.splitlines()
    ns, prepared = (float(re.search(f"([0-9.]+) {unit}", detail)[1]) for unit in ("ns of a processor", "ms"))
    return float(rate) if threads else 1e9 / ns, prepared


class Peers:
    """The peers' libraries, in a process that does one round of one of them when asked."""

    def __init__(self, o, names, rows):
        environment = dict(os.environ, NLTK_DATA=os.path.abspath(o.nltk_data), PYTHONDONTWRITEBYTECODE="1")
        self.process = subprocess.Popen([os.path.abspath(o.python), "-c", PEER, rows, str(o.seconds), *names],
                                        cwd=os.path.join(o.peers, "text"), env=environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = ""
        while not line.startswith("["):
            line = self.process.stdout.readline()
            if not line:
                sys.exit("text.py: the peers could not be started; see bench/README.md")
        self.names = json.loads(line)

    def rate(self, name):
        self.process.stdin.write(name + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def show(task, name, least, rates):
    """One peer of a task, with the ratio of each round. True if it is what is asked for."""
    ratios = [a / b for a, b in zip(rates[task], rates[name])]
    ratio, enough = statistics.median(ratios), statistics.median(ratios) >= least
    print(f"| {task} | {statistics.median(rates[task]):,.0f} | {name} | {statistics.median(rates[name]):,.0f} "
          f"| {ratio:.1f} [{min(ratios):.1f} .. {max(ratios):.1f}] | {least} {'' if enough else 'MISSED '}|")
    return enough


def beside_peers(o, tasks, rows):
    peers = Peers(o, sorted({peer for _, _, list_ in tasks for peer, _ in list_}), rows)
    rates = {name: [] for name in [*peers.names, *(task for task, _, _ in tasks)]}
    prepared = {task: [] for task, _, _ in tasks}
    for name in peers.names:
        for _ in range(o.warm_up):
            peers.rate(name)
    for turn in range(o.rounds):
        for task, pipeline, of_task in tasks:
            rate, ms = ours(o, pipeline, rows)
            rates[task].append(rate)
            prepared[task].append(ms)
            for name, _ in of_task:
                if name in peers.names and len(rates[name]) <= turn:
                    rates[name].append(peers.rate(name))
        print(f"round {turn + 1} of {o.rounds} done", file=sys.stderr)
    print("| Operation | rows/s | Peer | rows/s | times [least .. most] | asked for |")
    print("| --- | --- | --- | --- | --- | --- |")
    good = True
    for task, _, of_task in tasks:
        known = [(name, least) for name, least in of_task if name in peers.names]
        good = all([show(task, name, least, rates) for name, least in known]) and good
        if not known:
            print(f"| {task} | {statistics.median(rates[task]):,.0f} | | | | |")
    slowest = max(prepared, key=lambda task: statistics.median(prepared[task]))
    start = statistics.median(prepared[slowest])
    missed = "" if start < MOST_START else " MISSED"
    print(f"\nLongest preparation: {slowest}, {start:.1f} ms of at most {MOST_START}{missed}")
    good = not missed and good
    if o.json:
        with open(o.json, "w") as file:
            json.dump(rates, file, indent=1)
    return good


def on_threads(o, rows):
    good = True
    print("| Operation | one thread | two threads | times [least .. most] |\n| --- | --- | --- | --- |")
    for task, pipeline, _ in TASKS:
        ones, twos = [], []
        for _ in range(o.rounds):
            ones.append(ours(o, pipeline, rows, threads=1)[0])
            twos.append(ours(o, pipeline, rows, threads=2)[0])
        ratios = [two / one for one, two in zip(ones, twos)]
        good = statistics.median(ratios) >= THREADS_RATIO and good
        print(f"| {task} | {statistics.median(ones):,.0f} | {statistics.median(twos):,.0f} "
              f"| {statistics.median(ratios):.2f} [{min(ratios):.2f} .. {max(ratios):.2f}] |")
    return good


def main():
    o = parse()
    with tempfile.NamedTemporaryFile("wb", suffix=".txt") as plain:
        with gzip.open(o.data, "rb") as file:
            plain.writelines(line.rstrip(b"\n").split(b"\t")[-1] + b"\n" for line in file if line.strip())
        plain.flush()
        if o.what == ["threads"]:
            sys.exit(not on_threads(o, plain.name))
        os.sched_setaffinity(0, {o.cpu})
        tasks = [t for t in TASKS if not o.what or any(w in t[0] for w in o.what)]
        sys.exit(not beside_peers(o, tasks, plain.name))


if __name__ == "__main__":
    main()
