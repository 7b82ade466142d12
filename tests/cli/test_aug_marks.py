"""--marks: what the first reading of JPEG files leaves changes no stream, whatever becomes of it."""
import os
import random
import subprocess

import program
from program import AUG, contains, equal, fail, picture, pixels, read, succeed, write
from served import Server

SPEC = """augd: 1
seed: 5
dataset: {kind: image_folder, path: photos}
pipeline:
  - RandomCrop: {size: [24, 32]}
batch: {size: 4}
"""
N_FILES = 12
STREAM = ("digest", "spec.yaml", "--epochs", 2, "--threads", 2)

# Of each value: the number in the names of files, and the share of a picture file that marks have at most.
VALUES = {"row": (0, 0.005), "16": (1, 0.015), "8": (2, 0.03)}
LEAST = 64
# Bytes of a file of marks beside them: its header, and row and head of each.
HEADER, BESIDE = 80, 48


def use_cache(name):
    os.environ["AUGD_CACHE"] = os.path.abspath(name)


def files(cache, value):
    return [os.path.join(cache, name) for name in sorted(os.listdir(cache))
            if f".marks1-{VALUES[value][0]}." in name]


def prepare():
    """Makes the data; returns the digest of the stream without marks."""
    for i in range(N_FILES):
        write(f"photos/{'ab'[i % 2]}/{i:02d}.jpg", picture(pixels(i, 400 + i, 500 - 3 * i), "JPEG"))
    write("spec.yaml", SPEC)
    os.environ["AUGD_CACHE"] = "off"
    return succeed(*STREAM, "--marks", "off")


def test_streams_are_the_same():
    plain = prepare()
    equal(succeed(*STREAM), plain, "without a cache")
    for value, (_, share) in VALUES.items():
        use_cache(value)
        for what in "the first process", "the second":
            equal(succeed(*STREAM, "--marks", value), plain, f"--marks {value}, {what}")
        # One, but for a machine that is so slow that marks are written before all are made.
        paths = files(value, value)
        most = len(paths) * HEADER + sum(max(share * os.path.getsize(os.path.join(place, name)), LEAST) + BESIDE
                                         for place, _, names in os.walk("photos") for name in names)
        size = sum(map(os.path.getsize, paths))
        if not HEADER + N_FILES * (BESIDE + 2) < size <= most:
            raise AssertionError(f"--marks {value}: {size} bytes in {len(paths)} files; allowed are {most}")
    use_cache("off-folder")
    equal(succeed(*STREAM, "--marks", "off"), plain, "--marks off")
    equal([name for name in os.listdir("off-folder") if "marks" in name], [], "files of --marks off")
    # From one value to another: what is missing is made, and all of it is kept.
    use_cache("row")
    for value in "8", "off", "row":
        equal(succeed(*STREAM, "--marks", value), plain, f"--marks {value} where those of row are")
    for value in "row", "8":
        equal(files("row", value) != [], True, f"files of --marks {value}")


def test_damaged_files():
    plain = prepare()
    use_cache("cache")
    equal(succeed(*STREAM), plain, "the first reading")
    path = files("cache", "row")[0]
    content = read(path)
    draws = random.Random(1)
    for i in range(12):
        spoiled = bytearray(content)
        if i % 3 == 0:
            del spoiled[draws.randrange(len(content)):]
        for _ in range(1 + i):
            at = draws.randrange(len(content))
            spoiled[at:at + 1] = [draws.randrange(256)]
        write(path, bytes(spoiled))
        equal(succeed(*STREAM), plain, f"damage number {i}")
        for other in files("cache", "row"):
            os.remove(other)
    # In another order they are as good.
    rows = bytearray(content)
    rows[HEADER:HEADER + 24], rows[HEADER + 24:HEADER + 48] = rows[HEADER + 24:HEADER + 48], rows[HEADER:HEADER + 24]
    write(path, bytes(rows))
    equal(succeed(*STREAM), plain, "rows in another order")


def test_several_at_once():
    plain = prepare()
    use_cache("cache")
    processes = [subprocess.Popen([AUG, *map(str, STREAM)], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for process in processes:
        equal(process.communicate(timeout=120)[0], plain, "one of four processes")
    equal(succeed(*STREAM), plain, "one behind them")


def test_a_server_keeps_marks():
    plain = prepare()
    use_cache("cache")
    write("served.yaml", SPEC.replace("{kind: image_folder, path: photos}", "train"))
    for _ in range(2):
        with Server("train=image_folder:photos", options=("--marks", "8")) as server:
            found = succeed("digest", "served.yaml", "--epochs", 2, "--from", server.addresses[0])
        equal(found, plain, "from a server")
    equal(files("cache", "8") != [], True, "files of the server")


def test_what_is_wrong():
    prepare()
    contains(fail(2, *STREAM, "--marks", "4"), "--marks", "row, 16, 8, off")
    write("file", "")
    use_cache("file")
    done = program.aug(*STREAM)
    equal(done.returncode, 0, "nothing can be written")
    equal(done.stderr.count("is not remembered"), 1, done.stderr)


program.main(globals())
