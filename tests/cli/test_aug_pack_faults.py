"""aug pack when the machine fails it: the run ends with one sentence, the archive has no name before it
is whole, and the same command makes that of an undisturbed run once the fault is gone.
"""
import errno
import os
import shutil

import program
from failing_calls import build_shim, with_fault
from packed import jpeg
from program import aug, contains, equal, fail, make_folder, make_tar, read, succeed, write

ARGUMENTS = ["pack", "in", "-o", "out.tar", "--threads", "2"]


def prepare():
    """Input, and the archive of a run without a fault; returns its bytes."""
    make_folder("in", 40)
    succeed("pack", "in", "-o", "whole.tar")
    return read("whole.tar")


def test_every_call_that_fails():
    """Each kind of call at the first, second, third ... time until the run gets through."""
    whole = prepare()
    shim = build_shim()
    if not shim:
        return
    cases = (("write", errno.ENOSPC), ("write", errno.EIO), ("openat", errno.ENFILE), ("pread", errno.EIO),
             ("rename", errno.EIO), ("renameat", errno.EROFS), ("fdatasync", errno.EIO))
    for call, number in cases:
        n_faults = 0
        for at in (*range(1, 8), *range(10, 1000, 17)):
            done = with_fault(shim, (call, at, number), [*ARGUMENTS, "--fsync", "--verify"])
            if done.returncode == 0:
                break
            n_faults += 1
            equal(done.returncode in (1, 2), True, f"{call} {at}: {done.returncode} {done.stderr}")
            equal(len(done.stderr.splitlines()), 1, f"{call} {at}: {done.stderr}")
            contains(done.stderr, os.strerror(number))
            equal(os.path.exists("out.tar"), False, f"{call} {at}: an archive")
        equal(n_faults > 0, True, f"{call} was never called")
        if not os.path.exists("out.tar"):
            succeed(*ARGUMENTS, "--fsync", "--verify")
        equal(read("out.tar") == whole, True, f"{call}: the archive")
        equal(sorted(os.listdir(".")), ["in", "out.tar", "shim.c", "shim.so", "whole.tar"], f"{call}: files")
        os.remove("out.tar")


def test_inputs_that_go_away():
    """Not even --skip-bad leaves out a file for what says nothing about it."""
    whole = prepare()
    make_tar("in.tar", 30)
    os.truncate("in.tar", os.path.getsize("in.tar") // 2 // 512 * 512)
    contains(fail(1, "pack", "in.tar", "-o", "cut.tar"), "in.tar")
    equal([name for name in os.listdir(".") if name.startswith("cut")], [], "files")
    shim = build_shim()
    if not shim:
        return
    for at, number in ((30, errno.ENOENT), (5, errno.EMFILE)):
        done = with_fault(shim, ("openat to read", at, number), [*ARGUMENTS, "--skip-bad"])
        equal((done.returncode in (1, 2), len(done.stderr.splitlines())), (True, 1), done.stderr)
        equal(os.path.exists("out.tar"), False, "an archive")
    succeed(*ARGUMENTS, "--skip-bad")
    equal(read("out.tar") == whole, True, "the archive")


def test_verification_finds_what_was_changed():
    """A run that is killed before the verification leaves an archive aside in which a byte may rot."""
    whole = prepare()
    shim = build_shim()
    if not shim:
        return
    done = with_fault(shim, ("rename", 1, errno.EIO), ARGUMENTS)
    equal(done.returncode, 1, done.stderr)
    content = bytearray(read("out.tar.part"))
    equal(bytes(content) == whole, True, "the archive aside")
    places = {"picture": content.index(b"\xff\xda") + 40, "label": content.index(b".cls") + 512,
              "png": content.index(b"IDAT") + 20}
    for what, at in places.items():
        changed = bytearray(content)
        changed[at] ^= 1
        write("out.tar.part", bytes(changed))
        done = aug(*ARGUMENTS, "--verify")
        equal((done.returncode, len(done.stderr.splitlines())), (1, 1), f"{what}: {done.stdout}{done.stderr}")
        equal(os.path.exists("out.tar"), False, f"{what}: an archive")
    write("out.tar.part", bytes(content))
    contains(succeed(*ARGUMENTS, "--verify"), "every pixel is equal")
    equal(read("out.tar") == whole, True, "the archive")


def test_an_archive_that_is_gone_is_named():
    prepare()
    shim = build_shim()
    if not shim:
        return
    with_fault(shim, ("rename", 1, errno.EIO), ARGUMENTS)
    os.remove("out.tar.part")
    contains(fail(1, *ARGUMENTS), "the archive is gone that an interrupted run had written")
    os.remove("out.tar.part.json")
    shutil.rmtree("in")
    write("in/a.jpg", jpeg(1))
    succeed(*ARGUMENTS)


program.main(globals())
