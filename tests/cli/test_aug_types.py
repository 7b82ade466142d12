"""Pictures of 16 bits, of floats and of many channels, from files to tensors, against NumPy and
Pillow: what is resized, channel by channel, is what Pillow makes of it in mode F."""
import json
import os
import struct
import zlib

import numpy
from PIL import Image

import program
from program import contains, equal, fail, picture, pixels, read, succeed, write

THREADS = (1, 2, 3, 8)


def png(array):
    """A PNG file of 16 bits: grey, or RGB, which Pillow does not write."""
    height, width, channels = array.shape
    rows = array.astype(">u2").tobytes()
    size = width * channels * 2
    raw = b"".join(b"\0" + rows[y * size:(y + 1) * size] for y in range(height))

    def chunk(name, content):
        return (struct.pack(">I", len(content)) + name + content +
                struct.pack(">I", zlib.crc32(name + content)))
    head = struct.pack(">2I5B", width, height, 16, 2 if channels == 3 else 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) +
            chunk(b"IEND", b""))


def words(seed, height, width, channels):
    """Values of 16 bits, whose lower 8 differ from the upper ones."""
    low = numpy.random.default_rng(seed).integers(0, 256, (height, width, channels))
    return (pixels(seed, height, width, channels).astype(numpy.uint16) * 256 + low).astype(
        numpy.uint16)


def make_pngs(folder, channels):
    """Files of 16 bits, of several sizes; returns their values."""
    arrays = [words(i, 40 + 2 * i, 60 - 2 * i, channels) for i in range(5)]
    for i, array in enumerate(arrays):
        write(f"{folder}/a/{i}.png", png(array))
    return arrays


def make_floats(path, channels, n=6, height=33, width=47):
    """An idx file of floats, some of them negative; returns its values."""
    planes = [pixels(i, height, width, channels) / 100 - 0.5 for i in range(n)]
    array = numpy.stack(planes).astype(numpy.float32)
    head = struct.pack(">4B4I", 0, 0, 13, 4, n, height, width, channels)
    write(path, head + array.astype(">f4").tobytes())
    return array


def resize(array, height, width):
    """Pillow's bilinear resize of each channel in mode F."""
    made = [Image.fromarray(numpy.ascontiguousarray(array[:, :, c], numpy.float32)).resize(
        (width, height), Image.BILINEAR) for c in range(array.shape[2])]
    return numpy.stack([numpy.asarray(m) for m in made], axis=2)


def resize_words(array, height, width):
    """The same for 16 bits: rounded to the nearest."""
    return numpy.clip(numpy.floor(resize(array, height, width).astype(float) + 0.5), 0,
                      65535).astype(numpy.uint16)


def spec(name, dataset, pipeline, output, mix=""):
    """Writes a spec; its one batch holds all samples in order."""
    write(name, f"augd: 1\nseed: 5\ndataset: {dataset}\npipeline: {pipeline}\n"
                f"batch: {{size: 6, shuffle: false{mix}}}\noutput: {output}\n")


def samples(name):
    """The tensor "data" of the first batch; all numbers of threads give the same stream."""
    digests = {succeed("digest", name, "--epochs", 2, "--threads", n) for n in THREADS}
    equal(len(digests), 1, f"digests of {name}")
    succeed("batch", name, "--epoch", 0, "--step", 0, "-o", "b.st")
    content = read("b.st")
    os.remove("b.st")
    start = 8 + int.from_bytes(content[:8], "little")
    part = json.loads(content[8:start])["data"]
    first, end = part["data_offsets"]
    dtype = {"F32": "<f4", "U16": "<u2", "U8": "u1"}[part["dtype"]]
    return numpy.frombuffer(content[start + first:start + end], dtype).reshape(part["shape"])


def same(found, expected, what):
    """Every value and the type are equal."""
    equal((found.dtype, found.shape), (expected.dtype, expected.shape), f"{what}: type and shape")
    wrong = numpy.argwhere(found != expected)
    if len(wrong):
        at = tuple(wrong[0])
        raise AssertionError(f"{what}: {len(wrong)} values differ, first {at}: {found[at]!r}, "
                             f"not {expected[at]!r}")


FILES = "{kind: image_folder, path: files}"


def test_sixteen_bits_stay_sixteen():
    for color, channels in (("gray", 1), ("auto", 3)):
        arrays = make_pngs("files", channels)
        spec("w.yaml", FILES, "[Resize: [24, 20]]",
             f"{{layout: hwc, dtype: uint16, decode: uint16, color: {color}}}")
        same(samples("w.yaml"), numpy.stack([resize_words(a, 24, 20) for a in arrays]),
             f"resized, {channels} channels")
        spec("f.yaml", FILES, "[CenterCrop: [32, 40], HorizontalFlip: {p: 1}]",
             f"{{layout: chw, decode: uint16, color: {color}, mean: 0.25, std: 0.5}}")
        cut = [a[(a.shape[0] - 32) // 2:, (a.shape[1] - 40) // 2:][:32, :40][:, ::-1]
               for a in arrays]
        values = ((numpy.stack(cut) / 65535 - 0.25) / 0.5).astype(numpy.float32)
        same(samples("f.yaml"), values.transpose(0, 3, 1, 2), f"normalized, {channels} channels")


def test_eight_bits_are_the_upper_ones_unless_asked():
    arrays = make_pngs("files", 1)
    spec("b.yaml", FILES, "[CenterCrop: [32, 40]]", "{layout: hwc, dtype: uint8, color: gray}")
    cut = [a[(a.shape[0] - 32) // 2:, (a.shape[1] - 40) // 2:][:32, :40] for a in arrays]
    same(samples("b.yaml"), (numpy.stack(cut) >> 8).astype(numpy.uint8), "upper bits")
    spec("same.yaml", FILES, "[CenterCrop: [32, 40]]",
         "{layout: hwc, dtype: uint8, color: gray, decode: uint8}")
    equal(succeed("digest", "same.yaml"), succeed("digest", "b.yaml"), "decode: uint8 is as ever")
    equal(succeed("check", "--expand", "same.yaml"), succeed("check", "--expand", "b.yaml"),
          "canonical text")


def test_eight_bits_are_stretched_among_sixteen():
    array = pixels(3, 32, 40)
    write("files/a/0.png", picture(array))
    spec("w.yaml", FILES, "[Resize: [32, 40]]", "{layout: hwc, dtype: uint16, decode: uint16}")
    same(samples("w.yaml"), (array.astype(numpy.uint16) * 257)[None], "8 bits as 16")


def test_floats_of_many_channels():
    for channels in (1, 4, 16):
        arrays = make_floats("images", channels)
        dataset = "{kind: idx, path: images, labels: none}"
        spec("r.yaml", dataset, "[Resize: [20, 31], VerticalFlip: {p: 1}]", "{layout: hwc}")
        same(samples("r.yaml"), numpy.stack([resize(a, 20, 31)[::-1] for a in arrays]),
             f"resized, {channels} channels")
        mean = [0.1 * c for c in range(channels)]
        std = [1 + 0.5 * c for c in range(channels)]
        spec("n.yaml", dataset, "[Transpose: {p: 1}]",
             f"{{layout: chw, normalize: {{mean: {mean}, std: {std}}}}}")
        values = (arrays.transpose(0, 2, 1, 3).astype(float) - mean) / std
        same(samples("n.yaml"), values.astype(numpy.float32).transpose(0, 3, 1, 2),
             f"normalized, {channels} channels")


def test_every_operation_that_can_and_mixing():
    pipeline = ("[RandomResizedCrop: [24, 24], Rotate: {limit: 30, p: 1}, HorizontalFlip, "
                "OneOf: {transforms: [Cutout: 6, GaussNoise, RandomErasing]}]")
    mix = ", mix: [OneOf: {transforms: [MixUp: {alpha: 1.0}, CutMix]}]"
    for dtype in ("uint16", "float32"):
        for channels in (2, 3, 16):
            for layout in ("chw", "hwc"):
                dataset = (f"{{kind: synthetic, count: 20, size: 40, channels: {channels}, "
                           f"dtype: {dtype}}}")
                spec("m.yaml", dataset, pipeline, f"{{layout: {layout}, dtype: {dtype}}}", mix)
                shape = (6, channels, 24, 24) if layout == "chw" else (6, 24, 24, channels)
                equal(samples("m.yaml").shape, shape, "shape")


def test_mixing_of_words_is_exact():
    """CutMix and MixUp of constant pictures: every value is one of the two, or between them."""
    for i, value in enumerate((1000, 60000)):
        write(f"files/{i}/x.png", png(numpy.full((8, 8, 1), value, numpy.uint16)))
    spec("m.yaml", FILES, "[Resize: [8, 8]]",
         "{layout: hwc, dtype: uint16, decode: uint16, color: gray}",
         ", mix: [MixUp: {alpha: 1.0, p: 1}]")
    text = read("m.yaml").decode()
    for seed in range(20):
        write("m.yaml", text.replace("seed: 5", f"seed: {seed}"))
        found = samples("m.yaml").astype(int).reshape(2, -1)
        equal((found.min(1) == found.max(1)).all(), True, "a mixed constant is a constant")
        equal(abs(int(found[:, 0].sum()) - 61000) <= 1, True, f"shares add up: {found[:, 0]}")
        if found[0, 0] != 1000:
            return
    raise AssertionError("nothing was mixed")


def test_apply_writes_sixteen_bits():
    arrays = make_pngs("files", 1)
    spec("a.yaml", FILES, "[HorizontalFlip: {p: 1}]",
         "{dtype: uint16, decode: uint16, color: gray}")
    succeed("apply", "a.yaml", "--input", "files", "--output", "made")
    names = sorted(os.path.join(place, name) for place, _, files in os.walk("made")
                   for name in files if name.endswith(".png"))
    equal(len(names), len(arrays), "files")
    for name, array in zip(names, arrays):
        made = numpy.asarray(Image.open(name)).astype(numpy.uint16)
        same(made, array[:, ::-1, 0], name)


def test_refusals_have_a_place():
    dataset = "{kind: synthetic, count: 20, size: 40, channels: 4, dtype: float32}"
    spec("s.yaml", dataset, "[HorizontalFlip, GaussianBlur]", "{}")
    contains(fail(2, "digest", "s.yaml"), "s.yaml:4:28: GaussianBlur works on 8-bit pictures of "
             "1 or 3 channels; the pictures are float32 with 4 channels")
    spec("s.yaml", dataset, "[]", "{dtype: uint16}")
    contains(fail(2, "digest", "s.yaml"), "dtype is uint16 and the pictures are float32")
    spec("s.yaml", dataset, "[]", "{decode: uint32}")
    contains(fail(2, "check", "s.yaml"), "s.yaml:6:18: output: decode is 'uint32'", "allowed is one of uint8, uint16")


program.main(globals())
