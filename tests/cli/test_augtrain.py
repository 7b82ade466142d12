"""augtrain at the terminal: help, mistakes, the same run from a daemon and in process, how it ends."""
import json
import os
import pty
import re
import signal
import socket
import subprocess
import time

import program
import trained
from program import AUGD, contains, equal, make_folder, make_idx, read, write
from trained import AUGTRAIN, augtrain

trained.need_augd()

MODEL = """\
model:
  input: [12, 12, 1]
  layers:
    - conv: {filters: 4, padding: 1, bias: false}
    - batch_norm
    - relu
    - flatten
    - linear: 4
optimizer: {sgd: {lr: 0.05, momentum: 0.9}}
schedule: one_cycle
train: {epochs: 2, log_every: 2}
data: {train: train.yaml, eval: eval.yaml}
"""
TRAIN = """\
augd: 1
dataset: digits
pipeline:
  - RandomCrop: {size: [12, 12], padding: 1}
  - HorizontalFlip: {p: 0.5}
batch: {size: 32, tail: drop, mix: [MixUp: {alpha: 0.4}]}
output: {layout: chw, normalize: fashion_mnist}
"""
EVAL = """\
augd: 1
dataset: digits
batch: {size: 50, shuffle: false}
output: {layout: hwc, normalize: fashion_mnist}
"""
DATA = ("--dataset", "digits=idx:pictures/t10k-images-idx3-ubyte.gz")


def make_case():
    """A model, its specs, and 120 pictures of 4 classes."""
    make_idx("pictures", 120, 12, 4)
    write("model.yaml", MODEL)
    write("train.yaml", TRAIN)
    write("eval.yaml", EVAL)


def succeed(*arguments):
    """Runs augtrain, which must exit with 0; returns its standard output."""
    done = augtrain(*arguments)
    equal(done.returncode, 0, f"augtrain {arguments}: {done.stderr}")
    return done.stdout


def remarks(*arguments):
    """Runs augtrain, which must exit with 0; returns its standard error."""
    done = augtrain(*arguments)
    equal(done.returncode, 0, f"augtrain {arguments}: {done.stderr}")
    return done.stderr


def fail(code, *arguments):
    """Runs augtrain, which must exit with code after whole sentences; returns them."""
    done = augtrain(*arguments, "--quiet")
    equal(done.returncode, code, f"augtrain {arguments}: {done.stdout}{done.stderr}")
    for line in done.stderr.splitlines():
        equal(line.startswith(("augtrain: ", "augtrain modules: ")), True, f"a line that does not say who speaks: {line}")
    equal(done.stderr == "", False, f"augtrain {arguments} failed without a word")
    return done.stderr


class Server:
    """augd with the pictures, on a Unix and a TCP socket."""

    def __init__(self, name="digits", dataset=DATA[1]):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.addresses = ["unix:" + os.path.abspath("augd.sock"), f"tcp:127.0.0.1:{port}"]
        arguments = [AUGD, "--quiet", "--dataset", dataset.replace("digits", name, 1)]
        for address in self.addresses:
            arguments += ["--listen", address]
        self.process = subprocess.Popen(arguments)

    def __enter__(self):
        for _ in range(500):
            try:
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.connect("augd.sock")
                return self
            except OSError:
                time.sleep(0.02)
        raise AssertionError("augd does not listen")

    def stop(self):
        """Ends the daemon in order."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()


def log(folder):
    """Every object of a run's log."""
    return [json.loads(line) for line in read(f"{folder}/log.jsonl").splitlines()]


def await_steps(folder, process):
    """Waits until the log of a running process has a step."""
    for _ in range(1500):
        if os.path.exists(f"{folder}/log.jsonl") and b'"step"' in read(f"{folder}/log.jsonl"):
            return
        equal(process.poll(), None, "the run ended early")
        time.sleep(0.02)
    raise AssertionError("the run makes no steps")


def test_help_and_version():
    contains(succeed("--help"), "augtrain [MODEL.yaml]", "--resume", "--eval-only", "Examples", "130")
    equal(bool(re.match(r"augtrain \d+\.\d+\.\d+ \(aug-engine-\d+\)\n$", succeed("--version"))),
          True, "the version line")


def test_layers():
    contains(succeed("modules"), "conv", "batch_norm", "one_cycle", "cross_entropy", "sgd")
    contains(succeed("modules", "conv"), "filters", "required", "integer from 1 to 65536")
    contains(fail(2, "modules", "covn"), "did you mean 'conv'?")
    described = json.loads(succeed("modules", "--json"))
    names = [(item["kind"], item["name"]) for item in described]
    equal(len(names), len(set(names)), "every name stands once in its list")
    for item in described:
        contains(succeed("modules", item["name"]), item["summary"], *item["parameters"])


def test_tasks_without_classes():
    """An autoencoder: no accuracy, no classes, and the loss falls; another loss is refused."""
    make_case()
    text = MODEL[MODEL.index("optimizer"):].replace("sgd: {lr: 0.05, momentum: 0.9}", "adam: {lr: 0.003}")
    head = "task: autoencode\nmodel: {input: [12, 12, 1], layers: [flatten, linear: 24, relu, linear: 144]}\n"
    write("again.yaml", head + text.replace("one_cycle", "[{warmup_linear: {total_iters: 2}}, cosine]"))
    contains(succeed("again.yaml", *DATA, "--output", "again"), "test loss ")
    epochs = [entry for entry in log("again") if entry["event"] == "epoch"]
    equal(any("accuracy" in key for entry in log("again") for key in entry), False, "figures of classes")
    equal(epochs[1]["test_loss"] < epochs[0]["test_loss"], True, "the loss falls")
    equal(b"<h2>Classes" in read("again/report.html"), False, "tables of classes")
    write("again.yaml", "loss: cross_entropy\n" + head + text)
    contains(fail(2, "again.yaml", *DATA), "again.yaml:1:7: loss: cross_entropy does not compare with what "
             "the task autoencode has")
    write("again.yaml", head.replace("144", "143") + text)
    contains(fail(2, "again.yaml", *DATA), "layer 3 (linear), the last, gives 143 features; the loss compares "
             "it with the input, which is 12x12x1")
    write("again.yaml", head.replace("autoencode", "autoencod") + text)
    contains(fail(2, "again.yaml", *DATA), "did you mean 'autoencode'?")


def test_accumulated_steps_and_frozen_layers():
    """Steps of several batches, the whole set in one, and layers that stay."""
    make_case()
    write("slow.yaml", MODEL.replace("log_every: 2", "accumulate: 2") + "groups: [{match: '0.*', frozen: true}]\n")
    succeed("slow.yaml", *DATA, "--output", "slow")
    # Three batches an epoch: steps of two and of one.
    equal([entry["step"] for entry in log("slow") if entry["event"] == "epoch"], [2, 4], "steps")
    write("whole.yaml", MODEL.replace("sgd: {lr: 0.05, momentum: 0.9}", "gd: {lr: 0.1}"))
    succeed("whole.yaml", *DATA, "--output", "whole")
    equal([entry["step"] for entry in log("whole") if entry["event"] == "epoch"], [1, 2], "steps of all")
    whole = read("whole.yaml").decode()
    for n in 1, 3:
        write("parts.yaml", whole.replace("log_every: 2", f"accumulate: {n}"))
        contains(fail(2, "parts.yaml", *DATA), f": train: accumulate is {n}, but each step of gd is made of all batches "
                 "of an epoch; allowed is 0, or to leave it out")
    write("none.yaml", whole.replace("log_every: 2", "accumulate: 0"))
    succeed("none.yaml", *DATA, "--output", "none")
    equal(read("none/model.safetensors") == read("whole/model.safetensors"), True, "weights")


def test_the_report_names_the_classes_of_the_data_set():
    make_folder("animals", 24)
    head = "augd: 1\ndataset: digits\npipeline: [CenterCrop: 12]\nbatch: {size: 8}\n"
    write("train.yaml", head)
    write("eval.yaml", head)
    write("model.yaml", MODEL.replace("[12, 12, 1]", "[12, 12, 3]").replace("linear: 4", "linear: 3"))
    dataset = "digits=image_folder:animals"
    succeed("model.yaml", "--dataset", dataset, "--output", "here")
    with Server(dataset=dataset) as server:
        succeed("model.yaml", "--data", server.addresses[0], "--output", "there")
    for folder in ("here", "there"):
        contains(read(f"{folder}/report.html").decode(), ">bird<", ">cat<", ">dog<")
    write("model.yaml", read("model.yaml").decode().replace("model:", "model:\n  classes: [a, b, c]", 1))
    succeed("model.yaml", "--dataset", dataset, "--output", "own")
    equal(">bird<" in read("own/report.html").decode(), False, "names beside those of the model file")


def test_classes_are_matched_by_name():
    """Folders number classes by their names, so a test without birds has cats where training had them."""
    make_folder("animals", 24)
    make_folder("few", 16, ("cat", "dog"))
    make_folder("others", 12, ("cat", "dogs"))
    head = "augd: 1\ndataset: {{kind: image_folder, path: {}}}\npipeline: [CenterCrop: 12]\nbatch: {{size: 8}}\n"
    write("train.yaml", head.format("animals"))
    model = MODEL.replace("[12, 12, 1]", "[12, 12, 3]").replace("linear: 4", "linear: 3")
    write("model.yaml", model)
    write("eval.yaml", head.format("few"))
    said = remarks("model.yaml", "--output", "out")
    contains(said, "eval.yaml numbers its classes otherwise than train.yaml; they are matched by their names",
             "eval.yaml lacks 1 of the 3 classes of train.yaml: 'bird'")
    page = read("out/report.html").decode()
    table = re.search(r"Each class.*?</table>", page, re.S).group(0)
    support = dict(re.findall(r"<tr><td>(\w+)</td><td class=\"n\">(\d+)</td>", table))
    equal(support, {"bird": "0", "cat": "8", "dog": "8"}, "samples of each class in the test")
    # The weights say their classes, whoever tests them.
    again = remarks("model.yaml", "--eval-only", "--weights", "out/model.safetensors", "--output", "again")
    contains(again, "eval.yaml numbers its classes otherwise than the model; they are matched by their names")
    equal(log("again")[-1]["test_accuracy"], log("out")[-1]["test_accuracy"], "accuracy of the weights")
    write("eval.yaml", head.format("others"))
    contains(fail(2, "model.yaml", "--output", "refused"),
             "eval.yaml: its class 'dogs' is none of the 3 classes of train.yaml, of which 'dog' comes nearest")


def test_every_mistake_with_its_place():
    make_case()
    write("bad.yaml", MODEL.replace("batch_norm", "batchnorm").replace("epochs", "epoch"))
    said = fail(2, "bad.yaml", *DATA)
    contains(said, "bad.yaml:5:7: ", "did you mean 'batch_norm'?",
             "bad.yaml:11:9: train: the key 'epoch' is not known; did you mean 'epochs'?")
    equal(len(said.splitlines()), 2, "a line for each mistake")
    write("train.yaml", TRAIN.replace("p: 0.5", "p: 5"))
    write("eval.yaml", EVAL.replace("shuffle", "shufle"))
    contains(fail(2, "model.yaml", *DATA), "train.yaml:5:25: ", "eval.yaml:3:19: ")
    contains(fail(2, "none.yaml"), "none.yaml: ", "there is no such file")
    for data in ("none.sock", "localhost:4711"):
        contains(fail(2, "model.yaml", *DATA, "--data", data),
                 f"{data}: there is no such file; a daemon's address is unix:PATH or tcp:HOST:PORT")
    write("theirs.yaml", MODEL.replace("filters: 4", "out_channels: 4").replace("lr:", "learning_rate:"))
    contains(fail(2, "theirs.yaml", *DATA), "the key 'out_channels' is not known; here it is 'filters', which is integer",
             "the key 'learning_rate' is not known; here it is 'lr'")
    contains(fail(2), "MODEL.yaml is missing")
    contains(fail(2, "model.yaml", "--epochs", "none"), "--epochs is none")
    equal(os.path.exists("runs"), False, "nothing is left of a run that did not begin")


def test_data_sets_that_are_not_there():
    make_case()
    contains(fail(2, "model.yaml"), "train.yaml", "'digits' is not known", "--dataset digits=")
    contains(fail(2, "model.yaml", "--dataset", "digit=" + DATA[1][7:]), "digits", "digit")
    contains(fail(2, "model.yaml", "--dataset", "digits=idx:none.gz"), "none.gz")
    contains(fail(2, "model.yaml", "--dataset", "digits"), "NAME=KIND:PATH")
    contains(fail(2, "model.yaml", "--data", "unix:none.sock"), "none.sock")
    with Server("others") as server:
        contains(fail(2, "model.yaml", "--data", server.addresses[0]), "digits", "others")
        write("train.yaml", TRAIN.replace("digits", "others").replace("padding: 1", "padding: 0")
              .replace("[12, 12]", "[20, 20]"))
        contains(fail(2, "model.yaml", "--data", server.addresses[0]),
                 f"{server.addresses[0]}: train.yaml: ", "RandomCrop: the picture is 12 x 12")
        write("train.yaml", TRAIN.replace("digits", "{kind: idx, path: x}"))
        contains(fail(2, "model.yaml", "--data", server.addresses[0]), "by name")


def test_a_daemon_and_this_process_differ_in_nothing():
    make_case()
    succeed("model.yaml", *DATA, "--output", "here")
    with Server() as server:
        for address in server.addresses:
            contains(remarks("model.yaml", "--data", address, "--output", "there", "--overwrite"), "loading not known")
            equal(read("here/model.safetensors") == read("there/model.safetensors"), True, f"weights of {address}")
            for here, there in zip(log("here"), log("there")):
                for key in ("loss", "accuracy", "test_loss", "test_accuracy", "train_eval_loss", "gap_accuracy",
                            "gradient_norm", "lr", "notes"):
                    equal(there.get(key), here.get(key), f"{key} of {address}")
                equal(there.get("loading"), None, f"processors of {address}")
    equal("gap_accuracy" in log("here")[-2], True, "the gap is known")
    equal(log("here")[0]["train"]["stream_id"], log("there")[0]["train"]["stream_id"], "stream ids")


def test_a_spec_for_data_replaces_the_training_data():
    make_case()
    write("other.yaml", TRAIN.replace("size: 32", "size: 60"))
    succeed("model.yaml", *DATA, "--data", "other.yaml", "--output", "out")
    equal(log("out")[0]["train"]["batch_size"], 60, "batches of the other spec")
    equal(log("out")[0]["eval"]["batch_size"], 50, "test data of the model file")


def test_paths_in_a_model_file_start_at_its_folder():
    make_case()
    succeed("model.yaml", *DATA, "--epochs", 1, "--output", "here")
    path = "t10k-images-idx3-ubyte.gz"
    train = TRAIN.replace("dataset: digits", f"dataset: {{kind: idx, path: {path}}}")
    evaluate = EVAL.replace("dataset: digits", f"dataset: {{kind: idx, path: ../pictures/{path}}}")
    inner = "".join(f"    {line}\n" for line in train.splitlines())
    write("pictures/model.yaml", MODEL.replace(
        "data: {train: train.yaml, eval: eval.yaml}", f"data:\n  train:\n{inner}  eval: ../specs/eval.yaml"))
    write("specs/eval.yaml", evaluate)
    succeed("pictures/model.yaml", "--epochs", 1, "--output", "there")
    equal(read("there/model.safetensors"), read("here/model.safetensors"), "weights")
    os.rename("specs/eval.yaml", "eval.yaml")
    said = fail(2, "model.yaml", *DATA)
    contains(said, "../pictures/t10k-images-idx3-ubyte.gz: does not exist")


PHOTOS = """\
augd: 1
dataset: photos
pipeline:
  - RandomResizedCrop: {size: [12, 12]}
batch: {size: 10, on_error: replace}
output: {layout: hwc}
"""


def test_damaged_pictures_are_replaced_and_counted():
    names = make_folder("photos", 40)
    for name in names[4::9]:
        write(f"photos/{name}", read(f"photos/{name}")[:200])
    write("model.yaml", MODEL.replace("[12, 12, 1]", "[12, 12, 3]").replace("linear: 4", "linear: 3"))
    write("train.yaml", PHOTOS)
    write("eval.yaml", PHOTOS.replace("RandomResizedCrop", "Resize"))
    said = remarks("model.yaml", "--dataset", "photos=image_folder:photos", "--output", "here")
    contains(said, f"{2 * len(names[4::9])} damaged samples were replaced")
    with Server("photos", "digits=image_folder:photos") as server:
        succeed("model.yaml", "--data", server.addresses[0], "--output", "there")
    for folder in ("here", "there"):
        epochs = [line for line in log(folder) if line["event"] == "epoch"]
        equal([(e["replaced"], e["test_replaced"]) for e in epochs], [(len(names[4::9]),) * 2] * 2, folder)
    equal(read("here/model.safetensors") == read("there/model.safetensors"), True, "the model")
    write("train.yaml", PHOTOS.replace(", on_error: replace", ""))
    contains(fail(1, "model.yaml", "--dataset", "photos=image_folder:photos"), "is truncated", "epoch 1, step ")


def test_figures_of_replaced_samples_are_said():
    """Of the validation, of part of the training data, and of a test by itself; nothing was augmented."""
    names = make_folder("photos", 40)
    damaged = sorted(names)[4::9]
    write("model.yaml", MODEL.replace("[12, 12, 1]", "[12, 12, 3]").replace("linear: 4", "linear: 3")
          .replace("eval: eval.yaml", "validation: eval.yaml"))
    write("train.yaml", PHOTOS)
    write("eval.yaml", PHOTOS.replace("RandomResizedCrop", "Resize").replace("replace}", "replace, shuffle: false}"))
    data = ("--dataset", "photos=image_folder:photos")
    whole = remarks("model.yaml", *data, "--output", "whole")
    equal(["damaged" in whole, log("whole")[-1]["validation_replaced"]], [False, 0], "no sample is damaged")
    for name in damaged:
        write(f"photos/{name}", read(f"photos/{name}")[:200])
    said = remarks("model.yaml", *data, "--output", "run")
    n = len(damaged)
    contains(said, f"  {2 * n} damaged samples were replaced", f"damaged  {n} of the 40 samples of the validation were replaced")
    equal("eval.yaml augments" in said, False, said)
    for entry in log("run"):
        if entry["event"] == "epoch":
            equal([entry[f"{name}replaced"] for name in ("", "validation_", "train_eval_")], [n] * 3, "an epoch")
    equal([log("run")[-1].get(f"{name}_replaced") for name in ("test", "validation")], [None, n], "the end")
    write("model.yaml", read("model.yaml").decode().replace("validation: eval.yaml", "eval: eval.yaml"))
    tested = ("model.yaml", *data, "--eval-only", "--weights", "run/model.safetensors")
    said = remarks(*tested, "--output", "tested")
    contains(said, f"damaged  {n} of the 40 samples of the test were replaced")
    equal(["augments" in said, log("tested")[-1]["test_replaced"]], [False, n], said)
    equal(json.loads(succeed(*tested, "--json"))["test"]["replaced"], n, "as JSON")
    write("eval.yaml", PHOTOS.replace("replace}", "replace, shuffle: false}"))
    contains(remarks(*tested), "eval.yaml augments")


def test_folders_have_numbers():
    make_case()
    contains(remarks("model.yaml", *DATA, "--epochs", 1), "report   runs/model/report.html")
    contains(remarks("model.yaml", *DATA, "--epochs", 1), "report   runs/model-2/report.html")
    contains(fail(2, "model.yaml", *DATA, "--output", "runs/model"), "there is a run", "--overwrite")
    equal(sorted(os.listdir("runs/model")),
          ["checkpoints", "config.json", "epochs.csv", "events.out.tfevents.augtrain", "lock", "log.jsonl",
           "model.safetensors", "report.html", "steps.csv"], "files of a run")


def test_the_console_is_as_documented():
    """docs/trainer.md shows these lines, with other numbers."""
    def form(line):
        line = re.sub(r"^(data +).*", r"\1", line)
        return re.sub(r"\((?!\d).*?\)|[a-z0-9]+ kernels|threads?", "", re.sub(r"-?\d[\d,.:]*", "0", line)).rstrip()
    page = read(os.path.join(program.TOP, "docs", "trainer.md")).decode()
    shown = re.search(r"^```\n(network .*?)^```", page, re.M | re.S).group(1).splitlines()
    make_case()
    done = augtrain("model.yaml", *DATA, "--epochs", 1)
    # The case trains and tests on the same pictures, which is said.
    found = [line for line in (done.stderr + done.stdout).splitlines() if not line.startswith("note ")]
    equal([form(line) for line in found], [form(line) for line in shown if line != "..."], "lines of a run")


def test_evaluation_only():
    make_case()
    succeed("model.yaml", *DATA, "--output", "out")
    said = succeed("model.yaml", *DATA, "--eval-only", "--weights", "out/model.safetensors")
    accuracy = 100 * log("out")[-1]["test_accuracy"]
    contains(said, f"test accuracy {accuracy:.2f} %")
    equal(os.path.exists("runs"), False, "an evaluation leaves no folder")
    write("wide.yaml", MODEL.replace("filters: 4", "filters: 5"))
    contains(fail(2, "wide.yaml", *DATA, "--eval-only", "--weights", "out/model.safetensors"),
             "out/model.safetensors: the tensor '0.weight' has the shape [4, 1, 3, 3]")
    write("named.yaml", MODEL.replace("    - batch_norm\n", "    - batch_norm: {}\n      name: n\n"))
    contains(fail(2, "named.yaml", *DATA, "--eval-only", "--weights", "out/model.safetensors"),
             "'n.weight' is missing")
    write("cut.safetensors", read("out/model.safetensors")[:-1])
    contains(fail(1, "model.yaml", *DATA, "--eval-only", "--weights", "cut.safetensors"),
             "cut.safetensors: ")


def test_plain_lines_without_a_terminal():
    make_case()
    said = remarks("model.yaml", *DATA, "--output", "out")
    equal("\r" in said or "\x1b" in said, False, "control characters without a terminal")
    epochs = [line for line in said.splitlines() if line.startswith("epoch ")]
    equal(len(epochs), 2, "a line for each epoch")
    contains(epochs[1], "epoch 2/2", "train loss", "test loss", "images/s", "waiting")
    done = augtrain("model.yaml", *DATA, "--output", "quiet", "-q")
    equal(done.stderr, "", "remarks with -q")
    equal(bool(re.match(r"test accuracy [^\n]*\n$", done.stdout)), True, f"result: {done.stdout}")


def test_the_result_alone_is_on_standard_output():
    make_case()
    said = succeed("model.yaml", *DATA, "--output", "out")
    equal(len(said.splitlines()), 1, said)
    contains(said, "test accuracy ")
    result = json.loads(succeed("model.yaml", *DATA, "--output", "again", "--json"))
    equal((result["outcome"], result["folder"], result["step"]), ("finished", "again", 6), "result")
    equal(f"test accuracy {100 * result['test']['accuracy']:.2f} %", said.split(" (")[0], "accuracy")


def test_a_line_that_is_redrawn_on_a_terminal():
    make_case()
    leader, follower = pty.openpty()
    done = subprocess.run([AUGTRAIN, "model.yaml", *DATA, "--output", "out"], stderr=follower,
                          stdout=subprocess.PIPE, text=True, timeout=120)
    os.close(follower)
    drawn = os.read(leader, 1 << 16).decode()
    os.close(leader)
    equal(done.returncode, 0, done.stdout)
    contains(drawn, "\r\x1b[Kepoch 1/2  step 1/3", "images/s")
    drawn_lines = re.findall(r"\x1b\[K(epoch 1/2  step [^\x1b]*)", drawn)
    equal([line for line in drawn_lines if "\n" in line], [], "the line stays one line")
    equal("\x1b" in done.stdout, False, "the terminal's codes stay out of standard output")


def test_signals_end_with_a_checkpoint():
    make_case()
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        process = subprocess.Popen([AUGTRAIN, "model.yaml", *DATA, "--epochs", "100000", "--output",
                                    "out", "--overwrite"], stderr=subprocess.PIPE, text=True)
        await_steps("out", process)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
        equal(process.returncode, code, f"exit code after {number}")
        contains(said, f"interrupted by {number.name} after step", "a checkpoint was saved")
        equal(log("out")[-1]["outcome"], "interrupted", "the log's end")
        contains(read("out/report.html").decode(), "The run was interrupted after step")
        succeed("model.yaml", *DATA, "--eval-only", "--weights", "out/model.safetensors")
        os.remove("out/log.jsonl")


def test_a_daemon_that_goes_away():
    make_case()
    with Server() as server:
        process = subprocess.Popen([AUGTRAIN, "model.yaml", "--data", server.addresses[0], "--quiet", "--wait", "1",
                                    "--epochs", "100000", "--output", "out"],
                                   stderr=subprocess.PIPE, text=True)
        await_steps("out", process)
        server.process.kill()
        server.process.wait(timeout=30)
        _, said = process.communicate(timeout=60)
    equal(process.returncode, 1, said)
    contains(said.splitlines()[0], "augtrain: epoch ", "augd.sock")
    equal(log("out")[-1]["outcome"], "failed", "the log's end")


def test_a_folder_that_goes_away():
    make_case()
    process = subprocess.Popen([AUGTRAIN, "model.yaml", *DATA, "--quiet", "--epochs", "100000",
                                "--output", "out"], stderr=subprocess.PIPE, text=True)
    await_steps("out", process)
    os.rename("out", "moved")
    _, said = process.communicate(timeout=60)
    equal(process.returncode, 1, said)
    contains(said, "out/", "No such file or directory")
    equal(log("moved")[-1]["outcome"], "failed", "the log's end")
    equal([name for name in os.listdir("moved") if "tmp" in name], [], "half files")


program.main(globals())
