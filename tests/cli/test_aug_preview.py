"""aug preview: the contact sheet shows the originals and what the stream makes of them."""
import os
import re

import numpy
from PIL import Image

import program
from program import (aug, contains, equal, fail, make_cifar, make_folder, make_idx, picture, pixels,
                     succeed, write)

IDENTITY = "augd: 1\nseed: 5\ndataset: {}\nbatch: {{shuffle: false}}\n"


def sheet(path):
    """The sheet's pixels, which are RGB."""
    image = Image.open(path)
    equal(image.mode, "RGB", "mode of the sheet")
    return numpy.asarray(image)


def holds(canvas, part):
    """Whether a picture stands somewhere in another, pixel by pixel."""
    height, width = part.shape[:2]
    first = (canvas == part[0, 0]).all(axis=2)
    first[canvas.shape[0] - height + 1:] = False
    first[:, canvas.shape[1] - width + 1:] = False
    return any((canvas[y:y + height, x:x + width] == part).all()
               for y, x in zip(*numpy.nonzero(first)))


def test_small_pictures_are_enlarged_by_a_whole_factor():
    make_idx("mnist", 6)
    write("spec.yaml", IDENTITY.format("{kind: idx, path: mnist, split: test}"))
    text = aug("preview", "spec.yaml", "-o", "s.png", "--samples", 3, "--variants", 2).stderr
    canvas = sheet("s.png")
    contains(text, f"{canvas.shape[1]} x {canvas.shape[0]} pixels, 3 samples")
    for i in range(3):
        grey = pixels(i, 28, 28, 1)
        enlarged = numpy.repeat(numpy.kron(grey, numpy.ones((5, 5, 1), numpy.uint8)), 3, axis=2)
        equal(holds(canvas, enlarged), True, f"sample {i} enlarged five times")
    equal(holds(canvas, numpy.repeat(pixels(4, 28, 28, 1), 3, axis=2)), False, "sample 4 is absent")


def test_colours_and_columns():
    make_cifar("data.bin", 4)
    write("spec.yaml", IDENTITY.format("{kind: cifar, path: data.bin}") +
          "pipeline: [HorizontalFlip: {p: 1}]\n")
    succeed("preview", "spec.yaml", "-o", "s.png", "--samples", 2, "--variants", 1)
    canvas = sheet("s.png")
    enlarge = numpy.ones((4, 4, 1), numpy.uint8)
    for i in range(2):
        original = numpy.kron(pixels(i, 32, 32), enlarge)
        flipped = numpy.kron(pixels(i, 32, 32)[:, ::-1], enlarge)
        middle = canvas.shape[1] // 2
        equal(holds(canvas[:, :middle], original), True, "original at the left")
        equal(holds(canvas[:, middle:], flipped), True, "flipped at the right")
        equal(holds(canvas[:, :middle], flipped), False, "flipped at the left")


def test_margins_are_white_and_text_is_there():
    make_folder("pictures", 4)
    write("spec.yaml", IDENTITY.format("{kind: image_folder, path: pictures}"))
    succeed("preview", "spec.yaml", "-o", "s.png", "--variants", 3)
    canvas = sheet("s.png")
    for edge in (canvas[:20], canvas[-20:], canvas[:, :20], canvas[:, -20:]):
        equal(int(edge.min()), 255, "margin")
    head = canvas[20:60]
    equal((head == 32).all(axis=2).sum() > 100, True, "ink in the title")


def test_large_pictures_are_reduced_by_the_mean():
    flat = numpy.zeros((448, 896, 3), numpy.uint8)
    flat[:, :448] = (200, 10, 60)
    flat[::2, 448:] = 255
    write("one/a/x.png", picture(flat))
    write("spec.yaml", IDENTITY.format("{kind: image_folder, path: one}"))
    succeed("preview", "spec.yaml", "-o", "s.png", "--variants", 1)
    reduced = numpy.full((112, 224, 3), 128, numpy.uint8)
    reduced[:, :112] = (200, 10, 60)
    equal(holds(sheet("s.png"), reduced), True, "a picture of 896 x 448 shown as 224 x 112")


def test_variants_are_the_epochs_of_the_stream():
    make_cifar("data.bin", 4)
    write("spec.yaml", IDENTITY.format("{kind: cifar, path: data.bin}") +
          "pipeline: [RandomCrop: {size: 32, padding: 8}]\n")
    succeed("preview", "spec.yaml", "-o", "a.png", "--samples", 2, "--variants", 2)
    succeed("preview", "spec.yaml", "-o", "b.png", "--samples", 2, "--variants", 1, "--epoch", 1)
    succeed("preview", "spec.yaml", "-o", "c.png", "--samples", 2, "--variants", 1, "--seed", 9)
    a, b, c = (sheet(name) for name in ("a.png", "b.png", "c.png"))
    # Below the heads, from the left edge of a column on: columns are 140 wide, 16 apart.
    column = [slice(24 + i * 156, 24 + i * 156 + 140) for i in range(3)]
    rows = slice(112, 252)
    equal((a[rows, column[2]] == b[rows, column[1]]).all(), True, "epoch 1 in both sheets")
    equal((a[rows, column[1]] == b[rows, column[1]]).all(), False, "epochs differ")
    equal((a[rows, column[1]] == c[rows, column[1]]).all(), False, "seeds differ")


def test_samples_that_cannot_be_decoded_say_so():
    make_folder("pictures", 3)
    write("pictures/cat/broken.jpg", b"\xff\xd8\xff\xe0 and nothing more")
    write("spec.yaml", IDENTITY.format("{kind: image_folder, path: pictures}"))
    done = program.aug("preview", "spec.yaml", "-o", "s.png", "--samples", 4)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "cat/broken.jpg: ")
    canvas = sheet("s.png")
    equal((canvas == (170, 30, 30)).all(axis=2).sum() > 50, True, "red text in the sheet")


def test_nothing_to_show_leaves_no_file():
    write("bad/x.jpg", b"this is no picture")
    write("spec.yaml", IDENTITY.format("{kind: image_folder, path: bad}"))
    contains(fail(1, "preview", "spec.yaml", "-o", "s.png"), "not one of the samples")
    equal(os.path.exists("s.png"), False, "sheet of nothing")
    make_folder("pictures", 3)
    write("spec.yaml", IDENTITY.format("{kind: image_folder, path: pictures}"))
    contains(fail(2, "preview", "spec.yaml", "-o", "nowhere/s.png"), "nowhere/s.png")
    os.mkdir("taken.png")
    contains(fail(2, "preview", "spec.yaml", "-o", "taken.png"), "taken.png")
    equal(sorted(os.listdir(".")), ["bad", "pictures", "spec.yaml", "taken.png"], "files left")


def test_more_rows_than_samples():
    make_cifar("data.bin", 2)
    write("spec.yaml", IDENTITY.format("{kind: cifar, path: data.bin}"))
    text = aug("preview", "spec.yaml", "-o", "s.png", "--samples", 100, "--variants", 50).stderr
    equal(re.search(r"(\d+) samples", text).group(1), "2", "rows")


program.main(globals())
