"""aug fingerprint, and that servers with other content under one manifest are told apart."""
import json
import os
import shutil
import signal
import subprocess
import sys

import program
from program import AUGD, TOP, contains, equal, fail, make_folder, read, succeed, write

sys.path.insert(0, os.path.join(TOP, "examples"))
import client  # noqa: E402

SPEC = """augd: 1
seed: 5
dataset: train
pipeline:
  - RandomCrop: {size: [8, 8]}
batch: {size: 5}
"""


def use_cache(name="cache"):
    os.environ["AUGD_CACHE"] = os.path.abspath(name)


def ids(location, *options):
    return json.loads(succeed("fingerprint", location, "--json", *options))


def change(path, at=-1):
    """Another byte, the size and the times that the file had."""
    status = os.stat(path)
    content = bytearray(read(path))
    content[at] ^= 1
    with open(path, "r+b") as file:
        file.write(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


class Server:
    """augd with one data set on a Unix socket. Its log is read when it is over."""

    def __init__(self, location, name="augd"):
        self.address = "unix:" + os.path.abspath(f"{name}.sock")
        self.process = subprocess.Popen([AUGD, "--listen", self.address, "--dataset", f"train={location}"],
                                        stderr=subprocess.PIPE, text=True)
        self.log = self.process.stderr.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.log += self.process.communicate(timeout=30)[1]
        equal(self.process.returncode, 0, f"augd's exit code: {self.log}")

    def open(self, **options):
        return client.Stream(self.address, "train", SPEC, **options)


def refused(server, **options):
    """What the server says against an OPEN."""
    try:
        server.open(**options)
    except RuntimeError as error:
        return str(error)
    raise AssertionError(f"opened with {options}")


def test_ids():
    make_folder("photos")
    location = "image_folder:photos"
    before = ids(location)
    equal((before["samples"], before["known"], "content" in before), (12, 0, False), "before the reading")
    contains(succeed("fingerprint", location), f"fingerprint  {before['fingerprint']}\n",
             "content      not known: 0 of 12 samples were read; --content reads the others\n")
    whole = ids(location, "--content")
    equal((whole["fingerprint"], whole["known"]), (before["fingerprint"], 12), "after the reading")
    equal(ids(location), before, "nothing is remembered with AUGD_CACHE=off")
    use_cache()
    equal(ids(location, "--content", "--threads", 1), whole, "one thread and many")
    equal(ids(location), whole, "remembered")
    contains(succeed("fingerprint", location), f"content      {whole['content']}\n")
    shutil.copytree("photos", "elsewhere")
    equal(ids("image_folder:elsewhere", "--content"), whole, "the same data elsewhere")


def test_changes_until_renewed():
    names = make_folder("photos")
    location = "image_folder:photos"
    write("spec.yaml", SPEC)
    use_cache()
    stream = ("digest", "spec.yaml", "--dataset", f"train={location}")
    first = succeed(*stream)
    known = ids(location)
    equal(known["known"], 12, "a stream's readings count")
    change(os.path.join("photos", names[4]))
    contains(fail(1, *stream), names[4], "the content is not what it was when it was first read",
             "--content --renew")
    equal(ids(location, "--content"), known, "what is known is not read again")
    contains(fail(1, "fingerprint", location, "--content", "--verify"), names[4],
             "the content is not what it was")
    renewed = ids(location, "--content", "--renew")
    equal(renewed["fingerprint"], known["fingerprint"], "names and sizes")
    if renewed["content"] == known["content"]:
        raise AssertionError("the content stayed")
    change(os.path.join("photos", names[4]))
    fail(1, *stream)
    equal(ids(location, "--content", "--renew"), known, "as it was")
    equal(succeed(*stream), first, "the stream as it was")
    equal(ids(location, "--content", "--verify"), known, "everything is what it was")


def test_mistakes():
    make_folder("photos")
    contains(fail(2, "fingerprint", "photos"), "no colon; allowed is KIND:PATH")
    contains(fail(2, "fingerprint", "image_folder:photo"), "does not exist; did you mean 'photos'?")
    contains(fail(2, "fingerprint", "image_folder:photos", "--renew"), "without --content")
    write("file", "x")
    os.environ["AUGD_CACHE"] = os.path.abspath("file")
    done = program.aug("fingerprint", "image_folder:photos", "--content")
    equal(done.returncode, 0, "a cache that cannot be written is no failure")
    contains(done.stderr, "aug: what was read of the data is not remembered: ", "/file/", "AUGD_CACHE=off")


def test_damage_ends_every_stream_the_same_way():
    """A crop of 8 x 8 sees hardly anything, so damage at the end is found by reading to the end."""
    names = make_folder("photos")
    write("spec.yaml", SPEC)
    whole = read(f"photos/{names[0]}")
    write(f"photos/{names[0]}", whole[:-40] + bytes(38) + whole[-2:])
    use_cache()
    for _ in range(2):
        message = fail(1, "digest", "spec.yaml", "--dataset", "train=image_folder:photos")
        contains(message, names[0])
    write("spec.yaml", SPEC.replace("RandomCrop", "CenterCrop"))
    contains(fail(1, "digest", "spec.yaml", "--dataset", "train=image_folder:photos"), names[0])


def test_a_picture_changed_while_it_is_served():
    """It stops the stream by name, whether the picture was read before or not."""
    names = make_folder("photos", n=60)
    for when in (2, 20):
        with Server("image_folder:photos", f"served{when}") as server:
            stream = server.open()
            equal("content" in stream.info, False, "content before the reading")
            batches = iter(stream)
            for _ in range(when):
                next(batches)
            change(os.path.join("photos", names[33]))
            try:
                for epoch, _, _ in batches:
                    equal(epoch < 4, True, "the stream goes on")
                raise AssertionError("the stream ended without a word")
            except RuntimeError as error:
                contains(str(error), names[33])
        contains(server.log, '"code":"DATASET_CHANGED"')
        change(os.path.join("photos", names[33]))


def test_servers_with_other_content_are_told_apart():
    names = make_folder("photos")
    shutil.copytree("photos", "copy")
    change(os.path.join("copy", names[7]))
    with Server("image_folder:photos", "a") as first, Server("image_folder:copy", "b") as other:
        stream = first.open(epochs=1)
        first_epoch = [batch for _, _, batch in stream]
        content, stream_id = stream.state["content"], stream.info["stream_id"]
        equal("content" in stream.info, False, "known only at the end of the epoch")
        equal(content, ids("image_folder:photos", "--content")["content"], "the content")
        equal(first.open(state={"content": content}).info["content"], content, "again")
        # What it holds it does not know before it is asked for it.
        equal(other.open().info["stream_id"], stream_id, "the manifests are equal")
        message = refused(other, state={"stream_id": stream_id, "content": content})
        contains(message, "under the same names and sizes; expected was " + content)
        change(os.path.join("copy", names[7]))
    contains(other.log, '"code":"DATASET_CHANGED"')
    with Server("image_folder:copy", "c") as same:
        stream = same.open(epochs=1, state={"content": content})
        equal([batch for _, _, batch in stream], first_epoch, "the stream of the same content")


def test_a_server_remembers():
    make_folder("photos")
    use_cache()
    with Server("image_folder:photos", "a") as server:
        stream = server.open(epochs=1)
        for _ in stream:
            pass
        content = stream.state["content"]
    with Server("image_folder:photos", "b") as server:
        equal(server.open().info["content"], content, "known at once")
    write("file", "x")
    os.environ["AUGD_CACHE"] = os.path.abspath("file")
    with Server("image_folder:photos", "c") as server:
        for _ in range(3):
            server.open()
    equal(server.log.count('"event":"not_kept"'), 1, "said once")


def run():
    if not os.path.exists(AUGD):
        print("skipped: augd is not built")
        sys.exit(77)
    tests = {}
    for name, test in globals().items():
        if name.startswith("test_"):
            tests[name] = reset(test)
    program.main(tests)


def reset(test):
    """The test with nothing remembered at its start."""
    def wrapped():
        os.environ["AUGD_CACHE"] = "off"
        test()
    return wrapped


run()
