"""Runs of augtrain that are killed, with their daemon, at random moments and gone on with: nothing is lost.

AUGD_LONG=1 kills a hundred times instead of a few.
"""
import csv
import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import time

import program
import trained
from program import AUGD, equal, make_idx, numpy, read, write
from trained import AUGTRAIN, augtrain

trained.need_augd()

N_KILLS = 100 if os.environ.get("AUGD_LONG") == "1" else 6
# Everything that remembers something: statistics, dropout, moments, a schedule that looks at figures, an average,
# the best evaluation, sums of steps of two batches, and tests with samples in another order each time.
MODEL = """\
model:
  input: [12, 12, 1]
  layers:
    - conv: {filters: 4, padding: 1, bias: false}
    - batch_norm
    - relu
    - flatten
    - dropout: 0.2
    - linear: 4
optimizer: {adam: {lr: 0.003}}
schedule: [{warmup_linear: {total_iters: 4}}, {plateau: {patience: 1, factor: 0.7}}]
train: {epochs: 12, log_every: 3, checkpoint_every: 2 steps, checkpoint_keep: 2, accumulate: 2, ema: 0.9, best: loss,
        early_stop: 1000, choose_on: test, eval_every: 2}
data: {train: train.yaml, eval: eval.yaml}
"""
SPEC = """\
augd: 1
dataset: digits
pipeline: [RandomCrop: {size: [12, 12], padding: 1}]
batch: {size: 24}
output: {layout: hwc, normalize: fashion_mnist}
"""
DATASET = "digits=idx:pictures/t10k-images-idx3-ubyte.gz"
DATA = ("--dataset", DATASET)
# What depends on the clock.
TIMES = ("time", "seconds", "waiting", "loading", "cpu_s", "loader_cpu", "images_per_second", "images_per_s")


def make_case():
    """A model, its specs, and 120 pictures of 4 classes."""
    make_idx("pictures", 120, 12, 4)
    write("model.yaml", MODEL)
    write("train.yaml", SPEC)
    write("eval.yaml", SPEC)


def succeed(*arguments):
    """Runs augtrain, which must exit with 0; returns what it said on standard error."""
    done = augtrain(*arguments)
    equal(done.returncode, 0, f"augtrain {arguments}: {done.stderr}")
    return done.stderr


def events(folder):
    """The log without what depends on the clock, on threads or on how often the run was gone on with."""
    found = [json.loads(line) for line in read(f"{folder}/log.jsonl").splitlines()]
    for entry in found:
        for key in (*TIMES, "threads", "data"):
            entry.pop(key, None)
    return [entry for entry in found if entry["event"] != "resume"]


def table(path):
    """Rows of a CSV file without what depends on the clock."""
    with open(path, newline="", encoding="utf-8") as file:
        return [{key: value for key, value in row.items() if key not in TIMES} for row in csv.DictReader(file)]


def checkpoints(folder):
    """Paths of the checkpoints of a run, the oldest first."""
    return [f"{folder}/checkpoints/{name}" for name in sorted(os.listdir(f"{folder}/checkpoints"))]


def tensors(path):
    """Metadata and tensors of a safetensors file, as bytes."""
    content = read(path)
    size = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:8 + size])
    metadata = header.pop("__metadata__")
    begin = 8 + size
    return metadata, {name: content[begin + entry["data_offsets"][0]:begin + entry["data_offsets"][1]]
                      for name, entry in header.items()}


def state(path):
    """Everything of a checkpoint but what depends on the clock."""
    metadata, found = tensors(path)
    for name in ("run", "run.steps", "run.epochs"):
        columns = [column.rsplit(" ", 1) for column in metadata[name].split(",")]
        names = [column for column, n in columns for _ in range(int(n))]
        rows = numpy.frombuffer(found[name], numpy.int64).reshape(-1, len(names))
        kept = [i for i, column in enumerate(names)
                if not column.startswith("times.") and column != "log_size"
                and column.split(".")[-1] not in (*TIMES, "waited_s")]
        found[name] = rows[:, kept].tobytes()
    for name in ("started", "sha256", "call"):
        metadata.pop(name)
    return metadata, found


def compare(folder, undisturbed):
    """All that two runs left, but for times."""
    for name in ("model.safetensors", "best.safetensors"):
        equal(read(f"{folder}/{name}") == read(f"{undisturbed}/{name}"), True, f"{name} of {folder}")
    equal(events(folder), events(undisturbed), f"the log of {folder}")
    for name in ("steps.csv", "epochs.csv"):
        equal(table(f"{folder}/{name}"), table(f"{undisturbed}/{name}"), f"{name} of {folder}")
    found_names, names = os.listdir(f"{folder}/checkpoints"), os.listdir(f"{undisturbed}/checkpoints")
    equal((len(found_names), max(found_names)), (len(names), max(names)), f"checkpoints of {folder}")
    # A run that was told to end has left one of that moment, perhaps in the place of another.
    for name in set(found_names) & set(names):
        found, wanted = f"{folder}/checkpoints/{name}", f"{undisturbed}/checkpoints/{name}"
        found_metadata, found_tensors = state(found)
        metadata, wanted_tensors = state(wanted)
        equal(found_metadata, metadata, f"metadata of {found}")
        equal(list(found_tensors), list(wanted_tensors), f"tensors of {found}")
        for name, content in wanted_tensors.items():
            equal(found_tensors[name] == content, True, f"{name} of {found}")


def words(folder, draws, *data):
    """A command that begins a run, or goes on with it if there is anything to go on from: a checkpoint that a kill
    left half written is nothing."""
    threads = ("--threads", str(draws.choice((1, 2, 3, 8))), "--quiet")
    if os.path.isdir(f"{folder}/checkpoints") and any(path.endswith(".safetensors") for path in checkpoints(folder)):
        return [AUGTRAIN, "--resume", folder, *threads]
    return [AUGTRAIN, "model.yaml", "--output", folder, "--overwrite", *data, *threads]


def run_killed(folder, draws, n_kills, longest_s, *data):
    """Kills a run n_kills times, or tells it to end, goes on with it, and lets it end; returns how often it was killed while it worked."""
    n_killed = 0
    while n_killed < n_kills:
        with subprocess.Popen(words(folder, draws, *data), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as run:
            time.sleep(draws.uniform(0, longest_s))
            run.send_signal(draws.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM)))
            said = run.communicate()[1].decode()
        equal(run.returncode in (0, -signal.SIGKILL, -signal.SIGTERM, 128 + signal.SIGTERM), True, said)
        n_killed += run.returncode != 0
        if run.returncode == 0:
            # It was faster; from its begin again, elsewhere.
            compare(folder, "undisturbed")
            shutil.rmtree(folder)
    last = subprocess.run(words(folder, draws, *data), text=True, timeout=120, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    equal(last.returncode, 0, last.stderr)
    compare(folder, "undisturbed")
    return n_killed


def run_undisturbed():
    """The run that others are compared with; returns its seconds."""
    begin = time.monotonic()
    succeed("model.yaml", *DATA, "--output", "undisturbed", "--threads", 2)
    return time.monotonic() - begin


def test_kills_of_the_run():
    make_case()
    seconds = run_undisturbed()
    n_killed = run_killed("killed", random.Random(5), N_KILLS // 2, 1.2 * seconds, *DATA)
    print(f"{n_killed} kills of augtrain")


def test_killed_before_the_last_weights():
    make_case()
    run_undisturbed()
    shutil.copytree("undisturbed", "killed")
    for spoil in (lambda path: write(path, read("killed/best.safetensors")), os.remove):
        spoil("killed/model.safetensors")
        succeed("--resume", "killed")
        compare("killed", "undisturbed")


class Daemon:
    """augd that can be killed and started again."""

    def __init__(self):
        self.address = "unix:" + os.path.abspath("augd.sock")
        self.start()

    def start(self):
        """Starts it; it may take a moment until it listens."""
        self.process = subprocess.Popen([AUGD, "--quiet", "--listen", self.address, "--dataset", DATASET])

    def await_it(self):
        """Waits until it listens."""
        while True:
            try:
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.connect(self.address[len("unix:"):])
                return
            except OSError:
                time.sleep(0.01)

    def kill(self):
        """Ends it as a crash does."""
        self.process.kill()
        self.process.wait(timeout=30)


def test_kills_of_the_daemon():
    make_case()
    seconds = run_undisturbed()
    draws, n_killed, n_runs = random.Random(6), 0, 0
    while n_killed < N_KILLS // 2:
        daemon = Daemon()
        daemon.await_it()
        folder = f"served-{n_runs}"
        n_runs += 1
        with subprocess.Popen([AUGTRAIN, "model.yaml", "--data", daemon.address, "--output", folder, "--quiet"],
                              stderr=subprocess.PIPE, text=True) as run:
            while run.poll() is None and not os.path.exists(f"{folder}/log.jsonl"):
                time.sleep(0.005)
            while run.poll() is None and n_killed < N_KILLS // 2:
                time.sleep(draws.uniform(0, 0.7 * seconds))
                daemon.kill()
                n_killed += run.poll() is None
                time.sleep(draws.choice((0, 0.05, 0.2)))
                daemon.start()
            said = run.communicate(timeout=120)[1]
        daemon.kill()
        equal(run.returncode, 0, said)
        compare(folder, "undisturbed")
    print(f"{n_killed} kills of augd in {n_runs} runs")


program.main(globals())
