"""How runs of augtrain end and what stays of them: signals, closed pipes, hung daemons, full disks, damaged checkpoints,
values that are not finite; and which weights they end with."""
import hashlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time

import program
import trained
from program import AUGD, contains, equal, make_idx, numpy, read, write
from served import free_port
from trained import AUGTRAIN, augtrain

trained.need_augd()

MODEL = """\
model: {input: [12, 12, 1], layers: [flatten, linear: {features: 8}, batch_norm, relu, linear: 4]}
optimizer: {sgd: {lr: 0.05, momentum: 0.9}}
train: {epochs: 4, log_every: 2}
data: {train: train.yaml, eval: eval.yaml}
"""
SPEC = """\
augd: 1
dataset: digits
batch: {size: 24}
output: {layout: hwc, normalize: fashion_mnist}
"""
DATASET = "digits=idx:pictures/t10k-images-idx3-ubyte.gz"
DATA = ("--dataset", DATASET)


def make_case(settings=""):
    """A model with more settings, its specs, and 120 pictures of 4 classes."""
    make_idx("pictures", 120, 12, 4)
    write("model.yaml", MODEL.replace("log_every: 2", f"log_every: 2{settings}"))
    write("train.yaml", SPEC)
    write("eval.yaml", SPEC.replace("size: 24", "size: 24, shuffle: false"))


def succeed(*arguments):
    """Runs augtrain, which must exit with 0; returns all that it said."""
    done = augtrain(*arguments)
    equal(done.returncode, 0, f"augtrain {arguments}: {done.stderr}")
    return done.stderr + done.stdout


def fail(code, *arguments, **options):
    """Runs augtrain, which must exit with code; returns what it said."""
    done = augtrain(*arguments, "--quiet", **options)
    equal(done.returncode, code, f"augtrain {arguments}: {done.stdout}{done.stderr}")
    return done.stderr


def started(folder, *arguments):
    """A run in the background that has made steps."""
    process = subprocess.Popen([AUGTRAIN, "model.yaml", "--epochs", "100000", "--output", folder, *arguments],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(1500):
        if os.path.isdir(f"{folder}/checkpoints") and os.listdir(f"{folder}/checkpoints"):
            return process
        equal(process.poll(), None, "the run ended early")
        time.sleep(0.01)
    raise AssertionError("the run makes no steps")


def log(folder):
    """Every object of a run's log."""
    return [json.loads(line) for line in read(f"{folder}/log.jsonl").splitlines()]


def checkpoints(folder):
    """Names of the checkpoints of a run, the oldest first."""
    return sorted(name for name in os.listdir(f"{folder}/checkpoints") if name.endswith(".safetensors"))


def tensors(path):
    """Tensors of floats of a safetensors file by name, and its metadata."""
    content = read(path)
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8:8 + size])
    metadata = header.pop("__metadata__")
    data = content[8 + size:]
    return metadata, {name: numpy.frombuffer(data[slice(*entry["data_offsets"])], numpy.float32)
                      for name, entry in header.items() if entry["dtype"] == "F32"}


def test_the_same_signal_twice_is_one():
    make_case()
    for number in (signal.SIGTERM, signal.SIGHUP):
        folder = number.name
        process = started(folder, *DATA)
        process.send_signal(number)
        time.sleep(0.05)
        process.send_signal(number)
        said = process.communicate(timeout=60)
        equal(process.returncode, 128 + number, said)
        contains(said[1], f"interrupted by {number.name} after step")
        end = log(folder)[-1]
        equal((end["outcome"], end["test_step"]), ("interrupted", end["step"]), "figures of what is saved")
        equal(checkpoints(folder)[-1], f"step-{end['step']:08d}.safetensors", "the last checkpoint")
        equal(tensors(f"{folder}/model.safetensors")[0]["step"], str(end["step"]), "the weights' step")


def test_a_closed_pipe_ends_no_run():
    make_case()
    reading, writing = os.pipe()
    process = subprocess.Popen([AUGTRAIN, "model.yaml", *DATA, "--output", "out"], stdout=writing, stderr=writing)
    os.close(writing)
    os.close(reading)
    process.wait(timeout=60)
    equal(log("out")[-1]["outcome"], "finished", "the run went on")


def test_two_runs_in_one_folder():
    make_case()
    process = started("out", *DATA)
    for words in (("model.yaml", "--output", "out", "--overwrite", *DATA), ("--resume", "out")):
        contains(fail(2, *words), f"out: process {process.pid} writes a run to this folder")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    equal(log("out")[-1]["outcome"], "interrupted", "the run that had it")


def test_another_configuration_is_refused():
    make_case()
    succeed("model.yaml", *DATA, "--output", "out", "--epochs", 2)
    write("other.yaml", read("model.yaml").decode().replace("lr: 0.05", "lr: 0.04"))
    contains(fail(2, "other.yaml", "--resume", "out"), "optimizer.sgd.lr was 0.05 and is 0.04")
    contains(fail(2, "--resume", "out", "--epochs", 3), "train.epochs was 2 and is 3")
    contains(fail(2, "--resume", "out", "--seed", 3), "train.seed was 1 and is 3")
    contains(fail(2, "--resume", "out", "--kernels", "reference"), "kernels was", "and is \"reference\"")
    write("other.yaml", read("model.yaml").decode().replace("features: 8", "features: 9"))
    contains(fail(2, "other.yaml", "--resume", "out"), "model.layers.1.linear.features was 8 and is 9")
    write("train.yaml", SPEC.replace("augd: 1", "augd: 1\nseed: 3"))
    contains(fail(1, "--resume", "out"), "training stream was ")
    write("train.yaml", SPEC)
    contains(fail(2, "--resume", "none"), "none: there is no such folder")
    os.makedirs("empty")
    contains(fail(2, "--resume", "empty"), "empty: there is no checkpoint in this folder")
    contains(fail(2, "model.yaml", "--resume", "out", "--output", "x"), "--output")
    before = read("out/model.safetensors")
    contains(succeed("--resume", "out", "--threads", 3), "goes on  from out/checkpoints/step-00000010.safetensors")
    equal(read("out/model.safetensors") == before, True, "weights of a run that was at its end")


def test_what_is_gone_of_a_run_is_said():
    make_case()
    succeed("model.yaml", *DATA, "--output", "out", "--epochs", 2)
    config = json.loads(read("out/config.json"))
    for name in "config.json", "log.jsonl", "steps.csv":
        os.remove(f"out/{name}")
    done = augtrain("--resume", "out", "--quiet")
    equal(done.returncode, 0, done.stderr)
    equal(done.stderr, "".join(f"augtrain: out: {name} is gone; what it said of the steps before does not come back\n"
                               for name in ("log.jsonl", "steps.csv")), "what is said")
    equal(json.loads(read("out/config.json"))["model"], config["model"], "config.json, written again")


def test_what_no_run_left_stays_where_a_run_is_replaced():
    make_case()
    for folder in "out", "new":
        succeed("model.yaml", *DATA, "--output", folder, "--epochs", 2, "--seed", len(folder))
    write("out/checkpoints/.DS_Store", "somebody's")
    succeed("model.yaml", *DATA, "--output", "out", "--epochs", 2, "--seed", 3, "--overwrite")
    equal(read("out/checkpoints/.DS_Store"), b"somebody's", "what lies beside the checkpoints")
    equal(sorted(os.listdir("out/checkpoints"))[1:], sorted(os.listdir("new/checkpoints")), "checkpoints")
    equal(read("out/model.safetensors") == read("new/model.safetensors"), True, "weights")
    os.rename("out/checkpoints", "elsewhere")
    os.symlink("../elsewhere", "out/checkpoints")
    contains(fail(2, "model.yaml", *DATA, "--output", "out", "--overwrite"),
             "out: checkpoints is no folder, as a run leaves one; remove it, or choose another --output")
    equal(len(os.listdir("elsewhere")), len(os.listdir("new/checkpoints")) + 1, "what the link leads to")


def test_damaged_checkpoints():
    make_case(", checkpoint_every: 2 steps, checkpoint_keep: 4")
    succeed("model.yaml", *DATA, "--output", "whole")
    succeed("model.yaml", *DATA, "--output", "out")
    names = checkpoints("out")
    equal(len(names), 4, "checkpoints that stay")
    content = read(f"out/checkpoints/{names[3]}")
    write(f"out/checkpoints/{names[3]}", content[:-1])
    middle = len(content) // 2
    write(f"out/checkpoints/{names[2]}", read(f"out/checkpoints/{names[2]}")[:middle] + b"?" + content[middle + 1:])
    said = succeed("--resume", "out")
    contains(said, f"{names[3]}: ", f"{names[2]}: ", "an older one is looked for",
             f"goes on  from out/checkpoints/{names[1]}")
    equal(read("out/model.safetensors") == read("whole/model.safetensors"), True, "weights")
    equal(checkpoints("out"), names, "checkpoints")
    # So does one that is no file.
    for name in names[2:]:
        os.remove(f"out/checkpoints/{name}.damaged")
    os.remove(f"out/checkpoints/{names[3]}")
    os.makedirs(f"out/checkpoints/{names[3]}/x")
    os.remove(f"out/checkpoints/{names[2]}")
    os.symlink("nowhere", f"out/checkpoints/{names[2]}")
    contains(succeed("--resume", "out"), f"goes on  from out/checkpoints/{names[1]}")
    equal(read("out/model.safetensors") == read("whole/model.safetensors"), True, "weights")
    shutil.rmtree(f"out/checkpoints/{names[3]}.damaged")
    os.remove(f"out/checkpoints/{names[2]}.damaged")
    # Wherever a file is cut or changed, there is a sentence and no crash.
    for i in range(0, len(content), len(content) // 7):
        for damaged in (content[:i], content[:i] + bytes([content[i] ^ 16]) + content[i + 1:]):
            for name in checkpoints("out"):
                os.remove(f"out/checkpoints/{name}")
            write(f"out/checkpoints/{names[3]}", damaged)
            contains(fail(1, "--resume", "out"), f"out/checkpoints/{names[3]}: ")
            os.remove(f"out/checkpoints/{names[3]}.damaged")


def rewrite(path, change):
    """A checkpoint whose metadata change changes, with the digest that it then has."""
    content = read(path)
    size = int.from_bytes(content[:8], "little")
    header, data = json.loads(content[8:8 + size]), content[8 + size:]
    metadata = header["__metadata__"]
    change(metadata)
    pieces = [piece for key, value in metadata.items() if key != "sha256" for piece in (key.encode(), value.encode())]
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            pieces += [name.encode(), data[begin:end]]
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(len(piece).to_bytes(8, "little") + piece)
    metadata["sha256"] = digest.hexdigest()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    write(path, len(text).to_bytes(8, "little") + text + data)


def test_checkpoints_of_another_version_stay():
    make_case(", checkpoint_every: 2 steps, checkpoint_keep: 4")
    succeed("model.yaml", *DATA, "--output", "out")
    names = checkpoints("out")
    newest = f"out/checkpoints/{names[-1]}"
    content = read(newest)

    def columns(change):
        def apply(metadata):
            metadata.update({"augtrain": "0.2.0", "run.steps": change(metadata["run.steps"])})
        return apply

    rewrite(newest, lambda metadata: None)
    for change, said in (
            (lambda text: text + ",newcol 1", "this checkpoint of augtrain 0.2.0 has the column 'newcol 1' in 'run.steps'"),
            (lambda text: text.replace(",lr 1", ""), "has no column 'lr 1' in 'run.steps'"),
            (lambda text: "", "has no column 'step 1' in 'run.steps'"),
            (lambda text: ",".join(text.split(",")[::-1]), "has the columns of 'run.steps' in another order")):
        write(newest, content)
        rewrite(newest, columns(change))
        contains(fail(1, "--resume", "out"), f"{newest}: this checkpoint", said, "go on with the version that made it")
        equal(sorted(os.listdir("out/checkpoints")), names, "what lies there")
    write(newest, content)
    contains(succeed("--resume", "out"), f"goes on  from {newest}")


def test_a_full_disk_loses_no_checkpoint():
    make_case(", checkpoint_every: 1 steps, checkpoint_keep: 3")
    succeed("model.yaml", *DATA, "--output", "whole")
    size = os.path.getsize("whole/checkpoints/" + checkpoints("whole")[0])

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 700, size + 700))

    # The history grows, so a later checkpoint is too large.
    contains(fail(1, "model.yaml", *DATA, "--output", "out", preexec_fn=limit), "failed: File too large")
    equal(len(checkpoints("out")) > 0, True, "earlier checkpoints stay")
    equal([name for name in os.listdir("out/checkpoints") if "tmp" in name], [], "half files")
    contains(succeed("--resume", "out"), "goes on  from")
    equal(read("out/model.safetensors") == read("whole/model.safetensors"), True, "weights")


def test_a_value_that_is_not_finite():
    make_case()
    write("model.yaml", read("model.yaml").decode().replace("lr: 0.05, momentum: 0.9", "lr: 1000").replace(
        "batch_norm, ", ""))
    said = fail(1, "model.yaml", *DATA, "--output", "out", "--epochs", 100)
    contains(said, "epoch ", ", step ", "that is not finite", "(batch ", "it is kept in out/bad_batch.safetensors")
    content = read("out/bad_batch.safetensors")
    header = json.loads(content[8:8 + int.from_bytes(content[:8], "little")])
    equal({name: header[name]["shape"] for name in ("data", "index", "label")},
          {"data": [24, 12, 12, 1], "index": [24], "label": [24]}, "the batch")
    contains(header["__metadata__"]["message"], "that is not finite")


def test_weights_that_are_averaged():
    """PyTorch's formula, on the weights of every step."""
    make_case(", ema: 0.75, checkpoint_every: 1 steps, checkpoint_keep: 1000")
    contains(succeed("model.yaml", *DATA, "--output", "out"), "weights  out/model.safetensors (averaged)")
    average = {}
    for name in checkpoints("out"):
        _, found = tensors(f"out/checkpoints/{name}")
        for key in [key for key in found if f"ema.{key}" in found]:
            before = average.get(key, found[key])
            average[key] = before + numpy.float32(0.25) * (found[key] - before)
            equal(numpy.array_equal(average[key], found[f"ema.{key}"]), True, f"{key} in {name}")
    equal("2.running_mean" in average, True, "statistics are averaged, too")
    metadata, saved = tensors("out/model.safetensors")
    equal(metadata["weights"], "averaged", "which weights")
    equal(all(numpy.array_equal(saved[key], average[key]) for key in average), True, "the weights that are saved")
    tested = succeed("model.yaml", *DATA, "--eval-only", "--weights", "out/model.safetensors", "--json")
    equal(json.loads(tested[tested.index("{"):])["test"]["loss"], log("out")[-1]["test_loss"], "their loss")


def test_an_average_begins_with_the_weights_that_are_given():
    """A run that is told to end before its first step saves those. It is told while it waits for its model file."""
    make_case(", ema: 0.75")
    succeed("model.yaml", *DATA, "--output", "first", "--epochs", 1)
    os.mkfifo("pipe")
    with subprocess.Popen([AUGTRAIN, "pipe", *DATA, "--output", "out", "--seed", "9", "--weights",
                           "first/model.safetensors"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        with open("pipe", "wb") as pipe:
            run.send_signal(signal.SIGINT)
            # Signals are taken by a thread of their own.
            time.sleep(0.2)
            pipe.write(read("model.yaml"))
        said = run.communicate(timeout=60)[1]
    equal(run.returncode, 130, said)
    contains(said, "interrupted by SIGINT after step 0 ")
    _, given = tensors("first/model.safetensors")
    _, saved = tensors("out/model.safetensors")
    for name, values in given.items():
        equal(numpy.array_equal(saved[name], values), True, f"{name} is what was given")


def test_early_stopping():
    """A rate that is far too high: the figures soon get no better."""
    make_case(", early_stop: 3, choose_on: test, best: loss")
    write("model.yaml", read("model.yaml").decode().replace("lr: 0.05", "lr: 2").replace("epochs: 4", "epochs: 60"))
    said = succeed("model.yaml", *DATA, "--output", "out")
    contains(said, "stopped early: loss was best, ", "weights  out/model.safetensors (the best, of step ")
    epochs = [entry for entry in log("out") if entry["event"] == "epoch"]
    losses = [entry["test_loss"] for entry in epochs]
    best = losses.index(min(losses))
    equal(len(losses), best + 1 + 3, "evaluations")
    end = log("out")[-1]
    equal((end["stopped_early"], end["best"], end["best_step"], end["test_step"], end["test_loss"]),
          (True, losses[best], epochs[best]["step"], epochs[best]["step"], losses[best]), "the end")
    equal(read("out/model.safetensors") == read("out/best.safetensors"), True, "the best weights")
    before = read("out/model.safetensors")
    succeed("--resume", "out")
    equal(read("out/model.safetensors") == before, True, "nothing to go on with")
    write("model.yaml", read("model.yaml").decode().replace("best: loss", "best: accurracy"))
    contains(fail(2, "model.yaml", *DATA), "best is 'accurracy', which evaluations do not have; allowed are loss, accuracy")


def test_how_often_checkpoints_are_made():
    make_case(", checkpoint_every: 3 steps, checkpoint_keep: 3")
    succeed("model.yaml", *DATA, "--output", "out")
    equal(checkpoints("out"), [f"step-{step:08d}.safetensors" for step in (15, 18, 20)], "every third step and the last")
    for wrong in ("0", "3 days", "-1 steps", "steps", "1e9"):
        make_case(f", checkpoint_every: {wrong}")
        contains(fail(2, "model.yaml", *DATA), f"checkpoint_every is '{wrong}'; allowed are 1 to 1000000 epochs")


class Daemon:
    """augd at an address of its own."""

    def __init__(self, name, dataset=DATASET):
        self.address = name if name.startswith("tcp:") else "unix:" + os.path.abspath(name)
        self.process = subprocess.Popen([AUGD, "--quiet", "--listen", self.address, "--dataset", dataset])

    def __enter__(self):
        time.sleep(0.3)
        return self

    def end(self):
        """Ends it as a crash does."""
        self.process.kill()
        self.process.wait(timeout=30)

    def __exit__(self, *_):
        self.end()


def test_the_next_address():
    make_case(", checkpoint_every: 1 steps")
    succeed("model.yaml", *DATA, "--output", "whole", "--epochs", 40)
    with Daemon("first.sock") as first, Daemon(f"tcp:127.0.0.1:{free_port()}") as second:
        with subprocess.Popen([AUGTRAIN, "model.yaml", "--data", f"{first.address},{second.address}", "--output", "out",
                               "--epochs", "40"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            while process.poll() is None and not os.path.isdir("out/checkpoints"):
                time.sleep(0.002)
            first.end()
            said = process.communicate(timeout=60)[1]
    equal(process.returncode, 0, said)
    contains(said, "waiting for it or the next address", f"going on with {second.address}")
    equal(read("out/model.safetensors") == read("whole/model.safetensors"), True, "weights")


def cut_connections(address, behind, n_bytes):
    """A socket that hands on to another, and cuts each connection after so many bytes; a list that says how many there
    were, and what ends it."""
    listener, served = socket.socket(socket.AF_UNIX), []
    listener.bind(address)
    listener.listen()

    def hand_on():
        while True:
            try:
                client = listener.accept()[0]
            except OSError:
                return
            served.append(client)
            with socket.socket(socket.AF_UNIX) as server:
                server.connect(behind)
                threading.Thread(target=pump, args=(client, server, 1 << 40), daemon=True).start()
                pump(server, client, n_bytes)

    def pump(source, target, left):
        try:
            while left > 0 and (piece := source.recv(min(left, 4096))):
                target.sendall(piece)
                left -= len(piece)
            target.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    threading.Thread(target=hand_on, daemon=True).start()
    return served, listener


def test_a_server_that_never_gives_a_batch_is_given_up():
    make_case()
    with Daemon("augd.sock"):
        served, listener = cut_connections("proxy.sock", "augd.sock", 3000)
        begin = time.monotonic()
        said = fail(1, "model.yaml", "--data", "unix:" + os.path.abspath("proxy.sock"), "--output", "out", "--wait", "2")
        equal(2 < time.monotonic() - begin < 20, True, f"{time.monotonic() - begin} s")
        listener.close()
    contains(said, "no daemon came back within 2 s")
    equal(len(served) < 20, True, f"{len(served)} connections")


def test_another_stream_is_refused():
    make_case(", checkpoint_every: 1 steps")
    make_idx("others", 120, 12, 3)
    with Daemon("augd.sock") as daemon:
        process = started("out", "--data", daemon.address)
        daemon.end()
        with Daemon("augd.sock", DATASET.replace("pictures", "others")):
            said = process.communicate(timeout=60)[1]
    equal(process.returncode, 1, said)
    # Training and evaluation have a stream each; the daemon may say either of what it finds.
    refusal = said.splitlines()[-2]
    contains(refusal, "augd.sock: ", "; expected was ")
    equal("the data have the fingerprint " in refusal or "give the stream " in refusal, True, refusal)
    contains(said.splitlines()[-1], "the last checkpoint is in out")


def test_a_hung_daemon_obeys_the_first_signal():
    make_case(", checkpoint_every: 1 steps")
    with Daemon("augd.sock") as daemon:
        process = started("out", "--data", daemon.address)
        daemon.process.send_signal(signal.SIGSTOP)
        time.sleep(0.5)
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[1]
        seconds = time.monotonic() - begin
    equal(process.returncode, 143, said)
    equal(seconds < 20, True, f"{seconds:.1f} s")
    equal(log("out")[-1]["outcome"], "interrupted", "the end")


program.main(globals())
