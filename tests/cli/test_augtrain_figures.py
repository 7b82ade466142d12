"""What a run says of how good its network is: whose weights figures belong to, what chooses, what the report shows."""
import base64
import gzip
import io
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import time

import program
import served
from program import contains, equal, make_idx, numpy, read, write
from trained import AUGTRAIN, augtrain, need_augd

MODEL = """\
model: {input: [12, 12, 1], layers: [flatten, linear: 4]}
optimizer: {sgd: {lr: 0.05}}
train: {epochs: 4, log_every: 1}
data: {train: train.yaml, eval: eval.yaml}
"""
SPEC = """\
augd: 1
dataset: {kind: idx, path: pictures/t10k-images-idx3-ubyte.gz}
batch: {size: 24}
output: {layout: hwc, normalize: fashion_mnist}
"""


def make_case(before="", after="", spec=SPEC):
    """A model in which some words are others, its specs, and 120 pictures of 4 classes."""
    make_idx("pictures", 120, 12, 4)
    write("model.yaml", MODEL.replace(before, after))
    write("train.yaml", spec)
    write("eval.yaml", SPEC)


def succeed(*arguments):
    """Runs augtrain, which must exit with 0; returns all that it said."""
    done = augtrain("model.yaml", *arguments)
    equal(done.returncode, 0, f"augtrain {arguments}: {done.stderr}")
    return done.stderr + done.stdout


def log(folder, event):
    """The objects of an event in a run's log."""
    lines = read(f"{folder}/log.jsonl").decode().split("\n")[:-1]
    return [entry for entry in map(json.loads, lines) if entry["event"] == event]


def started(*arguments):
    """A long run in the background, to the folder out."""
    return subprocess.Popen([AUGTRAIN, "model.yaml", "--epochs", "100000", "--output", "out", *arguments],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def is_amid_an_epoch():
    """Whether a run of 120 steps an epoch has been tested, and begun another epoch."""
    if not os.path.exists("out/log.jsonl") or not log("out", "epoch"):
        return False
    return log("out", "step")[-1]["step"] % 120 in range(1, 40)


def await_it(process):
    """Until it is_amid_an_epoch."""
    for _ in range(6000):
        if is_amid_an_epoch():
            return
        equal(process.poll(), None, "the run ended early")
        time.sleep(0.005)
    raise AssertionError("the run makes no steps")


def interrupted(process):
    """Interrupts a run; returns what it said on standard output."""
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)
    equal(process.returncode, 130, said)
    return said[0]


def test_an_interrupted_run_has_the_figures_of_what_it_saves():
    make_case(spec=SPEC.replace("size: 24", "size: 1"))
    process = started()
    await_it(process)
    interrupted(process)
    succeed("--eval-only", "--weights", "out/model.safetensors", "--output", "again")
    end, again = log("out", "end")[0], log("again", "end")[0]
    for key in ("test_loss", "test_accuracy"):
        equal(end[key], again[key], f"{key} after step {end['step']}")


def test_figures_of_other_weights_are_called_that():
    """Without its daemon a run cannot be tested once more, so its figures are those of an epoch before."""
    need_augd()
    make_case()
    write("train.yaml", "augd: 1\ndataset: digits\nbatch: {size: 1}\n")
    write("eval.yaml", "augd: 1\ndataset: digits\nbatch: {size: 4}\n")
    with served.Server("digits=idx:pictures/t10k-images-idx3-ubyte.gz") as server:
        process = started("--data", server.addresses[0])
        for _ in range(50):
            await_it(process)
            server.process.send_signal(signal.SIGSTOP)
            # What was on its way is taken.
            time.sleep(0.2)
            if is_amid_an_epoch():
                break
            server.process.send_signal(signal.SIGCONT)
        said = interrupted(process)
        server.process.send_signal(signal.SIGCONT)
    end = log("out", "end")[0]
    tested, step = log("out", "epoch")[-1]["step"], end["step"]
    equal((step > tested, end["test_step"]), (True, tested), "steps")
    contains(said, f", of the weights of step {tested}; saved are those of step {step}\n")
    contains(read("out/report.html").decode(), f"The figures of the test are those of the weights of step {tested}; "
             f"saved are the weights of step {step}.")


def test_training_samples_of_the_gap_stay_the_same():
    """Weights that hardly move have the same figures of the same samples, in whatever order training takes them."""
    make_case("epochs: 4", "epochs: 3, train_eval: 30")
    write("model.yaml", read("model.yaml").decode().replace("lr: 0.05", "lr: 1e-30"))
    succeed("--output", "out")
    epochs = log("out", "epoch")
    equal([entry["train_eval_samples"] for entry in epochs], [30] * 3, "samples")
    equal(len({entry["train_eval_loss"] for entry in epochs}), 1, "losses of the same samples")


def make_validation():
    """Pictures of the training set under other labels: the more is learnt, the worse they are."""
    labels = bytes((i + 1) % 4 for i in range(120))
    os.makedirs("wrong")
    shutil.copy("pictures/t10k-images-idx3-ubyte.gz", "wrong")
    write("wrong/t10k-labels-idx1-ubyte.gz", gzip.compress(struct.pack(">2i", 2049, 120) + labels))
    write("wrong.yaml", SPEC.replace("pictures/", "wrong/"))


def test_the_validation_chooses_and_not_the_test():
    """A step an epoch, of all samples: the test gets better to the end, the validation does not."""
    make_case("epochs: 4", "epochs: 30, best: loss, early_stop: 2", SPEC.replace("size: 24", "size: 120"))
    make_validation()
    write("model.yaml", read("model.yaml").decode().replace("eval: ", "validation: wrong.yaml, eval: ")
          + "schedule: {plateau: {patience: 0, factor: 0.5}}\n")
    succeed("--output", "out")
    epochs, end = log("out", "epoch"), log("out", "end")[0]
    validation, test = ([entry[f"{name}_loss"] for entry in epochs] for name in ("validation", "test"))
    best = validation.index(min(validation))
    equal((len(epochs), min(test)), (best + 3, test[-1]), "epochs, of which the last has the best test")
    equal((end["best"], end["best_step"], end["test_loss"]), (min(validation), best + 1, test[best]), "the best epoch")
    rates = [entry["lr"] for entry in log("out", "step")]
    equal(rates, [0.05] * (best + 2) + [0.025], "the rate falls after a worse validation")


def test_whatever_chooses_needs_a_validation():
    for what, train, more in (("plateau", "", "schedule: plateau\n"), ("train.early_stop", ", early_stop: 3", ""),
                              ("train.best", ", best: loss", "")):
        make_case("epochs: 4", f"epochs: 4{train}")
        text = read("model.yaml").decode() + more
        for data, sentence in (("", f"{what} needs figures to choose by, but data.validation is missing"),
                               ("validation: eval.yaml, ", f"{what} would choose by the test: ")):
            write("model.yaml", text.replace("eval: ", f"{data}eval: "))
            done = augtrain("model.yaml", "--output", "refused")
            equal((done.returncode, os.path.exists("refused")), (2, False), done.stderr)
            contains(done.stderr, sentence)
        write("model.yaml", text.replace("epochs: 4", "epochs: 1, choose_on: test"))
        succeed("--output", what)


def test_a_plateau_of_a_figure_that_no_evaluation_has_is_refused():
    """Before the first step, whichever stage it is."""
    make_case("epochs: 4", "epochs: 4, choose_on: test")
    text = read("model.yaml").decode()
    for schedule in ("{plateau: {metric: acuracy}}", "{plateau: acuracy}",
                     "[{constant: {}, epochs: 1}, {plateau: {}, epochs: 1}, {plateau: {metric: acuracy}}]"):
        write("model.yaml", text + f"schedule: {schedule}\n")
        done = augtrain("model.yaml", "--output", "refused")
        equal((done.returncode, os.path.exists("refused")), (2, False), done.stderr)
        contains(done.stderr, "model.yaml: schedule: the figure of plateau is 'acuracy', which evaluations do not have; "
                 "allowed are loss, accuracy", "did you mean 'accuracy'?")


def test_a_plateau_of_the_accuracy_waits_for_larger_ones():
    """The rate falls behind evaluations that are no better than the best one before."""
    make_case("epochs: 4", "epochs: 20, choose_on: test", SPEC.replace("size: 24", "size: 120"))
    text = read("model.yaml").decode()
    for mode, sign in (("", 1), (", mode: auto", 1), (", mode: max", 1), (", mode: min", -1)):
        write("model.yaml", text + f"schedule: {{plateau: {{metric: accuracy, patience: 0, factor: 0.75{mode}}}}}\n")
        folder = f"out{mode[8:]}"
        succeed("--output", folder)
        rate, best, expected = 0.05, None, []
        for entry in log(folder, "epoch"):
            expected.append(rate)
            figure = sign * entry["test_accuracy"]
            if best is not None and not figure > best + 1e-4 * abs(best):
                rate *= 0.75
            best = figure if best is None or figure > best + 1e-4 * abs(best) else best
        found = [entry["lr"] for entry in log(folder, "step")]
        equal([round(lr, 9) for lr in found], [round(lr, 9) for lr in expected], f"rates of mode '{mode}'")


def test_the_report_shows_the_worst_mistakes():
    """As pictures, with what they are and what they were taken for."""
    make_case("epochs: 4", "epochs: 1")
    succeed("--output", "out")
    make_validation()
    write("eval.yaml", read("wrong.yaml"))
    succeed("--eval-only", "--weights", "out/model.safetensors", "--output", "wrong_run")
    page = read("wrong_run/report.html").decode()
    shown = page.split("<h2>Worst mistakes</h2>")[1].split("</ol>")[0]
    items = re.findall(r'<img alt="(\d) taken for (\d)" src="data:image/png;base64,([^"]*)">.*?<small>#(\d+)<', shown)
    equal(len(items) > 5, True, f"{len(items)} mistakes")
    for truth, given, code, number in items:
        equal((int(truth), truth != given), ((int(number) + 1) % 4, True), f"classes of sample {number}")
        found = numpy.asarray(program.Image.open(io.BytesIO(base64.b64decode(code))), dtype=float)
        stored = program.pixels(int(number), 12, 12, 1)[:, :, 0].astype(float)
        equal(bool(numpy.corrcoef(found.ravel(), stored.ravel())[0, 1] > 0.999), True, f"picture of sample {number}")


program.main(globals())
