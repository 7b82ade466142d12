"""The models of examples/: each is read, fits its specs, and makes some steps on generated data."""
import glob
import json
import os
import re
import shutil
import subprocess

import numpy

import program
from program import TOP, contains, equal, read, write
from trained import AUGTRAIN

EXAMPLES = os.path.join(TOP, "examples")

# Samples of each set, and of a batch: a step of the largest network takes a moment.
SAMPLES, BATCH = 8, 4
# What the page says of each model: folder, name, parameters.
LINE = re.compile(r"^\| \[(\w+)/(\w+)\.yaml\]\([^)]*\) \|[^|]*\| ([\d,]+) \|", re.M)


def make_cifar():
    """Records of a label and three planes of 32 x 32."""
    draw = numpy.random.default_rng(1)
    for name in ("train.bin", "test.bin"):
        records = draw.integers(0, 256, (SAMPLES, 3073), dtype=numpy.uint8)
        records[:, 0] = numpy.arange(SAMPLES) % 10
        write(name, records.tobytes())
    return [f"cifar10-{part}=cifar:{part}.bin" for part in ("train", "test")]


def make_questions():
    """Texts of six classes, and their vocabulary."""
    write("texts.tsv", "".join(f"{i % 6}\tWhat is question {i} ?\n" for i in range(SAMPLES)))
    program.succeed("data", "build", "vocabulary", "tsv:texts.tsv", "--lower", "-o", "words.txt")
    return ["trec-train=tsv:texts.tsv", "trec-test=tsv:texts.tsv"]


def make_fashion():
    program.make_idx("pictures", SAMPLES, 28, 10)
    path = "pictures/t10k-images-idx3-ubyte.gz"
    return [f"fashion-mnist-train=idx:{path}", f"fashion-mnist-test=idx:{path}"]


# Folder of examples -> what makes the data sets that its specs name.
DATA = {"fashion_mnist": make_fashion, "cifar10": make_cifar, "trec": make_questions}


def models():
    """Paths of all model files below examples/."""
    paths = sorted(glob.glob(os.path.join(EXAMPLES, "*", "*.yaml")))
    return [path for path in paths if b"\naugtrain: 1\n" in read(path)]


def copy(folder):
    """The files of a folder of examples, with small batches, in the current one."""
    for path in glob.glob(os.path.join(EXAMPLES, folder, "*.yaml")):
        text = read(path).decode()
        write(os.path.basename(path), re.sub(r"(batch: \{size:) \d+", rf"\1 {BATCH}", text))


def parameters(said):
    """How many a run says that its network has."""
    return re.search(r"network +([\d,]+) parameters", said).group(1)


def test_every_model_makes_steps():
    """And has as many parameters as the page says."""
    page = read(os.path.join(EXAMPLES, "README.md")).decode()
    listed = {f"{folder}/{name}": n for folder, name, n in LINE.findall(page)}
    found = {}
    for folder, make in DATA.items():
        os.mkdir(folder)
        os.chdir(folder)
        copy(folder)
        sets = [word for name in make() for word in ("--dataset", name)]
        for path in models():
            if os.path.basename(os.path.dirname(path)) != folder:
                continue
            name = os.path.splitext(os.path.basename(path))[0]
            done = subprocess.run([AUGTRAIN, f"{name}.yaml", *sets, "--epochs", "1", "--output", f"run-{name}",
                                   "--threads", "2"], text=True, timeout=120, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE)
            equal(done.returncode, 0, f"{path}: {done.stderr}")
            contains(done.stdout, "test ", "loss ")
            end = json.loads(read(f"run-{name}/log.jsonl").splitlines()[-1])
            equal((end["step"], end["outcome"]), (SAMPLES // BATCH, "finished"), path)
            found[f"{folder}/{name}"] = parameters(done.stderr)
            shutil.rmtree(f"run-{name}")
        os.chdir("..")
    equal(listed, found, "models and their parameters in examples/README.md, and as they are")
    equal({os.path.dirname(path).rsplit("/", 1)[1] for path in models()}, set(DATA), "folders with models")


program.main(globals())
