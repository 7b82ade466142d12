"""aug apply keeps classes: the output, read as a data set, has the classes, numbers and labels of the
input, whatever the classes are called.
"""
import io
import json
import os
import random
import tarfile

import numpy
from PIL import Image

import program
from program import contains, equal, fail, picture, pixels, read, succeed, tree, write

STREAM = "augd: 1\ndataset: d\npipeline: [{Resize: {size: [4, 4]}}]\n" \
    "batch: {size: 512, shuffle: false}\noutput: {layout: hwc, dtype: uint8, normalize: none, color: gray}\n"
KEEP = "augd: 1\n"
TYPES = {"U8": numpy.uint8, "I64": numpy.int64, "F32": numpy.float32}
# Names that folders can have, with what is near them in byte order.
FOLDERS = ["Black Bear", "BlackBird", "Black", "Black-Bear", "Black_Bear", "Black.Bear", "black bear", "_", "__", "-x",
           "-", "a", "A", "a.b", "a b", "a  b", "a ", " a", "~", "!", "caf\u00e9", "cafe", "\u4e2d\u6587", "\u4e2d",
           "x" * 255, "x" * 254 + "y", "x" * 100, "0", "00", "1", "10", "2", "con", "nul", "a:b", "a?b", "a*b", "a\\b",
           "a|b", "a\"b", "<a>", "'", "$(x)", "%s", "png", "labels", "_unlabelled", "masks", "a.png", "x.part"]
# And those that they cannot have.
OTHERS = ["a/b", "/", "..", ".", ".hidden", "a\nb", "a\tb", "\x01", "labels.tsv", "errors.tsv", "rows.jsonl",
          "aug-apply.json", "y" * 256, "y" * 1000, "\u00e9" * 200]


def batch(place):
    """Class names, and picture bytes -> label, of all samples."""
    write("stream.yaml", STREAM)
    succeed("batch", "stream.yaml", "--dataset", f"d={place}", "--class-names", "-o", "b")
    content = read("b")
    start = 8 + int.from_bytes(content[:8], "little")
    head = json.loads(content[8:start])
    names = json.loads(head["__metadata__"]["class_names"])
    found = {}
    for name in ("data", "label"):
        first, last = head[name]["data_offsets"]
        flat = numpy.frombuffer(content[start + first:start + last], TYPES[head[name]["dtype"]])
        found[name] = flat.reshape(head[name]["shape"])
    labels = {data.tobytes(): int(label) for data, label in zip(found["data"], found["label"])}
    equal(len(labels), len(found["label"]), "pictures that differ")
    return names, labels


def number_of(folder, position):
    """A numbered folder begins with its number."""
    equal(int(folder.split(".")[0]), position, f"number of the folder {folder!r}")


def test_a_space_is_kept_and_classes_keep_their_numbers():
    for number, name in enumerate(["Black Bear", "BlackBird"]):
        write(f"in/{name}/1.png", picture(pixels(number, 8, 8)))
    write("spec.yaml", KEEP)
    succeed("apply", "spec.yaml", "--input", "in", "--output", "out")
    equal(sorted(n for n in tree("out") if n.endswith(".png")), ["Black Bear/1-0.png", "BlackBird/1-1.png"], "files")
    equal(batch("image_folder:out"), batch("image_folder:in"), "classes and labels")


def test_folders_of_any_names_come_out_as_they_are():
    write("spec.yaml", KEEP)
    for turn in range(8):
        chance = random.Random(turn)
        names = FOLDERS if turn == 0 else chance.sample(FOLDERS, chance.randint(2, 12))
        for number, name in enumerate(names):
            for sample in range(2 if number % 3 else 1):
                write(f"in{turn}/{name}/{sample}.png", picture(pixels(number * 2 + sample, 8, 8)))
        os.mkdir(f"in{turn}/b without pictures")
        succeed("apply", "spec.yaml", "--input", f"in{turn}", "--output", f"out{turn}")
        expected = batch(f"image_folder:in{turn}")
        equal(sorted(expected[0]), sorted({*names, "b without pictures"}), "the test's own classes")
        equal(batch(f"image_folder:out{turn}"), expected, f"classes and labels of {names}")


def test_names_that_are_no_folders_keep_their_numbers():
    write("spec.yaml", KEEP)
    for turn in range(8):
        chance = random.Random(100 + turn)
        names = OTHERS + FOLDERS if turn == 0 else \
            chance.sample(FOLDERS, chance.randint(0, 9)) + chance.sample(OTHERS, chance.randint(1, 3))
        lines = []
        for number, name in enumerate(names):
            write(f"in{turn}/{number}.png", picture(pixels(number, 8, 8)))
            lines.append(json.dumps({"image": f"{number}.png", "label": name}))
        write(f"in{turn}/rows.jsonl", "\n".join(lines) + "\n")
        place = f"jsonl:in{turn}/rows.jsonl,image=image,label_type=names"
        succeed("apply", "spec.yaml", "--input", place, "--output", f"out{turn}")
        classes, labels = batch(place)
        folders, found = batch(f"image_folder:out{turn}")
        equal(found, labels, f"labels of {names}")
        equal(len(folders), len(classes), "number of classes")
        for position, folder in enumerate(folders):
            number_of(folder, position)
        equal(folders == sorted(folders, key=str.encode), True, "order of the folders")
        told = dict(line.split("\t")[3:5] for line in read(f"out{turn}/labels.tsv").decode().splitlines()[1:])
        escaped = {str(n): c.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\x01", "\\x01")
                   for n, c in enumerate(classes)}
        equal(told, escaped, "names in labels.tsv")


def test_names_that_readers_of_folders_pass_over():
    """Such a class would vanish from the output, and those behind it move."""
    write("spec.yaml", KEEP)
    names = ["$RECYCLE.BIN", "@eaDir", "Thumbs.db", "__MACOSX", "__pycache__", "desktop.ini", "lost+found", "zebra"]
    write("in/rows.jsonl", "".join(json.dumps({"image": f"{n}.png", "label": name}) + "\n"
                                   for n, name in enumerate(names)))
    for number in range(len(names)):
        write(f"in/{number}.png", picture(pixels(number, 8, 8)))
    place = "jsonl:in/rows.jsonl,image=image"
    succeed("apply", "spec.yaml", "--input", place, "--output", "out")
    equal(batch("image_folder:out")[1], batch(place)[1], "labels")


def test_numbers_from_ten_on_stay_in_order():
    images = program.make_idx("mnist", 24, classes=12)
    write("spec.yaml", KEEP)
    succeed("apply", "spec.yaml", "--input", images, "--output", "out")
    folders, found = batch("image_folder:out")
    equal(folders, [f"{n:02d}" for n in range(12)], "folders")
    equal(found, batch(f"idx:{images}")[1], "labels")


def add(archive, name, content):
    """A member of a tar."""
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def test_samples_without_label_move_no_class():
    with tarfile.open("in.tar", "w") as archive:
        for number in range(6):
            add(archive, f"{number}.png", picture(pixels(number, 8, 8)))
            if number % 3:
                add(archive, f"{number}.cls", str(number % 3 - 1).encode())
    write("spec.yaml", KEEP)
    succeed("apply", "spec.yaml", "--input", "in.tar", "--output", "out")
    equal(sorted(n for n in tree("out") if n.endswith(".png")),
          ["0-0.png", "0/1-1.png", "0/4-4.png", "1/2-2.png", "1/5-5.png", "3-3.png"], "files")
    # Who reads folders is told, and takes them for no class.
    write("stream.yaml", STREAM)
    contains(fail(1, "batch", "stream.yaml", "--dataset", "d=image_folder:out", "-o", "b"),
             "holds pictures beside its class folders")


def test_pictures_are_the_very_ones():
    """The labels above are told by pixels, so these must come through as they are."""
    write("in/a b/x y.png", picture(pixels(1, 8, 8)))
    write("spec.yaml", KEEP)
    succeed("apply", "spec.yaml", "--input", "in", "--output", "out")
    found = numpy.asarray(Image.open("out/a b/x y-0.png"))
    equal((found == pixels(1, 8, 8)).all(), True, "pixels")


program.main(globals())
