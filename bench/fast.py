#!/usr/bin/env python3
"""What decode: fast saves, and how far its pixels are from those of an exact decode.

    bench/fast.py --photo photographs.tar

Each pipeline runs with and without it, in turns, in processor seconds of one thread, on photographs
and on sheets of 5 x 5 of them, which stand for large photographs (2500 x 1875 pixels); then the
pictures of both are compared value by value, over those that were decoded smaller. Needs NumPy and
Pillow.
"""
import argparse
import io
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile

import numpy
from PIL import Image

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PHOTOS = ["Resize: [64, 64]", "Resize: [32, 32]", "RandomResizedCrop: 64"]
SHEETS = ["Resize: [224, 224]", "RandomResizedCrop: 224", "Resize: [128, 128]", "Resize: [96, 96]"]
ACROSS, SIDE = 5, (500, 375)


def parse():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--aug", default=os.path.join(TOP, "build/release/cli/aug"), help="the aug program")
    p.add_argument("--photo", default=os.path.join(TOP, "../shared/data/imagenet-sample-300.tar"),
                   help="photographs as a plain tar")
    p.add_argument("--rounds", type=int, default=5, help="each pipeline runs once in a round")
    p.add_argument("--seconds", type=float, default=2, help="how long aug measures in a round")
    p.add_argument("--cpu", default="0", help="processor to pin runs to")
    o = p.parse_args()
    if not os.path.exists(o.photo):
        sys.exit(f"fast.py: --photo: there is nothing at {o.photo}; see bench/README.md")
    return o


def write_files(o, photos, sheets):
    """The JPEGs of the tar as a folder, and sheets of them as another."""
    sheet, n = None, 0
    with tarfile.open(o.photo) as tar:
        for member in tar:
            if not member.name.lower().endswith((".jpg", ".jpeg")):
                continue
            content = tar.extractfile(member).read()
            with open(os.path.join(photos, os.path.basename(member.name)), "wb") as file:
                file.write(content)
            place = n % ACROSS**2
            n += 1
            if place == 0:
                sheet = Image.new("RGB", (SIDE[0] * ACROSS, SIDE[1] * ACROSS))
            part = Image.open(io.BytesIO(content)).convert("RGB").crop((0, 0) + SIDE)
            sheet.paste(part, (place % ACROSS * SIDE[0], place // ACROSS * SIDE[1]))
            if place == ACROSS**2 - 1:
                sheet.save(os.path.join(sheets, f"{n}.jpg"), quality=90)


def write_spec(path, operation, folder, decode):
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"augd: 1\nseed: 1\ndataset: {{kind: image_folder, path: {folder}}}\n")
        file.write(f"pipeline: [{{{operation}}}]\nbatch: {{size: 8}}\n")
        file.write(f"output: {{decode: {decode}, normalize: imagenet}}\n")


def rate(o, spec):
    done = subprocess.run(["taskset", "-c", o.cpu, o.aug, "bench", spec, "--rate-only", "--cpu", "--threads", "1",
                           "--seconds", str(o.seconds)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"fast.py: {done.stderr}")
    return float(done.stdout.split()[-1])


def pictures(o, spec, folder):
    subprocess.run([o.aug, "apply", spec, "--output", folder, "--format", "png"], check=True,
                   stdout=subprocess.DEVNULL)
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names
                  if name.endswith(".png"))


def differences(o, specs, directory):
    """Mean and greatest difference in levels of those that differ, and their number."""
    with tempfile.TemporaryDirectory(dir=directory) as top:
        pairs = list(zip(*(pictures(o, spec, os.path.join(top, str(i))) for i, spec in enumerate(specs))))
        values = [[numpy.asarray(Image.open(path), numpy.int16) for path in pair] for pair in pairs]
    off = [numpy.abs(a - b) for a, b in values]
    off = [one for one in off if one.any()]
    if not off:
        return "no picture was decoded smaller"
    return (f"{len(off)} of {len(pairs)} pictures are off by {statistics.mean(one.mean() for one in off):.2f} "
            f"levels in the mean, {max(one.max() for one in off)} at most")


def measure(o, name, operations, folder, directory):
    for operation in operations:
        specs = [os.path.join(directory, f"{decode}.yaml") for decode in ("uint8", "fast")]
        for spec, decode in zip(specs, ("uint8", "fast")):
            write_spec(spec, operation, folder, decode)
        rounds = [[rate(o, spec) for spec in specs] for _ in range(o.rounds)]
        times = [fast / exact for exact, fast in rounds]
        print(f"{name}, {operation}: {statistics.median(times):.2f} times as many "
              f"[{min(times):.2f}..{max(times):.2f}], {statistics.median(fast for _, fast in rounds):.0f}/s; "
              f"{differences(o, specs, directory)}", flush=True)


def main():
    o = parse()
    o.aug = os.path.abspath(o.aug)
    with tempfile.TemporaryDirectory() as directory:
        folders = [os.path.join(directory, name, "all") for name in ("photos", "sheets")]
        for folder in folders:
            os.makedirs(folder)
        write_files(o, *folders)
        measure(o, "photographs", PHOTOS, os.path.dirname(folders[0]), directory)
        measure(o, "sheets", SHEETS, os.path.dirname(folders[1]), directory)


if __name__ == "__main__":
    main()
