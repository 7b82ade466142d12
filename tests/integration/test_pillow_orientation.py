#!/usr/bin/python3
"""Pictures that say in many ways which way up they are, upright as Pillow makes them.

For each file, a PNG or JPEG with EXIF data, a raw profile, XMP, several of them or none, what
'aug apply' writes is compared with ImageOps.exif_transpose of the file, pixel by pixel.
"""

import io
import itertools
import os
import struct
import subprocess
import sys
import tempfile
import zlib

try:
    from PIL import Image, ImageOps
except ImportError:
    print("skipped: Pillow is not here")
    sys.exit(77)

AUG = os.path.join(os.environ["AUGD_BUILD"], "cli", "aug")
VALUES = [None, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]


def exif_of(value):
    """EXIF data; of a value of None a directory without an orientation."""
    tag = 0x0112 if value is not None else 0x0113
    return b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIHHI", tag, 3, 1, value or 0, 0, 0)


def profile_of(value):
    """The same as ImageMagick writes it."""
    data = b"Exif\0\0" + exif_of(value)
    digits = data.hex()
    lines = [digits[i : i + 72] for i in range(0, len(digits), 72)]
    return "\nexif\n%8d\n%s\n" % (len(data), "\n".join(lines))


def xmp_of(value, is_element):
    if value is None:
        return "<x/>"
    if is_element:
        return "<x><tiff:Orientation>%d</tiff:Orientation></x>" % value
    return '<x tiff:Orientation="%d"/>' % value


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def text_chunk(kind, keyword, text):
    head, text = keyword.encode() + b"\0", text.encode()
    if kind == "tEXt":
        return png_chunk(b"tEXt", head + text)
    if kind == "zTXt":
        return png_chunk(b"zTXt", head + b"\0" + zlib.compress(text))
    is_packed = kind == "packed iTXt"
    body = zlib.compress(text) if is_packed else text
    return png_chunk(b"iTXt", head + bytes([is_packed, 0]) + b"\0\0" + body)


def png_of(chunks):
    rows = b"".join(b"\0" + bytes(40 * (3 * y + x) for x in range(3)) for y in range(2))
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 0))
        + b"".join(chunks)
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )


def jpeg_of(segments):
    plain = io.BytesIO()
    Image.frombytes("L", (24, 16), bytes(i % 251 for i in range(24 * 16))).save(plain, "JPEG")
    body = b"".join(b"\xff\xe1" + struct.pack(">H", len(s) + 2) + s for s in segments)
    return plain.getvalue()[:2] + body + plain.getvalue()[2:]


def pngs():
    kinds = ["tEXt", "zTXt", "iTXt", "packed iTXt"]
    for value in VALUES:
        yield png_of([png_chunk(b"eXIf", exif_of(value))])
        for kind in kinds:
            yield png_of([text_chunk(kind, "Raw profile type exif", profile_of(value))])
            for is_element in (False, True):
                yield png_of([text_chunk(kind, "XML:com.adobe.xmp", xmp_of(value, is_element))])
    for exif, profile, xmp in itertools.product([None, 1, 3], [None, 6], [None, 8]):
        chunks = [
            png_chunk(b"eXIf", exif_of(exif)),
            text_chunk("zTXt", "Raw profile type exif", profile_of(profile)),
            text_chunk("iTXt", "XML:com.adobe.xmp", xmp_of(xmp, False)),
        ]
        for n in (2, 3):
            for some in itertools.permutations(chunks, n):
                yield png_of(some)


def jpegs():
    # Pillow 11.0 did not yet read XMP of JPEG for this, 11.3 does.
    reads_xmp = tuple(int(n) for n in Image.__version__.split(".")[:2]) >= (11, 3)
    for value in VALUES:
        yield jpeg_of([b"Exif\0\0" + exif_of(value)])
        xmp = b"http://ns.adobe.com/xap/1.0/\0" + xmp_of(value, value == 6).encode()
        if reads_xmp:
            yield jpeg_of([xmp])
            yield jpeg_of([b"Exif\0\0" + exif_of(None), xmp])
        yield jpeg_of([xmp, b"Exif\0\0" + exif_of(3)])


def main():
    with tempfile.TemporaryDirectory() as folder:
        source, result = os.path.join(folder, "in"), os.path.join(folder, "out")
        os.mkdir(source)
        files = [(data, "png") for data in pngs()] + [(data, "jpg") for data in jpegs()]
        for i, (data, ending) in enumerate(files):
            with open(os.path.join(source, "%04d.%s" % (i, ending)), "wb") as out:
                out.write(data)
        spec = os.path.join(folder, "spec.yaml")
        with open(spec, "w") as out:
            out.write("augd: 1\npipeline: []\n")
        command = [AUG, "apply", spec, "--input", source, "--output", result]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        made = sorted(name for name in os.listdir(result) if name.endswith(".png"))
        assert len(made) == len(files), "%d files became %d" % (len(files), len(made))
        for name, (data, _) in zip(made, files):
            expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
            got = Image.open(os.path.join(result, name)).convert("RGB")
            assert got.size == expected.size, "%s: %s, Pillow %s" % (name, got.size, expected.size)
            assert got.tobytes() == expected.tobytes(), "%s differs from Pillow's" % name
    print("%d files as Pillow %s" % (len(files), Image.__version__))


main()
