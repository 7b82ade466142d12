/* A file is written under a name of its own in its folder, flushed, and renamed when it is
 * complete. */
#include "libaug/base/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static AugStatus fail_io(AugiOutputFile *file, const char *what, AugError *error)
{
    file->number = errno;
    return AUG_FAIL(error, AUG_IO, file->path, "%s failed: %s", what, strerror(file->number));
}

/* The folder of the file; none is opened where it is at hand. -1 with errno. */
static int open_folder(AugiOutputFile *file)
{
    const char *path = file->path;
    const int *below = file->options.below;
    file->is_borrowed = below && file->name == path;
    if (file->is_borrowed)
        return *below;
    char *folder;
    if (asprintf(&folder, "%.*s.", (int)(file->name - path), path) < 0)
        return -1;
    const int fd = openat(below ? *below : AT_FDCWD, folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    const int number = errno;
    free(folder);
    errno = number;
    return fd;
}

static bool name_aside(AugiOutputFile *file)
{
    const int length = file->options.sole
                           ? asprintf(&file->aside, "%s.part", file->name)
                           : asprintf(&file->aside, "%s.tmp-%ld", file->name, (long)getpid());
    if (length < 0)
        file->aside = NULL;
    return length >= 0;
}

AugStatus augi_output_file_begin(AugiOutputFile *file, const char *path, AugiOutputOptions options,
                                 AugError *error)
{
    *file = (AugiOutputFile){.options = options, .is_open = true, .fd = -1, .folder = -1};
    file->path = strdup(path);
    const char *slash = file->path ? strrchr(file->path, '/') : NULL;
    file->name = slash ? slash + 1 : file->path;
    if (!file->path || !name_aside(file)) {
        augi_output_file_drop(file);
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for a file name");
    }
    const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (options.sole ? O_TRUNC : O_EXCL);
    file->folder = open_folder(file);
    if (file->folder >= 0)
        file->fd = openat(file->folder, file->aside, flags, 0666);
    if (file->fd >= 0)
        return AUG_OK;
    const AugStatus status = fail_io(file, "creating the file", error);
    /* What stands under that name belongs to somebody else. */
    free(file->aside);
    file->aside = NULL;
    augi_output_file_drop(file);
    return status;
}

AugStatus augi_output_file_write(AugiOutputFile *file, const void *bytes, size_t size,
                                 AugError *error)
{
    const char *next = bytes;
    while (size > 0) {
        const ssize_t written = write(file->fd, next, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail_io(file, "writing", error);
        next += written;
        size -= (size_t)written;
    }
    return AUG_OK;
}

/* A renamed file is only safe once its folder is on the disk too. Folders of some file systems
 * cannot be flushed; that is not the writer's failure. */
static void flush_folder(int folder)
{
    const int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

static AugStatus finish(AugiOutputFile *file, AugError *error)
{
    const bool flushed = file->options.flushed || file->options.durable;
    if (flushed && fsync(file->fd) != 0)
        return fail_io(file, "flushing to the disk", error);
    const int fd = file->fd;
    file->fd = -1;
    if (close(fd) != 0)
        return fail_io(file, "closing", error);
    if (renameat(file->folder, file->aside, file->folder, file->name) != 0)
        return fail_io(file, "renaming into place", error);
    free(file->aside);
    file->aside = NULL;
    if (file->options.durable)
        flush_folder(file->folder);
    return AUG_OK;
}

AugStatus augi_output_file_commit(AugiOutputFile *file, AugError *error)
{
    const AugStatus status = finish(file, error);
    augi_output_file_drop(file);
    return status;
}

void augi_output_file_drop(AugiOutputFile *file)
{
    if (!file->is_open)
        return;
    if (file->fd >= 0)
        close(file->fd);
    if (file->aside && file->folder >= 0)
        (void)unlinkat(file->folder, file->aside, 0);
    if (file->folder >= 0 && !file->is_borrowed)
        close(file->folder);
    free(file->aside);
    free(file->path);
    *file = (AugiOutputFile){.number = file->number};
}

AugStatus augi_output_file_save(const char *path, const void *bytes, size_t size,
                                AugiOutputOptions options, int *number, AugError *error)
{
    AugiOutputFile file;
    AugStatus status = augi_output_file_begin(&file, path, options, error);
    if (status == AUG_OK)
        status = augi_output_file_write(&file, bytes, size, error);
    if (status == AUG_OK)
        status = augi_output_file_commit(&file, error);
    augi_output_file_drop(&file);
    if (number)
        *number = file.number;
    return status;
}
