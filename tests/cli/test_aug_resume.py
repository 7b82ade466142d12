"""aug apply that is killed or interrupted: going on gives the folder of a run that was not."""
import os
import random
import signal
import subprocess
import time

import program
from program import AUG, contains, equal, make_folder, succeed, tree, write

SPEC = "augd: 1\nseed: 4\npipeline: [Rotate: {limit: 30, p: 1}]\n"
ARGUMENTS = ["apply", "spec.yaml", "--input", "in", "--copies", "6", "--threads", "3", "--output"]
N_FILES = 60 * 6


def prepare():
    """A spec, its input with a broken picture, and the result of a run without interruption."""
    make_folder("in", 60, size=(120, 130))
    write("in/cat/broken.jpg", b"\xff\xd8\xff broken")
    write("spec.yaml", SPEC)
    started = time.monotonic()
    finish("whole")
    return time.monotonic() - started


def finish(output):
    """A run to its end, with the one sample that cannot be augmented; returns its standard output."""
    done = program.aug(*ARGUMENTS, output)
    equal(done.returncode, 3, done.stderr)
    return done.stdout


def interrupt(output, after_s, how, begun=False):
    """Starts a run and sends it a signal after some time, once it has begun to make pictures if that
    matters: before, nothing is held and the signal ends it without a word. Returns (exit code,
    standard error)."""
    with subprocess.Popen([AUG, *ARGUMENTS, output], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as process:
        while begun and not os.path.exists(f"{output}/labels.tsv.part") and process.poll() is None:
            time.sleep(0.001)
        time.sleep(after_s)
        process.send_signal(how)
        _, error = process.communicate(timeout=60)
    return process.returncode, error


def compare(output):
    """The folder is that of the run without interruption, and nothing else is in it."""
    found, expected = tree(output), tree("whole")
    equal(sorted(found), sorted(expected), "names")
    equal([n for n in found if found[n] != expected[n]], [], "files that differ")


def test_killed_at_any_moment():
    whole_s = prepare()
    chance = random.Random(1)
    for turn in range(2):
        output = f"out{turn}"
        counts = []
        for _ in range(4):
            interrupt(output, chance.uniform(0, whole_s), signal.SIGKILL)
            files = tree(output) if os.path.isdir(output) else {}
            complete = {n: c for n, c in files.items() if n.endswith(".png")}
            whole = tree("whole")
            equal([n for n in complete if complete[n] != whole[n]], [], "complete files are right")
            counts.append(len(complete))
        equal(counts, sorted(counts), "what was complete stays")
        finish(output)
        compare(output)


def test_what_is_complete_is_not_made_again():
    prepare()
    os.makedirs("kept")
    interrupt("out", 0.1, signal.SIGKILL)
    before = {n: os.stat(f"out/{n}").st_mtime_ns for n in tree("out") if n.endswith(".png")}
    text = finish("out")
    after = {n: os.stat(f"out/{n}").st_mtime_ns for n in before}
    equal(after, before, "times of the files that were complete")
    if before:
        contains(text, f"{len(before)} were there already")
    contains(text, f"{N_FILES - len(before)} pictures written", "1 of 61 samples")
    compare("out")


def test_interrupted_by_the_user():
    whole_s = prepare()
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        output = f"out{int(how)}"
        code, error = interrupt(output, whole_s / 8, how, begun=True)
        if os.path.exists(f"{output}/labels.tsv"):
            compare(output)
            continue  # a fast machine was done before
        equal(code, -how, "the run ends by the signal")
        contains(error, "interrupted after ", " of 61 samples; the same command goes on")
        equal([n for n in tree(output) if n.endswith(".part")], [], "partial files")
        finish(output)
        compare(output)


def test_other_content_is_refused():
    """Other bytes of a picture, under its name and size and with its time."""
    make_folder("in", 6)
    write("spec.yaml", SPEC)
    succeed(*ARGUMENTS, "out")
    before = tree("out")
    status = os.stat("in/cat/001.png")
    content = bytearray(program.read("in/cat/001.png"))
    content[-20] ^= 1
    with open("in/cat/001.png", "r+b") as file:
        file.write(content)
    os.utime("in/cat/001.png", ns=(status.st_atime_ns, status.st_mtime_ns))
    contains(program.fail(2, *ARGUMENTS, "out"), "another input data")
    equal(tree("out"), before, "nothing was written")
    content[-20] ^= 1
    write("in/cat/001.png", bytes(content))
    contains(succeed(*ARGUMENTS, "out"), "0 pictures written", "36 were there already")


def test_an_empty_file_is_not_complete():
    prepare()
    finish("out")
    victim = sorted(n for n in tree("out") if n.endswith(".png"))[7]
    write(f"out/{victim}", "")
    contains(finish("out"), "1 pictures written")
    compare("out")


def test_two_runs_at_once_are_refused():
    prepare()
    with subprocess.Popen([AUG, *ARGUMENTS, "out"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as first:
        while not os.path.exists("out/labels.tsv.part") and first.poll() is None:
            time.sleep(0.001)
        second = program.aug(*ARGUMENTS, "out")
        equal(first.wait(), 3, "the first run")
    # The lock goes a moment before the process does: a second run may come in between.
    if second.returncode == 2:
        contains(second.stderr, "another aug apply is writing into this folder")
    else:
        contains(second.stdout, f"0 pictures written to out, {N_FILES} were there already")
    compare("out")


program.main(globals())
