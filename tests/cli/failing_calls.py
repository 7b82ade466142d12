"""Runs of aug in which a call of the system fails from the n-th time on."""
import os
import shutil
import subprocess

from program import SKIPPED, aug, write

COMPILER = os.environ.get("CC", "cc")
# Lets the n-th call of one name fail, in whatever thread, and all behind it.
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long n_calls;

static int fails(const char *name)
{
    const char *call = getenv("SHIM_CALL");
    if (!call || strcmp(call, name) != 0 || atomic_fetch_add(&n_calls, 1) + 1 < atol(getenv("SHIM_AT")))
        return 0;
    errno = atoi(getenv("SHIM_ERRNO"));
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t size)
{
    return fd > 2 && fails("write") ? -1 : REAL(write)(fd, bytes, size);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t at)
{
    return fails("pread") ? -1 : REAL(pread)(fd, bytes, size, at);
}

int fsync(int fd)
{
    return fails("fsync") ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd)
{
    return fails("fdatasync") ? -1 : REAL(fdatasync)(fd);
}

int syncfs(int fd)
{
    return fails("syncfs") ? -1 : REAL(syncfs)(fd);
}

int mkdirat(int fd, const char *path, mode_t mode)
{
    return fails("mkdirat") ? -1 : REAL(mkdirat)(fd, path, mode);
}

int rename(const char *old, const char *new)
{
    return fails("rename") ? -1 : REAL(rename)(old, new);
}

int ftruncate(int fd, off_t size)
{
    return fails("ftruncate") ? -1 : REAL(ftruncate)(fd, size);
}

int renameat(int from, const char *old, int to, const char *new)
{
    return fails("renameat") ? -1 : REAL(renameat)(from, old, to, new);
}

int openat(int fd, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = va_arg(arguments, mode_t);
    va_end(arguments);
    const char *name = flags & (O_CREAT | O_PATH | O_DIRECTORY) ? "openat" : "openat to read";
    return fails(name) ? -1 : REAL(openat)(fd, path, flags, mode);
}
"""


def skip(why):
    """Says what was not tried."""
    print(f"skipped: {why}")
    SKIPPED.append(why)


def build_shim():
    """The library that makes calls fail, or None with a word."""
    write("shim.c", SHIM)
    built = shutil.which(COMPILER) and subprocess.run(
        [COMPILER, "-shared", "-fPIC", "-O1", "-w", "shim.c", "-o", "shim.so", "-ldl"], check=False).returncode == 0
    if not built:
        skip("there is no C compiler")
        return None
    path = os.path.abspath("shim.so")
    if aug("--version", env={**os.environ, "LD_PRELOAD": path}).returncode != 0:
        skip("a sanitizer wants to be the first library")
        return None
    return path


def with_fault(shim, fault, arguments):
    """A run in which a call fails from the n-th on: (name, n, errno)."""
    name, at, number = fault
    return aug(*arguments, env={**os.environ, "LD_PRELOAD": shim, "SHIM_CALL": name, "SHIM_AT": str(at),
                                "SHIM_ERRNO": str(number)})
