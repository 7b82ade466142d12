"""aug apply makes what a stream shows: copy c of a sample is the sample's row in epoch c."""
import io
import json
import re

import numpy
from PIL import Image

import program
from program import equal, make_folder, make_tar, picture, pixels, read, succeed, write

EPOCHS = 3
GROUPS = """augd: 1
seed: 21
dataset: d
pipeline:
  - RandomResizedCrop: {size: [24, 20], scale: [0.3, 1]}
  - OneOf:
      p: 0.8
      transforms:
        - Rotate: {limit: 25}
        - Sequential: {transforms: [{HorizontalFlip: {p: 0.5}}, {GaussianBlur: {sigma: [0.3, 2]}}]}
  - SomeOf: {n: 2, transforms: [{Equalize: {p: 0.5}}, {ColorJitter: {p: 1}}, {Cutout: {size: 5}}]}
  - GaussNoise: {p: 0.5}
"""
PLACES = """augd: 1
seed: 22
dataset: d
pipeline:
  - RandomResizedCrop: {size: [24, 24], scale: [0.4, 1]}
  - RandomRotate90
  - OneOf: {transforms: [{HorizontalFlip: {p: 1}}, {Rotate: {limit: 25, p: 1}}]}
"""
STREAM = "batch: {{size: {size}, shuffle: {shuffle}, views: {views}}}\n" \
    "output: {{layout: hwc, dtype: uint8}}\n"
TYPES = {"U8": numpy.uint8, "I64": numpy.int64, "F32": numpy.float32}


def tensors(content):
    """The tensors of a batch by name."""
    start = 8 + int.from_bytes(content[:8], "little")
    found = {}
    for name, value in json.loads(content[8:start]).items():
        if name != "__metadata__":
            first, last = value["data_offsets"]
            flat = numpy.frombuffer(content[start + first:start + last], TYPES[value["dtype"]])
            found[name] = flat.reshape(value["shape"])
    return found


def row_of(batch, number):
    """One sample's part of every tensor."""
    parts = {}
    for name, value in batch.items():
        if name.endswith(".offsets"):
            continue
        offsets = batch.get(name + ".offsets")
        parts[name] = value[number] if offsets is None else \
            value[offsets[number]:offsets[number + 1]]
    return parts


def rows_of_stream(spec, dataset, n, size, skip=()):
    """(epoch, index) -> row, of all batches; steps to skip hold a sample that cannot be read."""
    found = {}
    for epoch in range(EPOCHS):
        for step in range((n + size - 1) // size):
            if step in skip:
                continue
            succeed("batch", spec, "--dataset", f"d={dataset}", "--epoch", epoch, "--step", step, "-o", "b")
            batch = tensors(read("b"))
            for number, index in enumerate(batch["index"].tolist()):
                found[epoch, index] = row_of(batch, number)
    return found


def copies(folder):
    """(copy, index) -> file of labels.tsv."""
    found = {}
    for line in read(f"{folder}/labels.tsv").decode().splitlines()[1:]:
        file, _, copy, _, _ = line.split("\t")
        index = int(re.search(r"(\d+)-\d+\.png$", file).group(1))
        found[int(copy), index] = file
    return found


def decoded(path, channels):
    """Pixels of a file, as a stream gives them."""
    image = Image.open(io.BytesIO(read(path)))
    return numpy.asarray(image.convert("RGB" if channels == 3 else "L"))


def compare(spec, place, dataset, n, **how):
    """Every copy of every sample against the first view of its row."""
    size, skip = how.get("size", 4), how.get("skip", ())
    views = how.get("views", 1)
    text = spec + STREAM.format(size=size, shuffle="false" if skip else "true", views=views)
    write("spec.yaml", text)
    program.aug("apply", "spec.yaml", "--input", place, "--output", "out", "--copies", EPOCHS)
    shown = rows_of_stream("spec.yaml", dataset, n, size, skip)
    files = copies("out")
    equal(len(shown) > EPOCHS * (n - size * len(skip)) - 1, True, "rows of the stream")
    for (epoch, index), row in shown.items():
        found = decoded(f"out/{files[epoch, index]}", 3)
        equal((found == row["data"]).all(), True, f"epoch {epoch}, sample {index} of {place}")
        if views > 1:
            equal((row["data.1"] == row["data"]).all(), False, "views differ")
    return shown, files


def test_a_folder():
    make_folder("in", 11)
    compare(GROUPS, "in", "image_folder:in", 11)


def test_a_folder_with_files_that_no_stream_counts():
    """They stand between the others, and one that is counted is broken."""
    make_folder("in", 11)
    write("in/bird/001.gif", b"GIF89a" + bytes(50))
    write("in/aardvark/0.bmp", b"BM" + bytes(50))
    write("in/cat/000.tiff", picture(pixels(3, 40, 40), "JPEG"))
    write("in/bird/000.jpg", read("in/bird/000.jpg")[:200])
    _, files = compare(GROUPS, "in", "image_folder:in", 11, size=1, skip=(0,))
    equal(len(files), EPOCHS * 10, "pictures")
    errors = [line.split("\t")[:2] for line in read("out/errors.tsv").decode().splitlines()[1:]]
    equal(errors, [["0", "bird/000.jpg"], ["", "aardvark/0.bmp"], ["", "bird/001.gif"],
                   ["", "cat/000.tiff"]], "errors.tsv")


def test_a_tar():
    make_tar("data.tar", 9)
    compare(GROUPS, "data.tar", "tar:data.tar", 9)


def test_a_single_picture():
    write("one.jpg", picture(pixels(1, 50, 60), "JPEG"))
    compare(GROUPS, "one.jpg", "picture:one.jpg", 1)


def test_a_grey_picture():
    write("one.png", picture(pixels(1, 50, 60, 1)))
    compare(GROUPS, "one.png", "picture:one.png", 1)


def test_of_several_views_it_is_the_first():
    make_folder("in", 6)
    compare(GROUPS, "in", "image_folder:in", 6, views=2)


def test_masks_boxes_and_keypoints():
    fields = "image=image,mask=mask,boxes=boxes,box_labels=box_labels,keypoints=keypoints"
    lines = []
    for index in range(5):
        write(f"in/{index}.png", picture(pixels(index, 40, 60)))
        mask = numpy.zeros((40, 60), numpy.uint8)
        mask[5 + index:20, 10:30 + index] = 1 + index
        write(f"in/{index}-mask.png", picture(mask[:, :, None]))
        lines.append({"image": f"{index}.png", "mask": f"{index}-mask.png",
                      "boxes": [[10, 5 + index, 30 + index, 20], [40, 25, 50, 35]][:index % 3],
                      "box_labels": ["rocket", "cat"][:index % 3],
                      "keypoints": [[10.5, 7.25], [0.1, 39]], "label": ["cat", "dog"][index % 2]})
    write("in/rows.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    place = f"jsonl:in/rows.jsonl,{fields}"
    shown, files = compare(PLACES, place, place, 5, size=2)
    made = [json.loads(line) for line in read("out/rows.jsonl").decode().splitlines()]
    equal(len(made), EPOCHS * 5, "rows")
    for line in made:
        index = int(line["source"][0])
        row = shown[line["copy"], index]
        equal(line["image"], files[line["copy"], index], "file of a row")
        equal((decoded(f"out/{line['mask']}", 1) == row["mask"]).all(), True, f"mask {line}")
        equal(numpy.float32(line["boxes"]).tolist(), row["boxes"].tolist(), f"boxes {line}")
        equal(numpy.float32(line["keypoints"]).tolist(), row["keypoints"].tolist(), f"points {line}")


program.main(globals())
