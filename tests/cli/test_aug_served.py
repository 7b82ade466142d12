"""The stream of a running server is the stream made here, over Unix and TCP sockets."""
import json
import os
import re
import signal
import subprocess
import sys
import time

import program
from program import AUGD, contains, equal, fail, read, succeed, write
from served import Server
from streams import make_all

if not os.path.exists(AUGD):
    print("skipped: augd is not built")
    sys.exit(77)


def named(kinds):
    """Every kind's data set under the name of its kind, and a spec that asks for it."""
    result = {}
    for kind, (spec, dataset) in kinds.items():
        name = kind.replace("_", "-")
        write(f"{kind}.yaml", read(spec).decode().replace("dataset: data", f"dataset: {name}"))
        result[kind] = (f"{kind}.yaml", dataset.replace("data=", f"{name}=", 1))
    return result


def test_digest_through_a_server():
    kinds = named(make_all())
    with Server(*(dataset for _, dataset in kinds.values())) as server:
        for kind, (spec, dataset) in kinds.items():
            here = succeed("digest", spec, "--dataset", dataset, "--epochs", 2)
            for address in server.addresses:
                there = succeed("digest", spec, "--from", address, "--epochs", 2)
                equal(there, here, f"{kind} through {address}")
            other = succeed("digest", spec, "--from", address, "--epochs", 2, "--seed", 5)
            equal(other == here, False, "another seed through the server")
            equal(other, succeed("digest", spec, "--dataset", dataset, "--epochs", 2, "--seed", 5),
                  "another seed here and there")


def test_names_through_a_server():
    kinds = named(make_all())
    with Server(*(dataset for _, dataset in kinds.values())) as server:
        for kind, (spec, dataset) in kinds.items():
            for options in (("--names",), ("--class-names",), ("--names", "--class-names")):
                here = succeed("digest", spec, "--dataset", dataset, *options)
                for address in server.addresses:
                    equal(succeed("digest", spec, "--from", address, *options), here,
                          f"{kind} {options} through {address}")


IDS = "augd: 1\ndataset: texts\npipeline: []\nbatch: {size: 2}\n" \
      "output: {text: false, ids: {tokenizer: words, vocabulary: %s, max_length: 8}}\n"


def test_files_that_jobs_name():
    """None without --files; with it those below its folder, and nothing is said of others."""
    write("in.txt", "one two three\nword\n")
    os.makedirs("allowed/deeper", exist_ok=True)
    for path in ("allowed/words.txt", "allowed/deeper/words.txt", "outside.txt"):
        write(path, "[PAD]\n[UNK]\none\ntwo\n")
    for name, path in (("near", "words.txt"), ("deep", "deeper/words.txt"), ("up", "../outside.txt"),
                       ("absolute", os.path.abspath("allowed/words.txt")), ("out", "deeper/../../outside.txt")):
        write(name + ".yaml", IDS % path)
    write("here.yaml", IDS % "allowed/words.txt")
    write("list.yaml", "augd: 1\ndataset: texts\npipeline: [SpellingErrors: {file: outside.txt}]\nbatch: {size: 2}\n")
    write("lexicon.yaml", "augd: 1\ndataset: texts\npipeline: [SynonymReplacement: {lang: ./x.augx}]\nbatch: {size: 2}\n")
    with Server("texts=lines:in.txt") as server:
        for name in ("near", "list", "lexicon", "absolute"):
            error = fail(2, "digest", name + ".yaml", "--from", server.addresses[0])
            contains(error, "a spec from elsewhere may name none here")
    with Server("texts=lines:in.txt", options=("--files", "allowed")) as server:
        here = succeed("digest", "here.yaml", "--dataset", "texts=lines:in.txt")
        for name in ("near", "deep"):
            equal(succeed("digest", name + ".yaml", "--from", server.addresses[0]), here, name)
        for name in ("up", "absolute", "out"):
            contains(fail(2, "digest", name + ".yaml", "--from", server.addresses[0]),
                     "leads out of the folder")
    done = subprocess.run([AUGD, "--listen", "unix:x.sock", "--dataset", "texts=lines:in.txt", "--files", "none"],
                          capture_output=True, text=True, check=False)
    contains(done.stderr, '--files is "none", which is no folder')


def test_the_log_counts_what_became_of_texts():
    """By words, over all batches that went out; of pictures there is nothing to say."""
    write("in.txt", "one two three\nword\n" * 20)
    write("texts.yaml", "augd: 1\ndataset: texts\npipeline: [RandomSwap: {n: 1}]\nbatch: {size: 10}\n")
    write("plain.yaml", "augd: 1\ndataset: plain\npipeline: [CenterCrop: 8]\nbatch: {size: 2}\n")
    address = "unix:" + os.path.abspath("log.sock")
    daemon = subprocess.Popen([AUGD, "--listen", address, "--dataset", "texts=lines:in.txt", "--dataset",
                               "plain=synthetic:count=4,size=8"], stderr=subprocess.PIPE, text=True)
    while not os.path.exists("log.sock") and daemon.poll() is None:
        time.sleep(0.02)
    succeed("digest", "texts.yaml", "--from", address, "--epochs", 2)
    succeed("digest", "plain.yaml", "--from", address)
    daemon.send_signal(signal.SIGTERM)
    _, log = daemon.communicate(timeout=30)
    closed = [line for line in map(json.loads, log.splitlines()) if line["event"] == "closed"]
    equal([line["samples"] for line in closed], [80, 4], "samples of both streams")
    equal([line.get("outcomes") for line in closed], [{"applied": 40, "not_applicable": 40}, None], log)


def test_parts_of_ranks_through_a_server():
    kinds = named(make_all())
    with Server(*(dataset for _, dataset in kinds.values())) as server:
        for kind, (spec, dataset) in kinds.items():
            for rank in range(3):
                part = ("--rank", rank, "--world", 3, "--epochs", 2)
                here = succeed("digest", spec, "--dataset", dataset, *part)
                for address in server.addresses:
                    equal(succeed("digest", spec, "--from", address, *part), here, f"{kind}, rank {rank}")
            contains(fail(2, "digest", spec, "--from", address, "--world", 6),
                     "6 ranks would share batches of 5 samples")


def test_batches_at_start_middle_and_end():
    kinds = named(make_all())
    with Server(*(dataset for _, dataset in kinds.values())) as server:
        for kind, (spec, dataset) in kinds.items():
            n_steps = {"image_folder": 3, "tar": 3, "idx": 5, "cifar": 4}[kind]
            for step in (0, n_steps // 2, n_steps - 1):
                position = ("--epoch", 1, "--step", step, "-o")
                succeed("batch", spec, "--dataset", dataset, *position, "here.st")
                for address in server.addresses:
                    succeed("batch", spec, "--from", address, *position, "there.st")
                    equal(read("there.st") == read("here.st"), True, f"{kind} {step} {address}")


def test_positions_at_an_epochs_end():
    spec, dataset = named(make_all())["idx"]
    with Server(dataset) as server:
        here = succeed("digest", spec, "--dataset", dataset, "--epoch", 1)
        for address in server.addresses:
            equal(succeed("digest", spec, "--from", address, "--step", 5), here, address)
            contains(fail(2, "digest", spec, "--from", address, "--step", 6),
                     "step: 6 is not in the epoch, which has the steps 0 to 4")


def test_every_type_through_a_server():
    datasets = [f"{dtype}=synthetic:count=20,size=20,channels={channels},dtype={dtype}"
                for dtype, channels in (("uint16", 3), ("float32", 16))]
    with Server(*datasets) as server:
        for dataset in datasets:
            dtype = dataset.split("=")[0]
            write("spec.yaml", f"augd: 1\ndataset: {dtype}\npipeline: [Resize: [9, 8]]\n"
                               f"batch: {{size: 7}}\noutput: {{dtype: {dtype}}}\n")
            here = succeed("digest", "spec.yaml", "--dataset", dataset)
            for address in server.addresses:
                equal(succeed("digest", "spec.yaml", "--from", address), here, dataset)


def test_mistakes_through_a_server():
    make_all()
    write("spec.yaml", "augd: 1\ndataset: nothing\npipeline: [HorizontalFlip]\n")
    write("fits-not.yaml", "augd: 1\ndataset: pictures\npipeline: [HorizontalFlip]\n")
    with Server("pictures=image_folder:folder") as server:
        for address in server.addresses:
            contains(fail(2, "digest", "spec.yaml", "--from", address), "nothing", "pictures")
            contains(fail(2, "digest", "fits-not.yaml", "--from", address), "differ in size")
            contains(fail(2, "batch", "crop.yaml", "--from", address, "-o", "x"), "data")
    equal(os.path.exists("x"), False, "a file in spite of the mistake")


def test_a_server_that_goes_away():
    make_all()
    write("long.yaml", read("crop.yaml").decode().replace("dataset: data", "dataset: pictures"))
    with Server("pictures=image_folder:folder") as server:
        client = subprocess.Popen([program.AUG, "digest", "long.yaml", "--from",
                                   server.addresses[0], "--epochs", "1000000"],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(0.5)
        equal(client.poll(), None, "the client is at work")
    out, error = client.communicate(timeout=60)
    equal((client.returncode, out), (1, ""), f"a stream that was cut short: {error}")
    if not re.match(r"aug digest: .+", error):
        raise AssertionError(f"no word about it: {error!r}")


program.main(globals())
