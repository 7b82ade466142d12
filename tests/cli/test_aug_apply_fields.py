"""aug apply and aug preview on pictures with masks, boxes, keypoints, values and several labels."""
import io
import json
import os

import numpy
from PIL import Image

import program
from program import contains, equal, fail, picture, pixels, read, succeed, tree, write

HEIGHT, WIDTH, COUNT = 40, 60, 5
FLIP = "augd: 1\nseed: 3\npipeline: [HorizontalFlip: {p: 1}]\n"
TURN = "augd: 1\nseed: 3\npipeline:\n  - RandomResizedCrop: {size: [32, 32], scale: [0.5, 1]}\n" \
    "  - HorizontalFlip: {p: 0.5}\n  - RandomRotate90\n"
FIELDS = "image=image,mask=mask,boxes=boxes,box_labels=box_labels,keypoints=keypoints,values=values"


def classes(index):
    """A mask with two rectangles of classes 1 and 200."""
    mask = numpy.zeros((HEIGHT, WIDTH), numpy.uint8)
    mask[5 + index:20, 10:30 + index] = 1
    mask[25:35, 40:50] = 200
    return mask


def row(index):
    """What is known of a sample: the boxes are those of the rectangles."""
    return {"image": f"pictures/{index}.png", "mask": f"pictures/{index}-mask.png",
            "boxes": [[10, 5 + index, 30 + index, 20], [40, 25, 50, 35]][:index % 3],
            "box_labels": ["rocket", "cat"][:index % 3], "keypoints": [[10.5, 7.25], [0.1, 39]],
            "values": [index + 0.1, -1e-7], "label": ["cat", "dog"][index % 2]}


def make_rows():
    """Pictures, masks and rows.jsonl."""
    for index in range(COUNT):
        write(f"in/pictures/{index}.png", picture(pixels(index, HEIGHT, WIDTH)))
        write(f"in/pictures/{index}-mask.png", picture(classes(index)[:, :, None]))
    write("in/rows.jsonl", "".join(json.dumps(row(index)) + "\n" for index in range(COUNT)))


def lines(folder):
    """The objects of rows.jsonl."""
    return [json.loads(line) for line in read(f"{folder}/rows.jsonl").decode().splitlines()]


def decoded(folder, name):
    """Pixels of a picture file."""
    return numpy.asarray(Image.open(io.BytesIO(read(f"{folder}/{name}"))))


def float32(values):
    """Values as a field has them."""
    return numpy.float32(values).tolist()


def test_every_field_is_written_and_moved():
    make_rows()
    write("spec.yaml", FLIP)
    call = ("apply", "spec.yaml", "--input", f"jsonl:in/rows.jsonl,{FIELDS}", "--format", "jpeg", "--output")
    equal(succeed(*call, "out"), f"{COUNT} pictures written to out\n", "summary")
    for index, found in enumerate(lines("out")):
        known = row(index)
        name = f"{known['label']}/{index}-{index}"
        equal((found["image"], found["mask"]), (f"{name}.jpg", f"masks/{name}.png"), "files")
        equal((decoded("out", found["mask"]) == classes(index)[:, ::-1]).all(), True, found["mask"])
        equal(Image.open(f"out/{found['mask']}").mode, "L", "form of a mask")
        equal(Image.open(f"out/{found['image']}").format, "JPEG", "form of a picture")
        equal(found["boxes"], [[WIDTH - x1, y0, WIDTH - x0, y1] for x0, y0, x1, y1 in known["boxes"]], "boxes")
        equal(found["box_labels"], known["box_labels"], "labels of the boxes")
        equal(float32(found["keypoints"]), float32([[WIDTH - x, y] for x, y in known["keypoints"]]), "keypoints")
        equal(float32(found["values"]), float32(known["values"]), "values")
        equal(found["label"], known["label"], "label")
        equal((found["source"], found["copy"]), (known["image"], 0), "source")
    before = tree("out")
    os.remove("out/masks/cat/2-2.png")
    contains(succeed(*call, "out"), "1 pictures written", f"{COUNT - 1} were there already")
    equal(tree("out"), before, "a mask that was removed is back")


def test_threads_do_not_matter_and_boxes_hold_what_they_held():
    make_rows()
    write("spec.yaml", TURN)
    trees = []
    for threads in (1, 3):
        succeed("apply", "spec.yaml", "--input", f"jsonl:in/rows.jsonl,{FIELDS}", "--copies", 4, "--output",
                f"out{threads}", "--threads", threads)
        trees.append(tree(f"out{threads}"))
    equal(trees[0], trees[1], "one and three threads")
    n_boxes = 0
    for found in lines("out1"):
        mask = decoded("out1", found["mask"])
        for (x0, y0, x1, y1), label in zip(found["boxes"], found["box_labels"]):
            ys, xs = numpy.nonzero(mask == {"rocket": 1, "cat": 200}[label])
            # A pixel belongs to a mask if its centre does: half a pixel on each side.
            edges = numpy.abs(numpy.array([xs.min() - x0, ys.min() - y0, xs.max() + 1 - x1, ys.max() + 1 - y1]))
            equal(float(edges.max()) <= 0.5001, True, f"edges {edges} of {found}")
            n_boxes += 1
    equal(n_boxes > 10, True, f"{n_boxes} boxes")


def test_rows_are_a_data_set():
    make_rows()
    write("keep.yaml", "augd: 1\nseed: 3\n")
    stream = "augd: 1\ndataset: d\npipeline: [Resize: {size: [40, 60]}]\nbatch: {size: 5, shuffle: false}\n"
    succeed("apply", "keep.yaml", "--input", f"jsonl:in/rows.jsonl,{FIELDS}", "--output", "out")
    write("stream.yaml", stream)
    contents = []
    for folder in ("in", "out"):
        succeed("batch", "stream.yaml", "--dataset", f"d=jsonl:{folder}/rows.jsonl,{FIELDS}", "-o", "b")
        contents.append(read("b"))
    equal(contents[0] == contents[1], True, "the same batch from both")


def test_soft_labels_are_shares_by_class():
    make_rows()
    shares = [{"a": 0.25, "b": 0.75}, {"c": 1}]
    write("in/rows.jsonl", "".join(json.dumps({"image": f"pictures/{i}.png", "share": shares[i]}) + "\n"
                                   for i in range(2)))
    write("spec.yaml", FLIP)
    succeed("apply", "spec.yaml", "--input", "jsonl:in/rows.jsonl,soft_labels=share", "--output", "out")
    equal([found["label"] for found in lines("out")], shares, "shares")


def test_folders_of_masks():
    for index in range(3):
        write(f"in/images/{index}.png", picture(pixels(index, HEIGHT, WIDTH)))
        write(f"in/masks/{index}.png", picture(classes(index)[:, :, None]))
    write("spec.yaml", FLIP)
    succeed("apply", "spec.yaml", "--input", "mask_folder:in", "--output", "out")
    for index in range(3):
        equal((decoded("out", f"{index}-{index}.png") == pixels(index, HEIGHT, WIDTH)[:, ::-1]).all(), True, "picture")
        equal((decoded("out", f"masks/{index}-{index}.png") == classes(index)[:, ::-1]).all(), True, "mask")
    equal(sorted(lines("out")[0]), ["copy", "image", "mask", "source"], "members of a row")


def test_sixteen_bits_stay_sixteen_bits():
    deep = (numpy.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH) * 27 % 65536).astype(numpy.uint16)
    file = io.BytesIO()
    Image.fromarray(deep).save(file, "PNG")
    write("in/deep.png", file.getvalue())
    write("spec.yaml", FLIP + "output: {color: gray, decode: uint16}\n")
    succeed("apply", "spec.yaml", "--input", "in", "--output", "out")
    equal((decoded("out", "deep-0.png") == deep[:, ::-1]).all(), True, "16 bits, mirrored")
    done = program.aug("apply", "spec.yaml", "--input", "in", "--output", "no", "--format", "jpeg")
    equal(done.returncode, 1, "JPEG of 16 bits")
    contains(done.stderr, "deep.png: ", "this format holds U8")


def test_preview_draws_them():
    make_rows()
    write("spec.yaml", FLIP + "dataset: d\nbatch: {shuffle: false}\n")
    succeed("preview", "spec.yaml", "--dataset", f"d=jsonl:in/rows.jsonl,{FIELDS}", "-o", "s.png", "--samples", 3,
            "--variants", 1)
    canvas = numpy.asarray(Image.open("s.png"))
    # Nine pixels a keypoint, of which one is cut at the edge, enlarged twice, in three rows and two columns.
    equal((canvas == (250, 250, 250)).all(axis=2).sum(), 3 * 2 * (9 + 4) * 4, "pixels of keypoints")
    write("bad.yaml", "augd: 1\ndataset: d\npipeline: [RandomCrop: {size: 300}]\n")
    done = program.aug("preview", "bad.yaml", "--dataset", f"d=jsonl:in/rows.jsonl,{FIELDS}", "-o", "t.png")
    equal(done.returncode, 0, done.stderr)


def test_what_cannot_be_written_is_refused():
    make_rows()
    write("in/rows.jsonl", read("in/rows.jsonl") + json.dumps(row(1) | {"image": "pictures/none.png"}).encode() + b"\n")
    write("spec.yaml", FLIP)
    contains(fail(2, "apply", "spec.yaml", "--input", f"jsonl:in/rows.jsonl,{FIELDS}", "--output", "out"), "none.png")


program.main(globals())
