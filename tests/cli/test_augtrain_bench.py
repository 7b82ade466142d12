"""augtrain bench: figures of made-up and of real batches, and what frozen layers do not cost."""
import json
import subprocess

import program
from program import contains, equal, make_idx, write
from trained import AUGTRAIN

MODEL = """\
model:
  input: [12, 12, 1]
  layers:
    - {name: stem, conv: {filters: 8, padding: 1, bias: false}}
    - {name: norm, batch_norm: {}}
    - relu
    - {name: body, conv: {filters: 16, padding: 1}}
    - flatten
    - {name: head, linear: 4}
optimizer: {sgd: {lr: 0.05, momentum: 0.9}}
train: {epochs: 2, threads: 1}
data: {train: train.yaml}
"""
FROZEN = MODEL + """\
groups: [{match: "stem.*", frozen: true}, {match: "norm.*", frozen: true}]
"""
TRAIN = """\
augd: 1
dataset: digits
batch: {size: 32, tail: drop}
output: {layout: hwc, normalize: fashion_mnist}
"""
DATA = ("--dataset", "digits=idx:pictures/t10k-images-idx3-ubyte.gz")


def augtrain(*arguments):
    return subprocess.run([AUGTRAIN, "bench", *arguments], capture_output=True, text=True, timeout=60)


def figures(*arguments):
    done = augtrain(*arguments, "--json")
    equal(done.returncode, 0, done.stderr)
    return json.loads(done.stdout)


def test_made_up_batches():
    write("model.yaml", MODEL)
    got = figures("model.yaml", "--batch", "16", "--steps", "4")
    equal((got["batch"], got["steps"], got["samples"], got["threads"]), (16, 4, 64, 1),
          "what was measured")
    equal(got["parameters"], 8 * 9 + 16 + 16 * 8 * 9 + 16 + 4 * 12 * 12 * 16 + 4, "parameters")
    assert got["peak_gflops"] > 0 and got["step_ms"] > 0 and got["cpu_seconds"] > 0
    stem, norm, relu, body, _, head = got["layers"]
    equal([layer["kind"] for layer in got["layers"]],
          ["conv", "batch_norm", "relu", "conv", "flatten", "linear"], "layers")
    # Nothing asks for a gradient of pictures, so the first layer multiplies once on its way back.
    for layer, products, ways in ((stem, 8 * 9 * 144, 1), (body, 16 * 8 * 9 * 144, 2),
                                  (head, 4 * 2304, 2)):
        for direction, times in (("forward", 1), ("backward", ways)):
            part = layer[direction]
            work = part["gflops"] * 1e9 * part["ms"] * 1e-3
            assert abs(work / (2 * 16 * products * times) - 1) < 1e-6, (layer, direction)
            assert 0 < part["share"] < 1.5, part
    assert norm["backward"]["ms"] > 0 and norm["backward"]["gflops"] == 0
    equal((relu["forward"]["ms"], relu["backward"]["ms"]), (0, 0), "a fused layer")


def test_what_is_frozen_costs_nothing_on_the_way_back():
    write("model.yaml", FROZEN)
    stem, norm, *_, head = figures("model.yaml", "--batch", "16", "--steps", "2")["layers"]
    equal((stem["backward"]["ms"], norm["backward"]["ms"]), (0, 0), "frozen layers")
    assert stem["forward"]["ms"] > 0 and head["backward"]["ms"] > 0


def test_made_up_views_and_groups():
    for loss, rows in (("nt_xent", 2), ("sup_con", 1), ("batch_triplet", 1)):
        write("model.yaml", MODEL.replace("optimizer", f"task: contrastive\nloss: {loss}\noptimizer"))
        got = figures("model.yaml", "--batch", "16", "--steps", "2")
        part = got["layers"][-1]["forward"]
        work = part["gflops"] * 1e9 * part["ms"] * 1e-3
        assert abs(work / (2 * 16 * rows * 4 * 2304) - 1) < 1e-6, (loss, part)


def test_batches_of_the_model_file():
    make_idx("pictures", 120, 12, 4)
    write("model.yaml", MODEL)
    write("train.yaml", TRAIN)
    got = figures("model.yaml", *DATA, "--steps", "5", "--kernels", "baseline")
    equal((got["batch"], got["samples"], got["kernels"]), (32, 160, "baseline"), "what was measured")
    assert 0 <= got["waiting"] <= 1, got["waiting"]
    done = augtrain("model.yaml", *DATA, "--steps", "3")
    equal(done.returncode, 0, done.stderr)
    for line in ("network  ", "peak     ", "stem ", "batch and loss", "optimizer ", "waiting  "):
        contains(done.stdout, "\n" + line if line != "network  " else line)


def test_mistakes():
    write("model.yaml", MODEL)
    for arguments, word in ((("--batch", "16", "--data", "train.yaml"), "--batch"),
                            (("--batch", "16", "--kernels", "fast"), "fast"),
                            (("--batch", "0"), "--batch")):
        done = augtrain("model.yaml", *arguments)
        equal(done.returncode, 2, done.stderr)
        contains(done.stderr, word)
    contains(augtrain("none.yaml", "--batch", "16").stderr, "none.yaml")


program.main(globals())
