"""The programs with a domain that they have never heard of: check, batch, digest, apply, preview, bench, daemon."""
import hashlib
import io
import json
import os
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
TOP = os.environ["AUGD_SOURCE"]
sys.path[:0] = [os.path.join(TOP, "tests", "cli"), os.path.join(TOP, "examples")]
import client  # noqa: E402
import program  # noqa: E402
from program import contains, equal, fail, read, succeed, tree, write  # noqa: E402

import numpy  # noqa: E402
from PIL import Image  # noqa: E402

program.AUG = os.path.join(program.BUILD, "tests", "aug_toy")
AUGD = os.path.join(program.BUILD, "tests", "augd_toy")
COUNT = 13
DATA = f"toy_pairs:count={COUNT}"
PLAIN = "augd: 1\nseed: 11\ndataset: d\nbatch: {size: 5, shuffle: false}\n"
ALL = PLAIN + "pipeline: [ToyShift: {p: 0.7}, ToyTurn, OneOf: {transforms: [ToyBorrow, ToyShift: {limit: 1}]}]\n"
TYPES = {"U8": numpy.uint8, "I32": numpy.int32, "I64": numpy.int64, "F32": numpy.float32}


def picture(index, side):
    """Pixels of the left (0) or right (1) picture of a toy as toy_pairs.c computes them."""
    return ((numpy.arange(16) + 7 * index + 16 * side) % 256).astype(numpy.uint8).reshape(4, 4)


def boxes(index):
    """Boxes of a toy."""
    return [[b + 0.25, b + 0.25, b + 1.5, b + 1.5] for b in range(index % 6)]


def tensors(content):
    """A safetensors file as arrays by name."""
    start = 8 + int.from_bytes(content[:8], "little")
    found = {}
    for name, what in json.loads(content[8:start]).items():
        first, last = (start + offset for offset in what["data_offsets"])
        found[name] = numpy.frombuffer(content[first:last], TYPES[what["dtype"]]).reshape(what["shape"])
    return found


def batch(spec, epoch, step):
    """The bytes of one batch from the command line."""
    write("spec.yaml", spec)
    succeed("batch", "spec.yaml", "--dataset", f"d={DATA}", "--epoch", epoch, "--step", step, "-o", "b")
    return read("b")


def samples(spec, epoch):
    """What the stream shows of each toy in an epoch: both pictures, boxes, text."""
    for step in range(3):
        found = tensors(batch(spec, epoch, step))
        for i, index in enumerate(found["index"]):
            rows, ids = (slice(*found[f"{name}.offsets"][i:i + 2]) for name in ("boxes", "ids"))
            yield int(index), found["data"][i], found["boxes"][rows], bytes(found["ids"][ids].astype(numpy.uint8))


def lines(folder):
    """The objects of rows.jsonl."""
    return [json.loads(line) for line in read(f"{folder}/rows.jsonl").decode().splitlines()]


def left(folder, row):
    """Pixels of the file in the toys' own format."""
    content = read(f"{folder}/{row['left']}")
    equal(content[:11], b"P5 4 4 255\n", row["left"])
    return numpy.frombuffer(content[11:], numpy.uint8).reshape(4, 4)


def right(folder, row):
    """Pixels of the picture file that the command line made by itself."""
    return numpy.asarray(Image.open(io.BytesIO(read(f"{folder}/{row['right']}"))))


def test_check_lists_the_tensors():
    write("spec.yaml", ALL)
    text = succeed("check", "spec.yaml", "--dataset", f"d={DATA}")
    contains(text, f"{COUNT}, 3 classes", "data     U8 [5, 2, 4, 4]", "boxes    F32 [up to 25, 4]",
             "ids      I32 [up to 200]", "turn     I64 [5]", "label    I64 [5]")
    write("spec.yaml", PLAIN + "pipeline: [ToyShift: {limt: 1}]\n")
    contains(fail(2, "check", "spec.yaml"), "did you mean 'limit'")


def test_batch_holds_the_toys():
    found = tensors(batch(PLAIN + "output: {add: 3}\n", 0, 1))
    equal(sorted(found), ["boxes", "boxes.offsets", "data", "ids", "ids.offsets", "index", "label"], "names")
    equal(found["index"].tolist(), [5, 6, 7, 8, 9], "index")
    equal(found["label"].tolist(), [2, 0, 1, 2, 0], "label")
    equal(found["boxes.offsets"].tolist(), [0, 5, 5, 6, 8, 11], "boxes.offsets")
    equal(found["boxes"].tolist(), [b for i in range(5, 10) for b in boxes(i)], "boxes")
    equal(bytes(found["ids"].astype(numpy.uint8)), b"".join(b"toy number %d" % i for i in range(5, 10)), "ids")
    for i in range(5):
        wanted = numpy.stack([picture(5 + i, side) for side in (0, 1)]) + numpy.uint8(3)
        equal(found["data"][i].tolist(), wanted.tolist(), f"pictures of {5 + i}")


def test_digest_is_that_of_the_batches():
    digest = hashlib.sha256(b"".join(batch(ALL, epoch, step) for epoch in (0, 1) for step in range(3))).hexdigest()
    for threads in (1, 3):
        contains(succeed("digest", "spec.yaml", "--dataset", f"d={DATA}", "--epochs", 2, "--threads", threads), digest)


def test_apply_writes_every_field():
    write("spec.yaml", PLAIN)
    text = succeed("apply", "spec.yaml", "--input", DATA, "--output", "out")
    equal(text, f"{COUNT} pictures written to out\n", "summary")
    equal(len(tree("out")), 2 * COUNT + 3, "files")
    for i, row in enumerate(lines("out")):
        equal((row["left"], row["right"]), (f"{i % 3}/{i:02d}.pgm", f"right/{i % 3}/{i:02d}.png"), "names")
        equal((left("out", row) == picture(i, 0)).all(), True, row["left"])
        equal((right("out", row) == picture(i, 1)).all(), True, row["right"])
        equal((row["boxes"], row["text"], row["label"]), (boxes(i), f"toy number {i}", i % 3), f"row {i}")
        equal((row["source"], row["copy"]), (f"#{i}", 0), f"source of row {i}")
    labels = read("out/labels.tsv").decode().splitlines()
    equal(labels[1 + 4], "1/04.pgm\t#4\t0\t1\t1", "a line of labels.tsv")


def test_copies_are_the_epochs_of_the_stream():
    write("spec.yaml", ALL)
    succeed("apply", "spec.yaml", "--input", DATA, "--output", "out", "--copies", 2)
    found = lines("out")
    moved = 0
    for epoch in (0, 1):
        for index, pictures, rows, ids in samples(ALL, epoch):
            row = found[2 * index + epoch]
            equal((row["source"], row["copy"]), (f"#{index}", epoch), "order of the rows")
            equal((left("out", row) == pictures[0]).all(), True, row["left"])
            equal((right("out", row) == pictures[1]).all(), True, row["right"])
            equal((numpy.float32(row["boxes"]).reshape(-1, 4) == rows).all(), True, f"boxes of {index}")
            equal(row["text"].encode(), ids, f"text of {index}")
            moved += row["boxes"] != boxes(index)
    equal(moved > COUNT // 2, True, f"{moved} of {2 * COUNT} moved")


def test_apply_goes_on_where_it_was():
    write("spec.yaml", ALL)
    call = ("apply", "spec.yaml", "--input", DATA, "--copies", 2, "--output")
    trees = []
    for threads in (1, 2, 3, 8):
        succeed(*call, f"out{threads}", "--threads", threads)
        trees.append(tree(f"out{threads}"))
        equal(trees[-1], trees[0], f"{threads} threads")
    for name in ("rows.jsonl", "labels.tsv", "1/04-0.pgm", "right/2/05-1.png"):
        os.remove(f"out1/{name}")
    contains(succeed(*call, "out1"), "2 pictures written", f"{2 * COUNT - 2} were there already")
    equal(tree("out1"), trees[0], "what was removed is back")
    contains(succeed(*call, "out1"), "0 pictures written", f"{2 * COUNT} were there already")
    equal(tree("out1"), trees[0], "nothing changes")


def test_views_beyond_the_first_are_said_to_be_left_out():
    write("spec.yaml", ALL)
    succeed("apply", "spec.yaml", "--input", DATA, "--output", "one")
    write("spec.yaml", ALL.replace("batch: {", "batch: {views: 2, "))
    done = program.aug("apply", "spec.yaml", "--input", DATA, "--output", "two")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "of 2 views of each sample the first is written")
    equal(lines("two"), lines("one"), "the first view is what a stream of one shows")


def test_preview_shows_what_the_domain_draws():
    write("spec.yaml", PLAIN)
    succeed("preview", "spec.yaml", "--dataset", f"d={DATA}", "-o", "s.png", "--samples", 2, "--variants", 1)
    canvas = numpy.asarray(Image.open("s.png"))
    # Cells of 140 pixels hold 8 x 4 pixels enlarged 17 times, in the middle of the height, below the heads.
    for row in range(2):
        grey = numpy.kron(numpy.hstack([picture(row, 0), picture(row, 1)]), numpy.ones((17, 17), numpy.uint8))
        wanted = numpy.repeat(grey[:, :, None], 3, axis=2)
        places = [(y, x) for y in range(canvas.shape[0] - 68) for x in (24, 24 + 156)
                  if (canvas[y:y + 68, x:x + 136] == wanted).all()]
        equal(len(places), 2, f"places of toy {row}: {places}")


def test_bench_makes_what_the_stream_makes():
    write("spec.yaml", ALL)
    found = json.loads(succeed("bench", "spec.yaml", "--dataset", f"d={DATA}", "--seconds", 0.05, "--json"))
    equal(len(found["stages"]), 4, "stages")
    for name, stage in found["stages"].items():
        equal(stage["samples"] > 100, True, f"samples of '{name}'")


def test_pictures_still_have_their_domain():
    write("in/a.png", program.picture(program.pixels(1, 20, 30)))
    write("spec.yaml", "augd: 1\npipeline: [HorizontalFlip: {p: 1}]\n")
    succeed("apply", "spec.yaml", "--input", "in", "--output", "out")
    found = numpy.asarray(Image.open("out/a-0.png"))
    equal((found == program.pixels(1, 20, 30)[:, ::-1]).all(), True, "mirrored")
    # What the operation's domain does not treat of another one's sample is named.
    done = program.aug("apply", "spec.yaml", "--input", DATA, "--output", "half")
    equal(done.returncode, 0, done.stderr)
    equal(done.stderr, "aug apply: 'right' stays as it is, since the domain 'image' does not treat it\n", "a note")
    treated = numpy.asarray(Image.open("half/0/03.png"))
    equal((treated == picture(3, 0)[:, ::-1]).all(), True, "the picture that is treated")
    equal((right("half", lines("half")[3]) == picture(3, 1)).all(), True, "the picture that is not")
    # The first two of three boxes, mirrored; the third one is cut at the edge of 4 pixels.
    equal(lines("half")[3]["boxes"], [[4 - x1, y0, 4 - x0, y1] for x0, y0, x1, y1 in boxes(3)], "mirrored boxes")


def test_daemon_and_client():
    words = [AUGD, "--listen", f"unix:{os.getcwd()}/augd.sock", "--dataset", f"toys={DATA}"]
    spec = ALL.replace("dataset: d\n", "")
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as daemon:
        try:
            address = json.loads(daemon.stderr.readline())["address"]
            got = list(client.Stream(address, "toys", spec, epochs=2))
        finally:
            daemon.send_signal(signal.SIGTERM)
            code = daemon.wait(20)
    equal(code, 0, "exit code of the daemon")
    equal([b[:2] for b in got], [(epoch, step) for epoch in (0, 1) for step in range(3)], "positions")
    for epoch, step, content in got:
        equal(bytes(content) == batch(ALL, epoch, step), True, f"epoch {epoch}, step {step}")


program.main(globals())
