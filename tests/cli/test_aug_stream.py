"""aug digest and aug batch: a batch is a pure function of data, spec, seed, epoch and step."""
import json
import os

import numpy

import program
from program import (contains, equal, fail, make_folder, picture, pixels, read, sha256, succeed,
                     write)
from streams import make_all


def digest(spec, dataset, *options):
    """The digest that aug prints."""
    text = succeed("digest", spec, "--dataset", dataset, *options).strip()
    if len(text) != 64:
        raise AssertionError(f"no SHA-256: {text!r}")
    return text


def batch(spec, dataset, epoch, step, *options):
    """Bytes of one batch."""
    succeed("batch", spec, "--dataset", dataset, "--epoch", epoch, "--step", step, "-o", "b.st",
            *options)
    content = read("b.st")
    os.remove("b.st")
    return content


def parts(content):
    """Tensors of a safetensors file, checked for alignment and holes."""
    start = 8 + int.from_bytes(content[:8], "little")
    head = json.loads(content[8:start])
    tensors = {}
    for name, part in head.items():
        if name == "__metadata__":
            continue
        first, end = part["data_offsets"]
        dtype = {"F32": "<f4", "I64": "<i8", "U8": "u1"}[part["dtype"]]
        if name == "data":
            equal((start + first) % 64, 0, "start of the samples")
        equal((start + first) % numpy.dtype(dtype).itemsize, 0, f"start of {name}")
        tensors[name] = numpy.frombuffer(content[start + first:start + end],
                                         dtype).reshape(part["shape"])
    equal(start + max(p["data_offsets"][1] for n, p in head.items() if n != "__metadata__"),
          len(content), "end of the file")
    return tensors


def test_threads_do_not_matter():
    for kind, (spec, dataset) in make_all().items():
        found = {digest(spec, dataset, "--epochs", 2, "--threads", n) for n in (1, 2, 3, 8)}
        equal(len(found), 1, f"digests of {kind}")


def test_everything_that_names_a_stream_matters():
    for spec, dataset in make_all().values():
        text = read(spec).decode()
        write("other.yaml", text.replace("limit: 25", "limit: 26"))
        found = [digest(spec, dataset), digest(spec, dataset, "--seed", 78),
                 digest(spec, dataset, "--epoch", 1), digest("other.yaml", dataset),
                 digest(spec, dataset, "--step", 1), digest(spec, dataset, "--steps", 2)]
        equal(len(set(found)), len(found), "digests")
        write("other.yaml", text.replace("seed: 77", "seed: 78"))
        equal(digest("other.yaml", dataset), found[1], "--seed is the seed of the spec")


def test_the_digest_is_that_of_all_batches():
    for spec, dataset in make_all().values():
        info = json.loads(succeed("digest", spec, "--dataset", dataset, "--epochs", 2, "--json"))
        n_steps = info["batches"] // 2
        content = [batch(spec, dataset, epoch, step) for epoch in range(2)
                   for step in range(n_steps)]
        equal(sha256(b"".join(content)), info["sha256"], "digest of the batches one by one")
        equal(sum(map(len, content)), info["bytes"], "bytes")


def test_batches_from_the_middle_are_those_of_the_running_stream():
    for spec, dataset in make_all().values():
        info = json.loads(succeed("digest", spec, "--dataset", dataset, "--json"))
        last = info["batches"] - 1
        for step in (0, last // 2, last):
            running = digest(spec, dataset, "--step", step, "--steps", 1)
            for threads in (1, 3):
                equal(sha256(batch(spec, dataset, 0, step, "--threads", threads)), running,
                      f"batch of step {step}")


def test_content_of_a_batch():
    kinds = make_all()
    tensors = parts(batch(*kinds["idx"], 0, 0))
    equal(sorted(tensors), ["data", "index", "label"], "tensors")
    equal(tensors["data"].shape, (5, 1, 28, 28), "shape")
    equal(tensors["label"].shape, (5, 10), "shape of soft labels")
    sums = tensors["label"].sum(axis=1)
    # Two shares of float32 that add up to one, so one rounding each.
    if abs(sums - 1).max() > 1e-6:
        raise AssertionError(f"sums of soft labels: {sums}")


def test_parts_of_all_ranks_are_the_batch():
    for spec, dataset in make_all().values():
        last = json.loads(succeed("digest", spec, "--dataset", dataset, "--json"))["batches"] - 1
        for step in (0, last):
            whole = parts(batch(spec, dataset, 0, step))
            for world in (1, 2, 3, 5):
                found = [parts(batch(spec, dataset, 0, step, "--rank", rank, "--world", world))
                         for rank in range(world)]
                for name, values in whole.items():
                    together = numpy.concatenate([part[name] for part in found])
                    equal(together.tobytes(), values.tobytes(), f"{name} of a world of {world}")
        equal(digest(spec, dataset, "--world", 1), digest(spec, dataset), "digest of a world of 1")
        equal(digest(spec, dataset, "--rank", 1, "--world", 2, "--steps", 1),
              sha256(batch(spec, dataset, 0, 0, "--rank", 1, "--world", 2)), "digest of a rank")
    contains(fail(2, "digest", spec, "--dataset", dataset, "--rank", 2, "--world", 2),
             "2 is not in the world, which has the ranks 0 to 1")
    contains(fail(2, "batch", spec, "--dataset", dataset, "-o", "x.st", "--world", 6),
             "6 ranks would share batches of 5 samples; allowed is a world of 1 to 5")


def test_names_of_samples_and_classes():
    kinds = make_all()
    names = sorted(make_folder("folder", 13))
    spec, dataset = kinds["image_folder"]
    plain = batch(spec, dataset, 1, 1)
    named = batch(spec, dataset, 1, 1, "--names", "--class-names")
    start = 8 + int.from_bytes(named[:8], "little")
    metadata = json.loads(named[8:start])["__metadata__"]
    equal({key: json.loads(value) for key, value in metadata.items()},
          {"class_names": ["bird", "cat", "dog"]}, "metadata")
    equal("__metadata__" in json.loads(plain[8:8 + int.from_bytes(plain[:8], "little")]), False,
          "metadata that nobody asked for")
    tensors, before = parts(named), parts(plain)
    ends = tensors.pop("name.offsets").tolist()
    rows = tensors.pop("name").tobytes()
    found = [rows[first:end].decode() for first, end in zip(ends, ends[1:])]
    equal(found, [names[i] for i in tensors["index"]], "names of the samples")
    equal(ends[0], 0, "first offset")
    for name, values in before.items():
        equal(values.tobytes() == tensors.pop(name).tobytes(), True, f"{name} with names and without")
    equal(tensors, {}, "further tensors")
    digests = [digest(spec, dataset, *options) for options in
               ((), ("--names",), ("--class-names",), ("--names", "--class-names"))]
    equal(len(set(digests)), 4, "digests")


def test_class_names_that_are_no_text():
    write(b"odd/caf\xe9/a.png", picture(pixels(1, 8, 8)))
    write(b"odd/cat/a.png", picture(pixels(2, 8, 8)))
    write("odd.yaml", "augd: 1\ndataset: {kind: image_folder, path: odd}\npipeline: [CenterCrop: 8]\n")
    succeed("digest", "odd.yaml")
    contains(fail(2, "digest", "odd.yaml", "--class-names"), "class 0", "not UTF-8")


def test_an_epoch_holds_every_sample_once():
    for (spec, dataset), n in zip(make_all().values(), (13, 14, 23, 17)):
        seen = []
        for step in range((n + 4) // 5):
            seen += parts(batch(spec, dataset, 2, step))["index"].tolist()
        equal(sorted(seen), list(range(n)), "indices of an epoch")
        equal(seen == sorted(seen), False, "an epoch in the order of the data set")


def test_positions_that_do_not_exist():
    spec, dataset = make_all()["idx"]
    run = (spec, "--dataset", dataset, "-o", "b.st")
    contains(fail(2, "batch", *run, "--step", 6),
             "step: 6 is not in the epoch, which has the steps 0 to 4; 5 stands for the next epoch's first")
    contains(fail(2, "batch", *run, "--step", 18446744073709551615), "18446744073709551615")
    contains(fail(2, "batch", *run, "--epoch", 4294967295), "--epoch")
    fail(2, "digest", spec, "--dataset", dataset, "--step", 6)
    equal(os.path.exists("b.st"), False, "a file in spite of the mistake")


def test_the_step_behind_an_epoch_is_the_next_ones_first():
    spec, dataset = make_all()["idx"]
    equal(batch(spec, dataset, 2, 5), batch(spec, dataset, 3, 0), "batch of the step behind epoch 2")
    equal(digest(spec, dataset, "--step", 5, "--epochs", 2), digest(spec, dataset, "--epoch", 1, "--epochs", 2),
          "two epochs from the step behind the first")


def test_the_end_of_a_large_set_opens_at_once():
    write("spec.yaml", "augd: 1\nseed: 1\nbatch: {size: 64}\n"
          "dataset: {kind: synthetic, count: 1000000, size: 8}\n")
    info = json.loads(succeed("digest", "spec.yaml", "--step", 15624, "--json"))
    equal(info["batches"], 1, "batches from the last step on")


def test_a_sample_that_cannot_be_decoded_ends_the_stream():
    make_all()
    write("folder/cat/broken.png", b"\x89PNG\r\n\x1a\n broken")
    error = fail(1, "digest", "crop.yaml", "--dataset", "data=image_folder:folder")
    contains(error, "aug digest: ", "cat/broken.png")
    equal(len(error.splitlines()), 1, "lines")


def test_servers_that_are_not_there():
    make_all()
    for address in ("unix:nobody.sock", "tcp:127.0.0.1:1"):
        done = program.aug("digest", "pad.yaml", "--from", address)
        equal(done.returncode in (1, 2), True, done.stderr)
        contains(done.stderr, "aug digest: ", address)
    contains(fail(2, "digest", "pad.yaml", "--from", "nowhere"), "nowhere")
    write("own.yaml", "augd: 1\ndataset: {kind: synthetic, count: 10}\n")
    contains(fail(2, "digest", "own.yaml", "--from", "unix:nobody.sock"), "must name a data set")


program.main(globals())
