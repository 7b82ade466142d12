#!/usr/bin/env python3
"""What augtrain weighs beside PyTorch: files, libraries, start and memory. Prints a table.

    footprint.py [--build DIR] [--python PYTHON] [--threads N] [--runs N]

Both sides train the same LeNet (421,642 parameters, batch 128, SGD with Nesterov momentum) on made-up
pictures of 28 x 28. PYTHON is one that has torch; without it our side stands alone.

    program     bytes of the stripped augtrain; of the torch package, its files
    libraries   shared libraries that the process has loaded at its end, and their bytes
    start       from the start of the process to the end of a training of one step, for us with model
                file, checkpoint and report: the shortest of the runs, and the processors' time in it
    memory      largest resident size of a process that makes 100 steps, in MB of 1,000,000 bytes
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
BATCH = 128

MODEL = """augtrain: 1
model:
  input: [28, 28, 1]
  layers: [conv: {filters: 32, padding: 1}, relu, max_pool: 2, conv: {filters: 64, padding: 1}, relu,
           max_pool: 2, flatten, linear: 128, relu, dropout: 0.25, linear: 10]
optimizer: {sgd: {lr: 0.01, momentum: 0.9, nesterov: true}}
train: {epochs: 1, threads: %d}
data: {train: train.yaml}
"""
DATA = """augd: 1
dataset: {kind: synthetic, count: %d, size: 28, channels: 1}
batch: {size: 128, tail: drop}
output: {layout: hwc, dtype: float32}
"""
TORCH = """
import sys, torch
from torch import nn
steps, threads = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
net = nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                    nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                    nn.Linear(3136, 128), nn.ReLU(), nn.Dropout(0.25), nn.Linear(128, 10))
net = net.to(memory_format=torch.channels_last)
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, nesterov=True)
for step in range(steps):
    x = torch.rand(128, 1, 28, 28).to(memory_format=torch.channels_last)
    loss = nn.functional.cross_entropy(net(x), torch.arange(128) % 10)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
for line in open("/proc/self/maps"):
    if ".so" in line:
        print(line.split()[-1])
print("package", torch.__path__[0], torch.__version__)
"""


def run(command, folder):
    """Output, seconds, processor seconds and largest resident bytes of one process."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        output.seek(0)
        text = output.read()
    if status:
        sys.exit(f"footprint.py: {command[0]} failed:\n{text}")
    return text, (seconds, usage.ru_utime + usage.ru_stime), usage.ru_maxrss * 1024


def weigh(files):
    return sum(os.path.getsize(file) for file in set(map(os.path.realpath, files)))


def augtrain(build, threads, runs, folder):
    program = build / "trainer" / "augtrain"
    stripped = folder / "augtrain"
    shutil.copy(program, stripped)
    subprocess.run(["strip", stripped], check=True)
    (folder / "model.yaml").write_text(MODEL % threads)
    command = [stripped, "model.yaml", "--quiet", "--output", "run", "--overwrite"]

    def train(steps):
        (folder / "train.yaml").write_text(DATA % (steps * BATCH))
        return run(command, folder)

    train(1)
    start = min(train(1)[1] for _ in range(runs))
    memory = train(100)[2]
    libraries = re.findall(r"(/\S+)", subprocess.run(["ldd", stripped], check=True, text=True,
                                                     capture_output=True).stdout)
    return stripped.stat().st_size, libraries, start, memory


def torch(python, threads, runs, folder):
    script = folder / "lenet.py"
    script.write_text(TORCH)

    def train(steps):
        return run([python, script, str(steps), str(threads)], folder)

    text = train(1)[0].splitlines()
    start = min(train(1)[1] for _ in range(runs))
    memory = train(100)[2]
    _, package, version = text.pop().split()
    size = sum(f.stat().st_size for f in pathlib.Path(package).rglob("*") if f.is_file() and not f.is_symlink())
    return f"PyTorch {version}", size, sorted(set(text)), start, memory


def row(name, size, libraries, start, memory):
    print(f"| {name} | {size / 1e6:.1f} MB | {len(libraries)}, {weigh(libraries) / 1e6:.1f} MB | "
          f"{start[0] * 1e3:.0f} ms, {start[1] * 1e3:.0f} ms | {memory / 1e6:.0f} MB |")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--build", type=pathlib.Path, default=TOP / "build" / "release")
    options.add_argument("--python", default=TOP / "build" / "peers" / "bin" / "python")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--runs", type=int, default=5)
    given = options.parse_args()
    print("| | program | libraries | start | memory |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        ours = augtrain(given.build.resolve(), given.threads, given.runs, folder)
        row("augtrain", *ours)
        if os.access(given.python, os.X_OK):
            row(*torch(given.python, given.threads, given.runs, folder))
        else:
            print(f"footprint.py: no torch: there is no {given.python}", file=sys.stderr)
        print("\naugtrain's libraries:", " ".join(sorted(pathlib.Path(f).name for f in ours[1])))


if __name__ == "__main__":
    main()
