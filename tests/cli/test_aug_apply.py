"""aug apply: what it writes, what it refuses, and that threads do not matter."""
import io
import json
import os
import pty
import re
import shutil
import subprocess

import numpy
from PIL import Image

import program
from program import (AUG, aug, contains, equal, fail, make_cifar, make_folder, make_idx, make_tar,
                     picture, pixels, read, sha256, succeed, tree, write)

KEEP = "augd: 1\nseed: 5\n"
CHANGE = """augd: 1
seed: 11
pipeline:
  - RandomResizedCrop: {size: 24}
  - HorizontalFlip: {p: 0.5}
  - Rotate: {limit: 20}
  - Cutout: {size: 6}
"""


def rows(path):
    """Lines of a table without its head, as lists of fields."""
    return [line.split("\t") for line in read(path).decode().splitlines()[1:]]


def decoded(content):
    """Pixels of a picture file."""
    return numpy.asarray(Image.open(io.BytesIO(content)))


def test_an_empty_pipeline_keeps_every_pixel():
    make_folder("in", 9)
    write("spec.yaml", KEEP)
    text = succeed("apply", "spec.yaml", "--input", "in", "--output", "out")
    equal(text, "9 pictures written to out\n", "summary")
    written = rows("out/labels.tsv")
    equal(len(written), 9, "lines")
    for file, source, copy, label, name in written:
        equal((copy, name), ("0", source.split("/")[0]), file)
        equal(label, str(["bird", "cat", "dog"].index(name)), file)
        equal(file.split("/")[0], name, "folder of a class")
        # JPEG is decoded alike by libjpeg here and in Pillow, and PNG is lossless.
        equal((decoded(read(f"in/{source}")) == decoded(read(f"out/{file}"))).all(), True, file)
    equal(os.path.exists("out/errors.tsv"), False, "errors.tsv without errors")


def test_result_is_an_image_folder_with_the_same_classes():
    make_folder("in", 9)
    write("spec.yaml", CHANGE)
    succeed("apply", "spec.yaml", "--input", "in", "--output", "out", "--copies", 2)
    write("read.yaml", "augd: 1\ndataset: {kind: image_folder, path: out}\n"
          "pipeline: [Resize: {size: [8, 8]}]\n")
    contains(succeed("check", "read.yaml"), "18, 3 classes")


def test_threads_do_not_matter():
    make_folder("in", 24)
    write("spec.yaml", CHANGE)
    results = []
    for threads in (1, 2, 3, 8):
        succeed("apply", "spec.yaml", "--input", "in", "--output", f"out{threads}", "--copies", 3,
                "--threads", threads)
        results.append(tree(f"out{threads}"))
    for result in results[1:]:
        equal(sorted(result), sorted(results[0]), "names")
        equal([n for n in result if result[n] != results[0][n]], [], "files that differ")
    equal(len(results[0]), 24 * 3 + 2, "files")


def test_copy_is_the_picture_of_that_epoch():
    make_cifar("data.bin", 6)
    spec = "augd: 1\nseed: 3\npipeline: [RandomCrop: {size: 32, padding: 4}]\n" \
        "output: {layout: hwc, dtype: uint8}\nbatch: {size: 6, shuffle: false}\ndataset: d\n"
    write("spec.yaml", spec)
    succeed("apply", "spec.yaml", "--input", "cifar:data.bin", "--output", "out", "--copies", 3)
    for epoch in range(3):
        succeed("batch", "spec.yaml", "--dataset", "d=cifar:data.bin", "--epoch", epoch, "-o", "b")
        content = read("b")
        start = 8 + int.from_bytes(content[:8], "little")
        head = json.loads(content[8:start])["data"]["data_offsets"]
        batch = numpy.frombuffer(content[start + head[0]:start + head[1]], numpy.uint8)
        for file, source, copy, _, _ in rows("out/labels.tsv"):
            if int(copy) == epoch:
                expected = batch.reshape(6, 32, 32, 3)[int(source.lstrip("#"))]
                equal((decoded(read(f"out/{file}")) == expected).all(), True, f"{file} {epoch}")


def test_a_crop_that_is_mirrored_and_keeps_its_width():
    """40 % of 40 x 50 pixels at half as wide as high: always 20 wide and 40 high."""
    source = pixels(1, 40, 50)
    write("in/a.png", picture(source))
    write("spec.yaml", KEEP + "pipeline:\n  - RandomResizedCrop: {size: [20, 20], "
          "scale: [0.4, 0.4], ratio: [0.5, 0.5]}\n  - HorizontalFlip: {p: 1}\n")
    succeed("apply", "spec.yaml", "--input", "in", "--output", "out", "--copies", 8)
    image = Image.fromarray(source)
    possible = [numpy.asarray(image.resize((20, 20), Image.BILINEAR, (x, 0, x + 20, 40)))[:, ::-1]
                for x in range(31)]
    for copy in range(8):
        found = decoded(read(f"out/a-0-{copy}.png"))
        equal(any((found == p).all() for p in possible), True, f"pixels of copy {copy}")


def test_jpeg_and_its_quality():
    make_folder("in", 4)
    write("spec.yaml", CHANGE)
    sizes = {}
    for quality in (30, 95):
        out = f"out{quality}"
        succeed("apply", "spec.yaml", "--input", "in", "--output", out, "--format", "jpeg",
                "--quality", quality)
        files = {n: c for n, c in tree(out).items() if n.endswith(".jpg")}
        equal({Image.open(io.BytesIO(c)).format for c in files.values()}, {"JPEG"}, "format")
        equal(len(files), 4, "files")
        sizes[quality] = sum(map(len, files.values()))
    equal(sizes[30] < sizes[95], True, f"sizes by quality: {sizes}")


def test_every_form_of_input():
    make_tar("t.tar", 7)
    images = make_idx("mnist", 5)
    write("one.jpg", picture(pixels(1, 50, 60), "JPEG"))
    write("grey.png", picture(pixels(2, 20, 30, 1)))
    write("flat/a.png", picture(pixels(3, 20, 30)))
    write("spec.yaml", KEEP)
    for source, n in (("t.tar", 7), (images, 5), ("one.jpg", 1), ("grey.png", 1), ("flat", 1),
                      ("idx:mnist,split=test", 5)):
        out = "out-" + sha256(source.encode())[:6]
        succeed("apply", "spec.yaml", "--input", source, "--output", out)
        equal(len(rows(f"{out}/labels.tsv")), n, source)
        shutil.rmtree(out)
    succeed("apply", "spec.yaml", "--input", images, "--output", "out")
    for file, _, _, label, _ in rows("out/labels.tsv"):
        index = int(re.search(r"(\d+)\.png", file).group(1))
        equal(int(label), index % 10, file)
        equal((decoded(read(f"out/{file}")) == pixels(index, 28, 28, 1)[:, :, 0]).all(), True, file)


def test_the_data_set_of_the_specification():
    os.mkdir("specs")
    make_folder("specs/in", 6)
    write("specs/in/readme.txt", "not a picture")
    spec = "augd: 1\ndataset: {kind: image_folder, path: in}\npipeline: [HorizontalFlip]\n"
    write("specs/own.yaml", spec)
    done = aug("apply", "specs/own.yaml", "--output", "own")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "1 passed over, such as 'readme.txt'")
    succeed("apply", "specs/own.yaml", "--input", "specs/in", "--output", "given")
    own, given = tree("own"), tree("given")
    equal([n for n in own if n.endswith(".png")], [n for n in given if n.endswith(".png")], "pictures")
    equal(own["labels.tsv"], given["labels.tsv"], "rows")
    write("specs/named.yaml", spec.replace("{kind: image_folder, path: in}", "train"))
    succeed("apply", "specs/named.yaml", "--dataset", "train=image_folder:specs/in", "--output", "named")
    equal(tree("named")["labels.tsv"], own["labels.tsv"], "rows of a named data set")
    contains(fail(2, "apply", "specs/named.yaml", "--output", "out"), "--dataset train=KIND:PATH")
    write("bare.yaml", "augd: 1\n")
    contains(fail(2, "apply", "bare.yaml", "--output", "out"), "has no 'dataset'; give what to augment as --input")
    contains(fail(2, "apply", "specs/own.yaml", "--output", "specs/in/new"), "lies in the data set")


def test_input_is_told_by_its_content():
    write("spec.yaml", KEEP)
    make_tar("archive", 3)
    write("picture.txt", picture(pixels(1, 20, 20)))
    succeed("apply", "spec.yaml", "--input", "archive", "--output", "out1")
    succeed("apply", "spec.yaml", "--input", "picture.txt", "--output", "out2")
    write("text.jpg", "not a picture at all")
    contains(fail(2, "apply", "spec.yaml", "--input", "text.jpg", "--output", "out3"),
             "neither a folder nor a tar or IDX file nor a picture of a format that can be read")
    contains(fail(2, "apply", "spec.yaml", "--input", "nowhere", "--output", "out3"), "nowhere")
    os.mkdir("empty")
    contains(fail(2, "apply", "spec.yaml", "--input", "empty", "--output", "out3"), "no pictures")
    equal(os.path.exists("out3"), False, "a folder for nothing")


def test_input_is_not_touched():
    make_folder("in", 6)
    write("spec.yaml", CHANGE)
    before = tree("in")
    stamps = {n: os.stat(f"in/{n}").st_mtime_ns for n in before}
    os.symlink("in", "link")
    for output in ("in", "in/new", "in/cat", "./in/../in/x/y", "link/new"):
        contains(fail(2, "apply", "spec.yaml", "--input", "in", "--output", output),
                 "--output lies in --input")
    contains(fail(2, "apply", "spec.yaml", "--input", "link", "--output", "in/new"), "lies in")
    succeed("apply", "spec.yaml", "--input", "in", "--output", "in-other")
    equal(tree("in"), before, "content of the input")
    equal({n: os.stat(f"in/{n}").st_mtime_ns for n in before}, stamps, "times of the input")


def test_bad_samples_are_named_and_the_run_goes_on():
    names = make_folder("in", 8)
    write("in/bird/000.jpg", read("in/bird/000.jpg")[:300])
    write("in/cat/bad\tname.png", b"\x89PNG\r\n\x1a\n and no more")
    write("in/dog/old.gif", b"GIF89a" + bytes(50))
    write("spec.yaml", CHANGE)
    done = aug("apply", "spec.yaml", "--input", "in", "--output", "out", "--copies", 2)
    equal(done.returncode, 3, done.stderr)
    contains(done.stdout, "14 pictures written", "3 of 10 samples", "out/errors.tsv")
    errors = rows("out/errors.tsv")
    equal([e[1] for e in errors], ["bird/000.jpg", "cat/bad\\tname.png", "dog/old.gif"], "errors")
    equal([f"{e[1]}: {e[2]}" for e in errors], done.stderr.splitlines(), "standard error")
    contains(errors[2][2], "leaves out names that end in '.gif'")
    equal([e[0] for e in errors], ["0", "6", ""], "numbers")
    equal(len(rows("out/labels.tsv")), 14, "lines for the others")
    equal(sorted({r[1] for r in rows("out/labels.tsv")}), sorted(set(names) - {"bird/000.jpg"}),
          "sources")


def test_strict_stops_at_the_first_failure():
    make_folder("in", 8)
    write("in/bird/000.jpg", b"\xff\xd8\xff broken")
    write("spec.yaml", CHANGE)
    for threads in (1, 4):
        error = fail(1, "apply", "spec.yaml", "--input", "in", "--output", f"out{threads}",
                     "--strict", "--threads", threads)
        equal(len(error.splitlines()), 1, "one failure is named")
        contains(error, "aug apply: bird/000.jpg: ")
        equal([n for n in tree(f"out{threads}") if n.endswith((".tsv", ".part"))], [], "tables")
    done = aug("apply", "spec.yaml", "--input", "in", "--output", "out1")
    equal(done.returncode, 3, "the same without --strict goes on")
    contains(done.stdout, "7 pictures" if "were there" not in done.stdout else "were there")


def test_failed_samples_have_an_exit_code_of_their_own():
    make_folder("in", 6)
    write("in/bird/000.jpg", b"\xff\xd8\xff broken")
    write("spec.yaml", CHANGE)
    call = ("apply", "spec.yaml", "--input", "in", "--output")
    found = {}
    for name, options in (("plain", ()), ("allowed", ("--allow-errors",)), ("quiet", ("--quiet",)),
                          ("json", ("--json", "--allow-errors"))):
        done = aug(*call, name, *options)
        found[name] = (done.returncode, done.stdout)
        contains(done.stderr, "bird/000.jpg: ")
        equal(len(done.stderr.splitlines()), 1, "one failure is named")
    counts = "5 pictures written to {0}; 1 of 6 samples could not be augmented, see {0}/errors.tsv\n"
    equal(found["plain"], (3, counts.format("plain")), "by itself")
    equal(found["allowed"], (0, counts.format("allowed")), "--allow-errors")
    equal(found["quiet"], (3, counts.format("quiet")), "--quiet")
    equal((found["json"][0], json.loads(found["json"][1])),
          (0, {"output": "json", "samples": 6, "delivered": 5, "failed": 1, "left": 0, "written": 5, "kept": 0,
               "interrupted": False}), "--json")
    contains(fail(2, *call, "no", "--strict", "--allow-errors"), "--allow-errors", "--strict")
    equal(os.path.exists("no"), False, "a folder for nothing")
    contains(succeed("--help"), "3")
    contains(succeed("apply", "--help"), "exit code is then 3", "--allow-errors")


def test_strict_counts_pictures_that_an_operation_refuses():
    make_folder("in", 3)
    write("spec.yaml", KEEP + "pipeline: [RandomCrop: {size: 300}]\n")
    contains(fail(1, "apply", "spec.yaml", "--input", "in", "--output", "out", "--strict"),
             "bird/000.jpg: ", "RandomCrop", "300 x 300")


def test_work_of_a_sample_may_be_more_than_a_server_allows():
    Image.new("RGB", (600, 400)).save("large.png")
    write("spec.yaml", KEEP)
    call = ("apply", "spec.yaml", "--input", "large.png", "--output", "out")
    error = fail(1, *call, "--sample-work", 1)
    contains(error, "stored as 400 x 600 pixels, takes 1.4 megapixel-passes",
             "allowed are 1.0", "--sample-work of augd and aug apply")
    Image.new("RGB", (600, 600)).save("larger.png")
    contains(fail(1, "apply", "spec.yaml", "--input", "larger.png", "--output", "larger",
                  "--sample-work", 1),
             "decoding 600 x 600 pixels of 1 scan takes 1.4 megapixel-passes", "allowed are 1.0")
    contains(succeed("apply", "--help"), "--sample-work MEGAPIXEL-PASSES", "default 40000")
    contains(succeed(*call), "1 pictures written")


def test_nothing_written_is_a_failure():
    write("in/a/x.jpg", b"\xff\xd8\xff broken")
    write("spec.yaml", CHANGE)
    done = aug("apply", "spec.yaml", "--input", "in", "--output", "out")
    equal(done.returncode, 1, "exit code")
    contains(done.stdout, "0 pictures", "1 of 1 samples")


def test_folders_that_hold_something_else_are_refused():
    make_folder("in", 3)
    write("spec.yaml", CHANGE)
    write("other.yaml", CHANGE.replace("seed: 11", "seed: 12"))
    write("full/notes.txt", "mine")
    run = ("--input", "in", "--output")
    contains(fail(2, "apply", "spec.yaml", *run, "full"), "'notes.txt'", "new or empty folder")
    write("file", "x")
    contains(fail(2, "apply", "spec.yaml", *run, "file"), "file")
    contains(fail(2, "apply", "spec.yaml", *run, "no/where"), "no/where")
    succeed("apply", "spec.yaml", *run, "out")
    before = tree("out")
    contains(fail(2, "apply", "other.yaml", *run, "out"), "another specification")
    contains(fail(2, "apply", "spec.yaml", *run, "out", "--copies", 2), "another --copies")
    contains(fail(2, "apply", "spec.yaml", *run, "out", "--format", "jpeg"), "another --format")
    contains(fail(2, "apply", "spec.yaml", *run, "out", "--seed", 4), "another specification")
    write("in/cat/new.png", picture(pixels(77, 30, 30)))
    contains(fail(2, "apply", "spec.yaml", *run, "out"), "another input data")
    os.remove("in/cat/new.png")
    contains(succeed("apply", "spec.yaml", *run, "out"), "0 pictures", "3 were there already")
    equal(tree("out"), before, "content after all that")


def test_names_stay_inside_the_folder():
    write("in/we?ird*/_.jpg.png", picture(pixels(1, 20, 20)))
    write("in/sp ace:x/-a\nb.png", picture(pixels(2, 20, 20)))
    write("in/" + "l" * 200 + "/" + "n" * 200 + ".png", picture(pixels(3, 20, 20)))
    write("in/caf\u00e9/\u00fc.png", picture(pixels(4, 20, 20)))
    write("spec.yaml", KEEP)
    succeed("apply", "spec.yaml", "--input", "in", "--output", "out")
    files = [r[0] for r in rows("out/labels.tsv")]
    equal(len(set(files)), 4, "files")
    for file in files:
        equal(os.path.exists(f"out/{file}"), True, file)
        if re.search(r"[\n]|/[.-]|^[.-]", file):
            raise AssertionError(f"an unfit name: {file!r}")
    equal(any("caf\u00e9/\u00fc-" in file for file in files), True, f"letters are kept: {files}")
    equal(sorted(os.listdir(".")), ["in", "out", "spec.yaml"], "nothing beside the folder")


def test_batch_operations_are_said_to_be_left_out():
    make_folder("in", 3)
    write("spec.yaml", KEEP + "batch: {mix: [MixUp]}\n")
    done = aug("apply", "spec.yaml", "--input", "in", "--output", "out")
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "batch.mix is left out")


def test_progress_on_a_terminal_only():
    make_folder("in", 30)
    write("spec.yaml", CHANGE)
    arguments = [AUG, "apply", "spec.yaml", "--input", "in", "--copies", "60", "--output"]
    ours, theirs = pty.openpty()
    with subprocess.Popen([*arguments, "out"], stderr=theirs, stdout=subprocess.PIPE) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
        except OSError:
            pass
        process.wait()
    os.close(ours)
    contains(shown.decode(), "of 30 samples", "/s, ", " left", "%", "#")
    equal(shown.endswith(b"\r\x1b[K"), True, "the line is removed at the end")
    equal(aug(*arguments[1:], "out2").stderr, "", "no progress into a pipe")


program.main(globals())
