"""aug apply that is killed at random moments, again and again, and then gone on with: the folder is,
byte for byte, that of a run without interruption. AUG_KILLS says how many kills there are in all.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import time

import program
from program import (AUG, aug, equal, make_folder, make_idx, make_tar, picture, pixels, tree, write)

KILLS = int(os.environ.get("AUG_KILLS", "10"))
# Of runs that are killed: so many in one folder, then it must be complete. More runs than this do
# not die in time.
KILLS_A_FOLDER = 4
TRIES = 10
SPEC = "augd: 1\nseed: 4\npipeline:\n  - Rotate: {limit: 30, p: 1}\n  - GaussianBlur: {sigma: [0.1, 2]}\n"


def make_pictures():
    """A folder with a class that sorts oddly, a damaged picture and one that no stream counts."""
    make_folder("in", 45, classes=("Black Bear", "BlackBird", "cat"), size=(110, 120))
    write("in/cat/broken.jpg", b"\xff\xd8\xff broken")
    write("in/cat/left_out.gif", b"GIF89a" + bytes(20))
    return "in"


def make_archive():
    """A tar."""
    make_tar("data.tar", 60)
    return "data.tar"


def make_digits():
    """An IDX file, whose eleven classes get numbered folders."""
    return make_idx("mnist", 200, classes=11)


def make_rows():
    """Pictures with masks and boxes, and a class that cannot be a folder."""
    lines = []
    for index in range(40):
        write(f"rows/{index}.png", picture(pixels(index, 90, 100)))
        write(f"rows/{index}-mask.png", picture(pixels(index, 90, 100, 1)))
        lines.append({"image": f"{index}.png", "mask": f"{index}-mask.png", "boxes": [[10, 5, 30 + index, 20]],
                      "label": ["a/b", "a b", "c"][index % 3]})
    write("rows/rows.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    return "jsonl:rows/rows.jsonl,image=image,mask=mask,boxes=boxes"


JOBS = {
    "png": (make_pictures, ["--copies", "4"]),
    "flushed": (make_pictures, ["--fsync", "--copies", "2"]),
    "jpeg": (make_archive, ["--format", "jpeg", "--copies", "3", "--threads", "5"]),
    "digits": (make_digits, ["--threads", "1"]),
    "rows": (make_rows, ["--copies", "2"]),
}


def start(arguments):
    """A run; nothing of what it says is looked at."""
    return subprocess.Popen([AUG, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_once(arguments, within_s, chance):
    """Kills a run at a random moment; returns whether it died of that."""
    with start(arguments) as process:
        time.sleep(chance.uniform(0, within_s))
        process.send_signal(signal.SIGKILL)
    return process.returncode == -signal.SIGKILL


def compare(output, expected, what):
    """No file more, less or other than in the undisturbed folder."""
    found = tree(output)
    equal(sorted(found), sorted(expected), f"{what}: names")
    equal([n for n in found if found[n] != expected[n]], [], f"{what}: files that differ")


def disturb(name, arguments, expected, how):
    """One folder: killed, gone on with, complete. Returns the kills."""
    code, whole_s, chance = how
    kills = 0
    for _ in range(TRIES):
        kills += kill_once([*arguments, "out"], whole_s, chance)
        found = tree("out") if os.path.isdir("out") else {}
        wrong = [n for n in found if not n.endswith(".part") and found[n] != expected.get(n)]
        equal(wrong, [], f"{name}: files that are complete after a kill but not right")
        if kills == KILLS_A_FOLDER:
            break
    done = aug(*arguments, "out")
    equal(done.returncode, code, f"{name}: {done.stderr}")
    compare("out", expected, name)
    shutil.rmtree("out")
    return kills


def run_job(name, n_kills, seed):
    """Kills of one kind of job; returns how many there were."""
    make, options = JOBS[name]
    write("spec.yaml", SPEC)
    arguments = ["apply", "spec.yaml", "--input", make(), *options, "--output"]
    started = time.monotonic()
    done = aug(*arguments, "whole")
    whole_s = time.monotonic() - started
    equal(done.returncode in (0, 3), True, f"{name}: {done.stderr}")
    expected = tree("whole")
    equal([n for n in expected if n.endswith(".part")], [], f"{name}: names aside")
    chance = random.Random(seed)
    kills = folders = 0
    while kills < n_kills:
        kills += disturb(name, arguments, expected, (done.returncode, whole_s, chance))
        folders += 1
    print(f"{name}: {kills} kills in {folders} folders of {len(expected)} files, all equal")
    return kills


def test_killed_and_gone_on_with():
    total = 0
    for seed, name in enumerate(JOBS):
        os.mkdir(name)
        os.chdir(name)
        total += run_job(name, (KILLS + len(JOBS) - 1) // len(JOBS), seed)
        os.chdir("..")
    print(f"{total} kills in all")


def test_what_a_kill_leaves_aside_goes_with_the_next_run():
    """Also where that is interrupted or fails before it comes to that file."""
    make_pictures()
    write("spec.yaml", SPEC)
    arguments = ["apply", "spec.yaml", "--input", "in", "--output"]
    aug(*arguments, "whole")
    left = ["aug-apply.json.part", "labels.tsv.part", "rows.jsonl.part", "errors.tsv.part", "cat/002-32.png.part",
            "Black Bear/000-00.png.part"]
    aug(*arguments, "out")
    for name in left:
        write(f"out/{name}", "left by a kill")
    write("out/notes.part", "somebody's")
    process = start([*arguments, "out", "--strict"])
    equal(process.wait(), 1, "a run that fails at the damaged picture")
    equal(sorted(n for n in tree("out") if n.endswith(".part")), ["notes.part"], "names aside")
    os.remove("out/notes.part")
    compare("out", tree("whole"), "all")


program.main(globals())
