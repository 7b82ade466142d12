"""A run with validation data and no test: its figures are the result at the terminal, in the log and in the report."""
import json
import subprocess

import program
from program import contains, equal, read, write
from trained import AUGTRAIN, SPEC

MODEL = """\
augtrain: 1
model: {input: [8, 8, 3], layers: [flatten, {linear: 4, name: head}]}
optimizer: {sgd: {lr: 0.01}}
groups: [{match: head.bias, lr_scale: 2, l1: 0.001}]
train: {epochs: 3, threads: 1, accumulate: 2}
data: {train: train.yaml, validation: other.yaml}
"""


def train(*arguments):
    done = subprocess.run([AUGTRAIN, "model.yaml", *arguments], text=True, timeout=60, capture_output=True, check=False)
    equal(done.returncode, 0, done.stderr)
    return done.stdout


def test_the_validation_is_the_result():
    write("model.yaml", MODEL)
    spec = SPEC.replace("batch: {size: 8}", "batch: {size: 4}")
    write("train.yaml", spec)
    write("other.yaml", spec.replace("count: 24", "count: 16"))
    contains(train("--output", "run"), "validation accuracy ")
    found = json.loads(train("--output", "json", "--json", "--quiet"))
    last = json.loads(read("run/log.jsonl").splitlines()[-1])
    equal(["test" in found, found["validation"]["samples"], last["validation_samples"]], [False, 16, 16], "figures")
    equal(last["validation_loss"], found["validation"]["loss"], "loss")
    page = read("run/report.html").decode()
    contains(page, "validation accuracy; 95 % interval", "validation, with 95 % interval",
             "Generalization gap: accuracy lost from training to validation samples", "<h2>Classes</h2>",
             "group: head.bias", "lr_scale 2, l1 0.001")
    # A dot for each epoch in the charts of the loss and of accuracy.
    equal(page.count('class="dot series-rate"'), 6, "dots of the validation")


program.main(globals())
