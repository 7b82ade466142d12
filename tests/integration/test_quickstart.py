"""docs/quickstart.md as a newcomer reads it: every block is saved or run, in order (walk.py), and does
what is said of it."""
import math
import os
import re
import sys
import tempfile

sys.dont_write_bytecode = True
import png  # noqa: E402
import walk  # noqa: E402


def write_picture(path, number, across):
    """A PNG with waves across or down, which two classes can be told apart by."""
    def value(x, y):
        return int(128 + 100 * math.sin((x if across else y) / 4 + number))
    with open(path, "wb") as file:
        file.write(png.encode(40, 48, value, channels=3))


def make_photos(folder):
    for class_name in ("cat", "dog"):
        os.makedirs(os.path.join(folder, "photos", class_name))
        for i in range(60):
            write_picture(os.path.join(folder, "photos", class_name, f"{i:02d}.png"), i, class_name == "dog")


def check(folder, said):
    """What the page promises of its results."""
    def path(*parts):
        return os.path.join(folder, *parts)
    assert sorted(os.listdir(path("more")))[-3:] == ["cat", "dog", "labels.tsv"], os.listdir(path("more"))
    assert len(os.listdir(path("more", "cat"))) == 180, "three copies of 60"
    with open(path("sheet.png"), "rb") as file:
        assert file.read(8) == b"\x89PNG\r\n\x1a\n", "sheet.png"
    with open(path("run", "report.html"), encoding="utf-8") as file:
        assert "<svg" in file.read(), "curves"
    accuracy = [float(a) for a in re.findall(r"^test accuracy ([\d.]+) %", said, re.M)]
    assert len(accuracy) == 2 and accuracy[0] == accuracy[1] >= 90, accuracy
    assert not os.path.exists(path("augd.sock")), "the daemon is gone"


def main():
    walk.need("aug", "augd", "augtrain")
    text, n_run, n_saved = walk.script("quickstart.md")
    assert n_run >= 10 and n_saved == 4, (n_run, n_saved)
    with tempfile.TemporaryDirectory(prefix="aug-quick-") as folder:
        make_photos(folder)
        check(folder, walk.run(text, folder))


main()
