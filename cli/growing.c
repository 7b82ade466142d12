/* Appends to files aside, of which somebody else says how much is whole. */
#include "cli/growing.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/files.h"

AugStatus cli_growing_init(CliGrowing *file, const char *command, const char *path, AugError *error)
{
    *file = (CliGrowing){.command = command, .path = path, .fd = -1};
    if (path && asprintf(&file->aside, "%s" CLI_GROWING_ENDING, path) < 0) {
        file->aside = NULL;
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for a file name");
    }
    return AUG_OK;
}

void cli_growing_fini(CliGrowing *file)
{
    if (file->path && file->fd >= 0)
        close(file->fd);
    free(file->aside);
    *file = (CliGrowing){.fd = -1};
}

AugStatus cli_growing_refuse_existing(const char *path, const char *why_no_folder, AugError *error)
{
    struct stat status;
    if (!path || stat(path, &status) != 0)
        return AUG_OK;
    if (S_ISDIR(status.st_mode))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path, "is a folder; allowed is a new file, %s",
                        why_no_folder);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                    "there is such a file; allowed is a name that is free, so that nothing is "
                    "overwritten");
}

static AugStatus fail_busy(const CliGrowing *file, AugError *error)
{
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, file->path, "another aug %s is writing this file",
                    file->command);
}

/* Locks what was opened. A run that ended meanwhile may have given the file its name, or removed it:
 * what is open must still be what is there. */
static AugStatus lock(const CliGrowing *file, AugError *error)
{
    struct stat opened, there;
    if (fstat(file->fd, &opened) != 0)
        return cli_file_failed(errno, file->aside, "look at it", error);
    if (!S_ISREG(opened.st_mode))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, file->aside,
                        "is no regular file; the output grows under this name");
    if (flock(file->fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? fail_busy(file, error)
                                    : cli_file_failed(errno, file->aside, "lock it", error);
    if (lstat(file->aside, &there) != 0 || there.st_dev != opened.st_dev ||
        there.st_ino != opened.st_ino)
        return fail_busy(file, error);
    return AUG_OK;
}

AugStatus cli_growing_open(CliGrowing *file, AugError *error)
{
    file->fd = open(file->aside, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (file->fd < 0)
        return cli_file_failed(errno, file->aside, "write it", error);
    const AugStatus status = lock(file, error);
    if (status != AUG_OK) {
        close(file->fd);
        file->fd = -1;
    }
    return status;
}

static AugStatus look_at(const CliGrowing *file, struct stat *status, AugError *error)
{
    if (fstat(file->fd, status) != 0)
        return cli_file_failed(errno, file->aside, "look at it", error);
    return AUG_OK;
}

/* A run says what it wrote before it writes anything, so without a state a file that has bytes is
 * somebody else's. */
AugStatus cli_growing_refuse_foreign(const CliGrowing *file, AugError *error)
{
    struct stat status;
    AUG_TRY(look_at(file, &status, error));
    if (status.st_size == 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, file->aside,
                    "there is such a file, and nothing says that a run of aug %s left it; "
                    "remove it, or give another name for the output",
                    file->command);
}

AugStatus cli_growing_cut(const CliGrowing *file, const char *state, AugError *error)
{
    struct stat status;
    AUG_TRY(look_at(file, &status, error));
    if ((uint64_t)status.st_size < file->size)
        return AUG_FAIL(error, AUG_CHANGED, file->aside,
                        "the file has %" PRIu64 " bytes; the interrupted run had written %" PRIu64
                        "; remove it and '%s' to begin anew",
                        (uint64_t)status.st_size, file->size, state ? state : "");
    if (ftruncate(file->fd, (off_t)file->size) != 0 ||
        lseek(file->fd, (off_t)file->size, SEEK_SET) < 0)
        return cli_file_failed(errno, file->aside, "write it", error);
    return AUG_OK;
}

AugStatus cli_growing_append(CliGrowing *file, const void *bytes, size_t size, AugError *error)
{
    const char *next = bytes;
    for (size_t left = size; left > 0;) {
        const ssize_t n = write(file->fd, next, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cli_file_failed(errno, file->aside ? file->aside : "standard output", "write it",
                                   error);
        next += n;
        left -= (size_t)n;
    }
    file->size += size;
    return AUG_OK;
}

AugStatus cli_growing_flush(const CliGrowing *file, AugError *error)
{
    if (file->path && file->fd >= 0 && fdatasync(file->fd) != 0)
        return cli_file_failed(errno, file->aside, "flush it to the disk", error);
    return AUG_OK;
}

AugStatus cli_growing_publish(const CliGrowing *file, bool is_wanted, AugError *error)
{
    if (!file->path)
        return AUG_OK;
    const int code = is_wanted ? rename(file->aside, file->path) : unlink(file->aside);
    if (code != 0 && errno != ENOENT)
        return cli_file_failed(errno, file->path, "give it its name", error);
    return AUG_OK;
}

void cli_growing_drop_empty(const CliGrowing *file)
{
    struct stat status;
    if (file->path && file->fd >= 0 && fstat(file->fd, &status) == 0 && status.st_size == 0)
        (void)unlink(file->aside);
}
