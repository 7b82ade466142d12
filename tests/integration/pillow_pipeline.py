"""Checks a list of cropped, resized and mirrored photographs against Pillow.

usage: pillow_pipeline.py ARCHIVE LIST

LIST has a line for each: member, box (left, upper, right, lower, of the upright picture), width,
height, mirrored (0 or 1) and the CRC-32 of the RGB bytes. Exits with 77 if Pillow is not installed.
"""
import io
import sys
import tarfile
import zlib

try:
    from PIL import Image, ImageOps
except ImportError:
    print("skipped: Pillow is not installed")
    sys.exit(77)


def main():
    archive, path = sys.argv[1:]
    wrong = checked = 0
    with tarfile.open(archive) as tar, open(path, encoding="utf-8") as lines:
        for line in lines:
            name, *numbers = line.split()
            left, upper, right, lower, width, height, mirrored, want = map(int, numbers)
            picture = Image.open(io.BytesIO(tar.extractfile(name).read()))
            picture = ImageOps.exif_transpose(picture).convert("RGB")
            made = picture.resize((width, height), Image.BILINEAR, box=(left, upper, right, lower))
            if mirrored:
                made = ImageOps.mirror(made)
            checked += 1
            if zlib.crc32(made.tobytes()) != want:
                wrong += 1
                print(f"differs from Pillow: {line.strip()}")
    print(f"{checked} pictures, {wrong} differ from Pillow")
    sys.exit(1 if wrong or not checked else 0)


main()
