"""aug apply when the machine fails it: descriptors, disks, folders and inputs that go away. The run
ends with 1 and one sentence, nothing is left aside, every sample is delivered, failed or left, and the
same command makes the folder of an undisturbed run once the fault is gone.
"""
import errno
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import time

import program
from failing_calls import build_shim, skip, with_fault
from program import (AUG, aug, contains, equal, fail, make_folder, read, succeed, tree, write)

N = 48
# Of each sample, where a run must last long enough to be met in its midst.
COPIES = 40
SPEC = "augd: 1\nseed: 4\npipeline: [Rotate: {limit: 30, p: 1}]\n"
ARGUMENTS = ["apply", "spec.yaml", "--input", "in", "--threads", "2", "--output"]


def prepare():
    """Spec and input, and the folder of a run without a fault."""
    make_folder("in", N, size=(60, 70))
    write("spec.yaml", SPEC)
    succeed(*ARGUMENTS, "whole")


def sentence(done, what):
    """The run has ended with 1 and said why in one line, which is returned."""
    equal(done.returncode, 1, f"{what}: {done.stdout}{done.stderr}")
    equal(len(done.stderr.splitlines()), 1, f"{what}: {done.stderr}")
    return done.stderr


def nothing_aside(folder):
    """No file that was written aside is left."""
    equal([n for n in tree(folder) if n.endswith(".part")], [], f"names aside in {folder}")


def counts_add_up(done, n_samples=N):
    """Delivered, failed and left are all samples; the last sentence says so, if the run began."""
    found = re.search(r"stopped after (\d+) of (\d+) samples: (\d+) delivered, (\d+) failed, (\d+) left", done.stdout)
    if not found:
        equal(done.stdout, "", "standard output of a run that did not begin")
        return
    n_done, asked, delivered, failed, left = map(int, found.groups())
    equal((asked, delivered + failed, n_done + left), (n_samples, n_done, n_samples), done.stdout)


def goes_on(output):
    """Without the fault the folder becomes that of an undisturbed run."""
    succeed(*ARGUMENTS, output)
    found, expected = tree(output), tree("whole")
    equal(sorted(found), sorted(expected), "names")
    equal([n for n in found if found[n] != expected[n]], [], "files that differ")


def test_few_descriptors():
    """From those that are too few for the command line to those that are enough."""
    prepare()
    codes = {}
    for n in (*range(5, 20), 40):
        def limit(n=n):
            resource.setrlimit(resource.RLIMIT_NOFILE, (n, n))
        shutil.rmtree("out", ignore_errors=True)
        done = aug("apply", "spec.yaml", "--input", "in", "--threads", 8, "--output", "out", preexec_fn=limit)
        codes[n] = done.returncode
        if done.returncode == 0:
            equal(len(tree("out")), N + 2, f"files with {n} descriptors")
            continue
        contains(sentence(done, f"{n} descriptors"), "Too many open files")
        counts_add_up(done)
        if os.path.isdir("out"):
            nothing_aside("out")
        goes_on("out")
    equal((codes[8], codes[40]), (1, 0), f"codes: {codes}")


def test_reading_runs_out_of_descriptors():
    """Every open of a picture fails, so that only reading is hit."""
    prepare()
    shim = build_shim()
    # The content is read once before the run begins, and the spec before that.
    for at in (2, 5, N + 2, N + 30) if shim else ():
        done = with_fault(shim, ("openat to read", at, errno.EMFILE), [*ARGUMENTS, "out"])
        contains(sentence(done, f"open {at}"), "cannot be opened: Too many open files")
        equal(done.stdout != "", at > N, "counts are said where the run had begun")
        counts_add_up(done)
        goes_on("out")
        shutil.rmtree("out")


def during(output, act, *options):
    """Starts a run that would take long, acts once it has begun, and returns how it ended."""
    command = [AUG, *ARGUMENTS, output, "--copies", str(COPIES), *options]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not os.path.exists(f"{output}/labels.tsv.part") and process.poll() is None:
            time.sleep(0.001)
        time.sleep(0.05)
        act(process)
        out, error = process.communicate(timeout=program.TIMEOUT_S)
    return subprocess.CompletedProcess(command, process.returncode, out, error)


def test_the_input_goes_away():
    for act in (lambda _: shutil.rmtree("in"), lambda _: shutil.rmtree("in/dog"), lambda _: os.remove("in/dog/047.png")):
        shutil.rmtree("out", ignore_errors=True)
        make_folder("in", N, size=(60, 70))
        write("spec.yaml", SPEC)
        done = during("out", act)
        contains(sentence(done, "input"), "the file is gone since the data set was opened")
        counts_add_up(done)
        equal(os.path.exists("out/labels.tsv"), False, "a list of what is done")
        nothing_aside("out")


def test_the_input_is_moved_and_is_still_read():
    """What is open stays open."""
    prepare()
    done = during("out", lambda _: os.rename("in", "in2"))
    equal(done.returncode, 0, done.stderr)
    equal(len(read("out/labels.tsv").splitlines()), N * COPIES + 1, "lines")


def replace(_):
    """Another folder in the place of the output, with the folders that are written into."""
    os.rename("out", "moved")
    for name in ("bird", "cat", "dog"):
        os.makedirs(f"out/{name}")


def test_the_output_goes_away():
    prepare()
    # Deleting takes its time: a folder of a class may be missed before the output itself is gone.
    gone = "out: the folder was deleted, moved or replaced"
    for act, said in ((lambda _: shutil.rmtree("out", ignore_errors=True), f"{gone}|No such file or directory"),
                      (lambda _: os.rename("out", "moved"), gone), (replace, gone)):
        done = during("out", act)
        equal(bool(re.search(said, sentence(done, "output"))), True, done.stderr)
        counts_add_up(done)
        if os.path.isdir("moved"):
            nothing_aside("moved")
            equal(os.path.exists("moved/labels.tsv"), False, "a list of what is done")
        if act is replace:
            equal(sorted(tree("out")), [], "files in the folder that took its place")
        shutil.rmtree("out", ignore_errors=True)
        shutil.rmtree("moved", ignore_errors=True)


def mounted(options):
    """A small file system at mnt, or False with a word."""
    os.makedirs("mnt", exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", "mnt"], stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        skip("no file system can be mounted here")
    return done.returncode == 0


def test_a_full_disk():
    prepare()
    for options in ("size=8k", "size=64k", "size=200k", "nr_inodes=8", "nr_inodes=30"):
        if not mounted(options):
            return
        try:
            done = aug(*ARGUMENTS, "mnt/out")
            contains(sentence(done, options), "mnt/out", "No space left on device")
            counts_add_up(done)
            nothing_aside("mnt/out")
            subprocess.run(["mount", "-o", "remount,size=64m,nr_inodes=1000", "mnt"], check=True)
            goes_on("mnt/out")
        finally:
            subprocess.run(["umount", "mnt"], check=True)


def test_a_file_system_that_cannot_be_written():
    """That is a mistake in the path, and nothing has begun."""
    prepare()
    if not mounted("size=1m"):
        return
    try:
        os.mkdir("mnt/there")
        subprocess.run(["mount", "-o", "remount,ro", "mnt"], check=True)
        for output in ("mnt/new", "mnt/there"):
            contains(fail(2, *ARGUMENTS, output), "Read-only file system")
    finally:
        subprocess.run(["umount", "mnt"], check=True)


def test_files_that_may_not_grow():
    """The limit's own signal would end the program in the midst of a file."""
    prepare()
    for size in (100, 1000, 2000):
        def limit(size=size):
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        shutil.rmtree("out", ignore_errors=True)
        done = aug(*ARGUMENTS, "out", preexec_fn=limit)
        contains(sentence(done, f"{size} bytes"), "File too large")
        counts_add_up(done)
        nothing_aside("out")
        goes_on("out")


def test_nobody_reads_what_is_said():
    """A reader of standard error that leaves is no reason to leave something half done."""
    prepare()
    for number in range(20):
        write(f"in/bird/z{number}.jpg", b"\xff\xd8\xff broken")
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run([AUG, *ARGUMENTS, "out"], stderr=theirs, stdout=subprocess.DEVNULL, check=False)
    os.close(theirs)
    equal(done.returncode, 3, "exit code")
    equal(len(read("out/errors.tsv").splitlines()), 21, "lines of errors.tsv")
    nothing_aside("out")


def test_every_call_that_fails():
    """Each kind of call at the first, second, third ... time until the run gets through."""
    prepare()
    shim = build_shim()
    if not shim:
        return
    cases = (("write", errno.ENOSPC), ("write", errno.EDQUOT), ("write", errno.EIO), ("openat", errno.ENFILE),
             ("openat to read", errno.EIO), ("openat", errno.EROFS), ("mkdirat", errno.EDQUOT), ("renameat", errno.EIO),
             ("renameat", errno.EROFS), ("fsync", errno.EIO), ("fsync", errno.ENOSPC), ("syncfs", errno.EIO), ("pread", errno.EIO))
    for call, number in cases:
        n_faults = 0
        for at in (*range(1, 8), *range(10, 1000, 17)):
            shutil.rmtree("out", ignore_errors=True)
            done = with_fault(shim, (call, at, number), [*ARGUMENTS, "out", *(["--fsync"] if call == "fsync" else [])])
            if done.returncode == 0:
                break
            n_faults += 1
            equal(done.returncode in (1, 2), True, f"{call} {at}: {done.returncode} {done.stderr}")
            equal(len(done.stderr.splitlines()), 1, f"{call} {at}: {done.stderr}")
            contains(done.stderr, os.strerror(number))
            equal(done.returncode == 2 and done.stdout != "", False, f"{call} {at}: a run that began is no mistake")
            counts_add_up(done)
            if os.path.isdir("out"):
                nothing_aside("out")
        equal(n_faults > 0, True, f"{call} was never called")
        goes_on("out")


def test_counts_as_json():
    prepare()
    done = aug(*ARGUMENTS, "out", "--json")
    equal(json.loads(done.stdout), {"output": "out", "samples": N, "delivered": N, "failed": 0, "left": 0, "written": N,
                                    "kept": 0, "interrupted": False}, "a whole run")
    equal((done.returncode, done.stderr), (0, ""), "its end")
    done = aug(*ARGUMENTS, "out", "--json")
    equal((json.loads(done.stdout)["written"], json.loads(done.stdout)["kept"]), (0, N), "once more")
    done = during("out2", lambda _: shutil.rmtree("in"), "--json")
    said = json.loads(done.stdout)
    equal((done.returncode, said["delivered"] + said["failed"] + said["left"], said["failed"]), (1, N, 0), "counts")
    equal((said["error"]["status"], said["error"]["message"]),
          ("CHANGED", "the file is gone since the data set was opened"), "error")


def test_signals_leave_nothing_aside():
    prepare()
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        done = during(f"out{int(how)}", lambda process, how=how: process.send_signal(how), "--json")
        equal(done.returncode, -how, f"{how}: {done.stderr}")
        contains(done.stderr, "interrupted after ", f"of {N} samples; the same command goes on")
        said = json.loads(done.stdout)
        equal((said["interrupted"], said["delivered"] + said["failed"] + said["left"]), (True, N), "counts")
        nothing_aside(f"out{int(how)}")


program.main(globals())
