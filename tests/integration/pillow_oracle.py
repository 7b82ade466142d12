#!/usr/bin/python3
"""What Pillow makes of pictures, for a test in C that reads it from a pipe.

pillow_oracle.py resize PHOTOGRAPHS.tar
    For each JPEG of the archive one record: "picture NAME WIDTH HEIGHT\n" and its RGB bytes, then
    for each of several jobs "resize FILTER X0 Y0 X1 Y1 OUT_WIDTH OUT_HEIGHT\n" and the bytes of
    Image.resize((OUT_WIDTH, OUT_HEIGHT), FILTER, (X0, Y0, X1, Y1)). At the end "end\n".

pillow_oracle.py floats
    For pictures of mode F (float32), of numbers with and without a fraction: "picture WIDTH HEIGHT\n"
    and its values, then jobs as above with their values. At the end "end\n".

pillow_oracle.py equalize
    For each of 300 made-up pictures "picture WIDTH HEIGHT\n", its RGB bytes, and those of
    ImageOps.equalize of it. At the end "end\n".

Exits with 77 where Pillow is not installed, and for "resize" and "floats" where it is 13 or later,
which filters vertically first where that is cheaper.
"""

import io
import random
import struct
import sys
import tarfile

try:
    from PIL import Image, ImageOps
except ImportError:
    sys.exit(77)

FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "box": Image.BOX}


def crop_box(rng, width, height):
    """RandomResizedCrop's box: ten tries, then the whole picture."""
    for _ in range(10):
        area = width * height * rng.uniform(0.08, 1.0)
        ratio = rng.choice([rng.uniform(0.75, 1.0), 1 / rng.uniform(0.75, 1.0)])
        w, h = round((area * ratio) ** 0.5), round((area / ratio) ** 0.5)
        if 0 < w <= width and 0 < h <= height:
            x, y = rng.randint(0, width - w), rng.randint(0, height - h)
            return x, y, x + w, y + h
    return 0, 0, width, height


def jobs(rng, width, height):
    """Filter, box and output size of what is asked for one picture."""
    whole = (0, 0, width, height)
    short = min(width, height)
    yield "bilinear", whole, (256 * width // short, 256 * height // short)
    yield "bilinear", whole, (rng.randint(1, 300), rng.randint(1, 300))
    for size in (224, 224, 96, 32):
        yield "bilinear", crop_box(rng, width, height), (size, size)
    x, y, x1, y1 = crop_box(rng, width, height)
    yield "bilinear", (x + 0.3, y + 0.6, x1 - 0.1, y1 - 0.7), (64, 48)
    yield "bicubic", crop_box(rng, width, height), (160, 120)
    yield "box", crop_box(rng, width, height), (57, 75)
    yield "bilinear", crop_box(rng, width, height), (width + 40, height // 2 + 1)


def write_resizes(path):
    rng = random.Random(1)
    out = sys.stdout.buffer
    with tarfile.open(path) as archive:
        for member in archive:
            if not member.name.endswith(".jpg"):
                continue
            picture = Image.open(io.BytesIO(archive.extractfile(member).read())).convert("RGB")
            out.write(b"picture %s %d %d\n" % (member.name.encode(), *picture.size))
            out.write(picture.tobytes())
            for name, box, size in jobs(rng, *picture.size):
                numbers = " ".join(repr(float(number)) for number in box)
                line = f"resize {name} {numbers} {size[0]} {size[1]}\n"
                out.write(line.encode())
                out.write(picture.resize(size, FILTERS[name], box).tobytes())
    out.write(b"end\n")


def write_floats():
    rng = random.Random(2)
    out = sys.stdout.buffer
    for i in range(40):
        size = rng.randint(1, 90), rng.randint(1, 90)
        values = [rng.randint(0, 65535) if i % 2 else rng.uniform(-100, 100)
                  for _ in range(size[0] * size[1])]
        picture = Image.frombytes("F", size, struct.pack(f"={len(values)}f", *values))
        out.write(b"picture %d %d\n" % size)
        out.write(picture.tobytes())
        for name in FILTERS:
            box = crop_box(rng, *size) if i % 3 else (0, 0, *size)
            target = rng.randint(1, 120), rng.randint(1, 120)
            numbers = " ".join(repr(float(number)) for number in box)
            out.write(f"resize {name} {numbers} {target[0]} {target[1]}\n".encode())
            out.write(picture.resize(target, FILTERS[name], box).tobytes())
    out.write(b"end\n")


def made_up(rng):
    """Few or many values, a narrow or a wide range, large and tiny."""
    width, height = rng.choice([(1, 1), (17, 15), (1, 300), (64, 48), (150, 101)])
    channels = []
    for _ in range(3):
        low, high = sorted((rng.randint(0, 255), rng.randint(0, 255)))
        values = [rng.randint(low, high) for _ in range(rng.choice([1, 2, 5, 400]))]
        data = bytes(rng.choice(values) for _ in range(width * height))
        channels.append(Image.frombytes("L", (width, height), data))
    return Image.merge("RGB", channels)


def write_equalized():
    rng = random.Random(2)
    out = sys.stdout.buffer
    for _ in range(300):
        picture = made_up(rng)
        out.write(b"picture %d %d\n" % picture.size)
        out.write(picture.tobytes())
        out.write(ImageOps.equalize(picture).tobytes())
    out.write(b"end\n")


def main():
    if int(Image.__version__.split(".")[0]) >= 13 and sys.argv[1:] != ["equalize"]:
        sys.exit(77)
    if sys.argv[1:] == ["floats"]:
        write_floats()
    elif sys.argv[1:] == ["equalize"]:
        write_equalized()
    elif len(sys.argv) == 3 and sys.argv[1] == "resize":
        write_resizes(sys.argv[2])
    else:
        sys.exit("usage: pillow_oracle.py resize PHOTOGRAPHS.tar | floats | equalize")


main()
