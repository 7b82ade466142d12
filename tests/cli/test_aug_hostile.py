"""1,648 hostile pictures through aug apply: each is augmented, or named with its reason."""
import os
import sys
import tarfile

import program
from program import aug, data, equal, read, write

ARCHIVE = data("hostile-images.tar")
if not ARCHIVE:
    sys.exit(77)

N_PICTURES = 1648
SPEC = """augd: 1
seed: 3
pipeline:
  - RandomResizedCrop: {size: 64, scale: [0.2, 1.0]}
  - Rotate: {limit: 20, p: 1}
  - HorizontalFlip: {p: 0.5}
  - Cutout: {size: 8}
"""


def fields(path, column):
    """One column of a table, its head left out."""
    return [line.split("\t")[column] for line in read(path).decode().splitlines()[1:]]


def extract():
    """All members as files of one folder, without labels; returns their names."""
    names = []
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            name = os.path.basename(member.name)
            write(f"in/{name}", archive.extractfile(member).read())
            names.append(name)
    return names


def check_run(source, expected, n_least):
    """Runs apply and compares what it named with the names there are."""
    done = aug("apply", "spec.yaml", "--input", source, "--output", "out", "--threads", 2)
    equal(done.returncode, 3, done.stderr[-2000:])
    for word in ("Sanitizer", "runtime error"):
        equal(word in done.stderr, False, done.stderr[-4000:])
    written, failed = fields("out/labels.tsv", 1), fields("out/errors.tsv", 1)
    equal(sorted(written + failed), sorted(expected), "samples that were named")
    equal(len(failed), len(done.stderr.splitlines()), "lines on standard error")
    equal([name for name in fields("out/labels.tsv", 0) if not read(f"out/{name}")], [], "empty")
    equal([r for r in fields("out/errors.tsv", 2) if len(r) < 10], [], "reasons")
    if len(written) < n_least:
        raise AssertionError(f"only {len(written)} pictures were augmented")
    print(f"{os.path.basename(source)}: {len(written)} augmented, {len(failed)} named")


def test_as_a_folder_without_labels():
    names = extract()
    equal(len(names), N_PICTURES, "pictures")
    known = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp",
             ".pnm", ".pbm", ".pgm", ".ppm")
    write("spec.yaml", SPEC)
    expected = [name for name in names if name.lower().endswith(known)]
    # What has another ending is not taken for a picture.
    equal(len(names) - len(expected) < 50, True, f"{len(names) - len(expected)} other endings")
    # Pillow decodes 812, of which GIF, BMP, TIFF, WebP and PNM are not ours.
    check_run("in", expected, 450)


def test_as_a_tar():
    write("spec.yaml", SPEC)
    with tarfile.open(ARCHIVE) as archive:
        names = [member.name for member in archive]
    equal(len(names), N_PICTURES, "pictures")
    check_run(ARCHIVE, names, 450)


def test_strict_stops_and_names_one():
    extract()
    write("spec.yaml", SPEC)
    done = aug("apply", "spec.yaml", "--input", "in", "--output", "out", "--strict")
    equal((done.returncode, len(done.stderr.splitlines())), (1, 1), done.stderr)
    equal(os.path.exists("out/labels.tsv"), False, "a table of a run that was stopped")


program.main(globals())
