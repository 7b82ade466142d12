#!/usr/bin/env python3
"""Speed of training steps beside PyTorch's, channels-last, interleaved.

    bench/trainer.py [--nets lenet,res8] [--threads 1,2] [--rounds 5] [--seconds 1.0]
    bench/trainer.py --waiting [--nets ...] [--threads ...] [--rounds ...] [--seconds ...]

In each round every network is trained by both programs, one right after the other, pinned to as
many processors as threads. Ours is `augtrain bench`: the whole loop, data included (Fashion-MNIST,
or computed pictures of 32 x 32); PyTorch's picks batches from pictures in memory. Both sides count
by the median step, and by processor time. A ratio is PyTorch's time over ours: the median of the
rounds, with least and most. The exit code is 0 if all are what was asked for.

With --waiting only ours: the networks with the data of their own files from an augd beside them, on
all processors, and the share of the time that they wait for it.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FASHION = os.environ.get("AUGD_DEMO_DATA", "/usr/share/datasets/fashion-mnist")
BATCH = 128

# Model file, data set, times of PyTorch that are asked for, by kernels.
NETS = {
    "lenet": ("examples/fashion_mnist/lenet.yaml", "fashion", 1.6, 1.6),
    "bn3": ("examples/fashion_mnist/bn3.yaml", "fashion", 1.6, 1.6),
    "mlp": ("examples/fashion_mnist/mlp.yaml", "fashion", 1.6, 1.6),
    "res8": ("examples/fashion_mnist/res8.yaml", "fashion", 1.4, 1.5),
    "wrn_16_4": ("examples/cifar10/wrn_16_4.yaml", "cifar", 1.0, 1.0),
    "resnet9": ("examples/cifar10/resnet9.yaml", "cifar", 1.0, 1.0),
}
# The same where a plug-in computes.
ASKED_OF = {"libxsmm": {"wrn_16_4": 1.1, "resnet9": 1.1}}
# Share of the time that may be spent waiting for augd.
MOST_WAITING = 0.03
DATA_SETS = {
    "fashion": f"fashion-mnist-train=idx:{FASHION},split=train",
    "cifar": "cifar10-train=synthetic:count=50000,size=32",
}
DATA = {
    "fashion": ["--data", f"{TOP}/bench/specs/trainer_fashion.yaml",
                "--dataset", DATA_SETS["fashion"]],
    "cifar": ["--data", f"{TOP}/bench/specs/trainer_cifar.yaml",
              "--dataset", DATA_SETS["cifar"]],
}


def parse():
    p = argparse.ArgumentParser(description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--nets", default=",".join(NETS))
    p.add_argument("--threads", default="1,2")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--seconds", type=float, default=1.0, help="of one program in one round, about")
    p.add_argument("--kernels", default="auto", help="ours: auto, avx512, avx2, baseline, libxsmm")
    p.add_argument("--build", default=f"{TOP}/build/release")
    p.add_argument("--python", default=os.environ.get("PYTHON", sys.executable),
                   help="a Python with torch")
    p.add_argument("--json", metavar="FILE")
    p.add_argument("--waiting", action="store_true", help="measure the wait for a daemon instead")
    args = p.parse_args()
    unknown = set(args.nets.split(",")) - set(NETS)
    if unknown:
        p.error(f"unknown networks {', '.join(sorted(unknown))}; known: {', '.join(NETS)}")
    return args


def pin(threads):
    cpus = sorted(os.sched_getaffinity(0))[:threads]
    return lambda: os.sched_setaffinity(0, cpus)


class Torch:
    """nn_torch.py as a server with so many processors."""

    def __init__(self, args, threads):
        self.threads = threads
        self.process = subprocess.Popen([args.python, f"{TOP}/bench/nn_torch.py", "--serve"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        preexec_fn=pin(threads))

    def measure(self, net, steps):
        self.process.stdin.write(f"{net} {self.threads} {steps}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def ours(args, net, threads, steps, data=None):
    """Our side, from data, or else pinned to so many processors with data that are made there."""
    model = NETS[net][0]
    command = [f"{args.build}/trainer/augtrain", "bench", f"{TOP}/{model}",
               *(data or DATA[NETS[net][1]]), "--steps", str(steps), "--threads", str(threads),
               "--kernels", args.kernels, "--json"]
    done = subprocess.run(command, capture_output=True, text=True,
                          preexec_fn=None if data else pin(threads), check=False)
    if done.returncode:
        sys.exit(f"trainer.py: {done.stderr.strip()}")
    result = json.loads(done.stdout)
    return {"step_s": 1e-3 * result["step_ms"],
            "cpu_s": result["cpu_seconds"] / result["steps"], "waiting": result["waiting"],
            "parameters": result["parameters"], "kernels": result["kernels"]}


def steps_for(seconds, step_s):
    return max(2, min(400, round(seconds / step_s)))


def spread(values):
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def compare(args, net, threads, torch):
    """All rounds of one network."""
    theirs = torch.measure(net, 1)
    mine = {"step_s": theirs["step_s"]}
    # Steps of a second and more differ little from each other, and take long.
    n_rounds = args.rounds if theirs["step_s"] < 0.5 else min(args.rounds, 2)
    rounds = []
    for _ in range(n_rounds):
        mine = ours(args, net, threads, steps_for(args.seconds, mine["step_s"]))
        theirs = torch.measure(net, steps_for(args.seconds, theirs["step_s"]))
        if mine["parameters"] != theirs["parameters"]:
            sys.exit(f"trainer.py: {net} has {mine['parameters']} parameters here and "
                     f"{theirs['parameters']} there")
        rounds.append({"wall": theirs["step_s"] / mine["step_s"],
                       "cpu": theirs["cpu_s"] / mine["cpu_s"],
                       "ours": BATCH / mine["step_s"], "torch": BATCH / theirs["step_s"],
                       "waiting": mine["waiting"]})
    result = {key: spread([r[key] for r in rounds]) for key in rounds[0]}
    asked = NETS[net][3 if mine["kernels"] == "avx512" else 2]
    asked = ASKED_OF.get(mine["kernels"], {}).get(net, asked)
    return {"net": net, "threads": threads, "kernels": mine["kernels"], "asked": asked, **result}


class Daemon:
    """augd with all data sets."""

    def __init__(self, args):
        self.folder = tempfile.TemporaryDirectory()
        path = f"{self.folder.name}/augd.sock"
        self.data = ["--data", f"unix:{path}"]
        sets = [word for each in DATA_SETS.values() for word in ("--dataset", each)]
        self.process = subprocess.Popen([f"{args.build}/augd/augd", "--quiet", "--listen",
                                         f"unix:{path}", *sets])
        while not os.path.exists(path):
            if self.process.poll() is not None:
                sys.exit("trainer.py: augd did not start")
            time.sleep(0.05)

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def measure_waiting(args):
    """The same of waiting for a daemon."""
    daemon = Daemon(args)
    rows = []
    print("| Network | Threads | images/s | Waiting for augd |\n| --- | --- | --- | --- |", flush=True)
    for threads in map(int, args.threads.split(",")):
        for net in args.nets.split(","):
            step_s = ours(args, net, threads, 2, daemon.data)["step_s"]
            runs = [ours(args, net, threads, steps_for(args.seconds, step_s), daemon.data)
                    for _ in range(args.rounds)]
            rows.append({"net": net, "threads": threads,
                         "waiting": spread([100 * run["waiting"] for run in runs]),
                         "ours": statistics.median(BATCH / run["step_s"] for run in runs)})
            waiting = rows[-1]["waiting"]
            print(f"| {net} | {threads} | {rows[-1]['ours']:.0f} | {waiting['median']:.1f} % "
                  f"[{waiting['least']:.1f} .. {waiting['most']:.1f}] |", flush=True)
    daemon.close()
    return rows, all(row["waiting"]["median"] < 100 * MOST_WAITING for row in rows)


def show(row):
    wall, cpu = row["wall"], row["cpu"]
    print(f"| {row['net']} | {row['threads']} | {row['ours']['median']:.0f} | "
          f"{row['torch']['median']:.0f} | {wall['median']:.2f} "
          f"[{wall['least']:.2f} .. {wall['most']:.2f}] | {cpu['median']:.2f} "
          f"[{cpu['least']:.2f} .. {cpu['most']:.2f}] | {100 * row['waiting']['median']:.1f} % | "
          f"{row['asked']} |", flush=True)


def compare_all(args):
    """All networks beside PyTorch's, and whether all are as fast as was asked for."""
    rows = []
    print("| Network | Threads | images/s | PyTorch's | Times, clock | Times, processor | Waiting | "
          "Asked for |\n| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for threads in map(int, args.threads.split(",")):
        torch = Torch(args, threads)
        for net in args.nets.split(","):
            rows.append(compare(args, net, threads, torch))
            show(rows[-1])
        torch.close()
    return rows, all(min(r["wall"]["median"], r["cpu"]["median"]) >= r["asked"] for r in rows)


def main():
    args = parse()
    rows, good = measure_waiting(args) if args.waiting else compare_all(args)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
