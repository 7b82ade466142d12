"""docs/quickstart.md as a newcomer reads it: every block is saved or run, in order, and does what is
said of it."""
import math
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import png  # noqa: E402

TOP, BUILD = os.environ["AUGD_SOURCE"], os.environ["AUGD_BUILD"]
PROGRAMS = [os.path.join(BUILD, folder) for folder in ("cli", "augd", "trainer")]
PAGE = os.path.join(TOP, "docs", "quickstart.md")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
SAVED_AS = re.compile(r"`([\w-]+\.yaml)`:\s*\Z")
# Nothing of the page takes longer; only a failure does.
TIMEOUT_S = 240


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


def script(text):
    """The page as one program of the shell."""
    lines, n_run, n_saved = ["set -euo pipefail"], 0, 0
    for block in BLOCK.finditer(text):
        language, content = block.groups()
        if language == "sh" and "export PATH" not in content:
            lines += [f"echo '-- block {n_run}'", content.rstrip()]
            n_run += 1
        elif language == "yaml":
            name = SAVED_AS.search(text[:block.start()])
            if not name:
                sys.exit(f"quickstart.md: it is not said what this is saved as:\n{content}")
            lines += [f"cat > {name.group(1)} <<'END'", content.rstrip(), "END"]
            n_saved += 1
    return "\n".join(lines) + "\n", n_run, n_saved


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
    missing = [name for name in ("cli/aug", "augd/augd", "trainer/augtrain")
               if not os.path.exists(os.path.join(BUILD, name))]
    if missing:
        print(f"skipped: {missing} not built")
        sys.exit(77)
    with open(PAGE, encoding="utf-8") as file:
        text, n_run, n_saved = script(file.read())
    assert n_run >= 10 and n_saved == 4, (n_run, n_saved)
    with tempfile.TemporaryDirectory(prefix="aug-quick-") as folder:
        make_photos(folder)
        environment = {**os.environ, "PATH": os.pathsep.join([*PROGRAMS, os.environ["PATH"]])}
        done = subprocess.run(["bash", "-c", text], cwd=folder, env=environment, text=True, timeout=TIMEOUT_S,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            sys.exit(f"the walk ends with {done.returncode}:\n{done.stdout}")
        check(folder, done.stdout)


main()
