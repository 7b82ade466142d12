#!/usr/bin/env python3
"""Seconds from a fresh daemon's start to its first batch, and its memory, over many pictures.

    bench/open.py [--pictures N] [--folder DIR] [--build BUILD]

Writes N distinct small PNG files in 100 class folders (200,000 unless given; kept in DIR for the
next run), starts augd over them with an empty cache, and takes one batch as examples/client.py
does. Printed are the seconds until the daemon listens, until the stream is open and until the batch
is there, and the most memory that the daemon had until then. A second daemon is started after the
whole set was read once, to show what it costs to know all digests.
"""
import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib

sys.dont_write_bytecode = True
TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "examples"))
import client  # noqa: E402

SIDE = 16
SPEC = {"augd": 1, "seed": 1, "batch": {"size": 256},
        "pipeline": [{"RandomCrop": {"size": [8, 8]}}, {"HorizontalFlip": {"p": 0.5}}]}


def chunk(name, content):
    """One chunk of a PNG file."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def picture(number):
    """A grey PNG of SIDE x SIDE whose first pixels are the number."""
    rows = bytearray()
    for y in range(SIDE):
        rows += b"\0" + (number.to_bytes(8, "little") if y == 0 else bytes(8)) + bytes([y * 9]) * (SIDE - 8)
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 1)) +
            chunk(b"IEND", b""))


def make(folder, n):
    """The pictures, unless they are there."""
    mark = os.path.join(folder, f"made-{n}")
    if os.path.exists(mark):
        return
    for i in range(100):
        os.makedirs(os.path.join(folder, "set", f"{i:02d}"), exist_ok=True)
    for i in range(n):
        with open(os.path.join(folder, "set", f"{i % 100:02d}", f"{i:07d}.png"), "wb") as file:
            file.write(picture(i))
    with open(mark, "w"):
        pass


def most_memory(pid):
    """The most resident memory of a process so far, in bytes."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))


def measure(build, folder, environment):
    """Seconds to listening, open and first batch, and bytes."""
    address = f"unix:{folder}/augd.sock"
    begin = time.monotonic()
    daemon = subprocess.Popen([os.path.join(build, "augd", "augd"), "--listen", address, "--dataset",
                               f"set=image_folder:{folder}/set"], stderr=subprocess.PIPE, text=True, env=environment)
    try:
        line = daemon.stderr.readline()
        if '"listening"' not in line:
            sys.exit(f"open.py: augd says {line!r}")
        listening = time.monotonic() - begin
        stream = client.Stream(address, "set", SPEC)
        opened = time.monotonic() - begin
        next(iter(stream))
        return (listening, opened, time.monotonic() - begin), most_memory(daemon.pid), "content" in stream.info
    finally:
        daemon.terminate()
        daemon.communicate()


def show(what, result):
    (listening, opened, first), size, knows = result
    print(f"{what}: listening after {listening:.2f} s, open after {opened:.2f} s, first batch after {first:.2f} s; "
          f"{size / 1e6:.0f} MB; content {'known' if knows else 'not known'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=200000)
    parser.add_argument("--folder")
    parser.add_argument("--build", default=os.path.join(TOP, "build", "release"))
    options = parser.parse_args()
    folder = os.path.abspath(options.folder) if options.folder else tempfile.mkdtemp(prefix="augd-open-")
    make(folder, options.pictures)
    cache = os.path.join(folder, "cache")
    shutil.rmtree(cache, ignore_errors=True)
    environment = {**os.environ, "AUGD_CACHE": cache}
    show(f"{options.pictures} pictures, nothing known", measure(options.build, folder, environment))
    begin = time.monotonic()
    ids = subprocess.run([os.path.join(options.build, "cli", "aug"), "fingerprint", f"image_folder:{folder}/set",
                          "--content", "--json"], env=environment, check=True, stdout=subprocess.PIPE).stdout
    print(f"aug fingerprint --content: {time.monotonic() - begin:.2f} s, {json.loads(ids)['known']} known")
    show("all known", measure(options.build, folder, environment))
    if not options.folder:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
