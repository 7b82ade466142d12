#include "trainer/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static AugStatus fail_io(const char *what, const char *path, AugError *error)
{
    return AUG_FAIL(error, AUG_IO, path, "%s failed: %s", what, strerror(errno));
}

static int open_folder(const char *path)
{
    char *folder = nn_path_beside(path, ".");
    if (!folder)
        errno = ENOMEM;
    int fd = folder ? open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    free(folder);
    return fd;
}

AugStatus nn_file_begin(NnFile *file, const char *path, AugError *error)
{
    *file = (NnFile){.fd = -1, .folder = -1, .path = strdup(path)};
    const char *slash = file->path ? strrchr(file->path, '/') : NULL;
    file->name = slash ? slash + 1 : file->path;
    if (!file->path || asprintf(&file->aside, "%s.tmp-%ld", file->name, (long)getpid()) < 0) {
        file->aside = NULL;
        nn_file_drop(file);
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for a file name");
    }
    file->folder = open_folder(path);
    if (file->folder >= 0)
        file->fd = openat(file->folder, file->aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file->fd < 0) {
        AugStatus status = fail_io("creating the file", path, error);
        /* What stands under that name belongs to somebody else. */
        free(file->aside);
        file->aside = NULL;
        nn_file_drop(file);
        return status;
    }
    return AUG_OK;
}

AugStatus nn_file_write(NnFile *file, const void *bytes, size_t size, AugError *error)
{
    const uint8_t *next = bytes;
    while (size > 0) {
        ssize_t written = write(file->fd, next, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail_io("writing", file->path, error);
        next += written;
        size -= (size_t)written;
    }
    return AUG_OK;
}

/* A renamed file is only safe once its folder is on the disk too. Folders of some file systems
 * cannot be flushed; that is not an error of the run. */
static void flush_folder(int folder)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

AugStatus nn_file_commit(NnFile *file, AugError *error)
{
    AugStatus status = AUG_OK;
    if (fsync(file->fd) != 0)
        status = fail_io("flushing to the disk", file->path, error);
    if (close(file->fd) != 0 && status == AUG_OK)
        status = fail_io("closing", file->path, error);
    file->fd = -1;
    if (status == AUG_OK && renameat(file->folder, file->aside, file->folder, file->name) != 0)
        status = fail_io("renaming into place", file->path, error);
    if (status == AUG_OK) {
        flush_folder(file->folder);
        free(file->aside);
        file->aside = NULL;
    }
    nn_file_drop(file);
    return status;
}

void nn_file_drop(NnFile *file)
{
    if (file->path && file->fd >= 0)
        close(file->fd);
    if (file->aside && file->folder >= 0)
        (void)unlinkat(file->folder, file->aside, 0);
    if (file->path && file->folder >= 0)
        close(file->folder);
    free(file->aside);
    free(file->path);
    *file = (NnFile){.fd = -1, .folder = -1};
}

AugStatus nn_file_save(const char *path, const void *bytes, size_t size, AugError *error)
{
    NnFile file;
    AUG_TRY(nn_file_begin(&file, path, error));
    AugStatus status = nn_file_write(&file, bytes, size, error);
    if (status != AUG_OK) {
        nn_file_drop(&file);
        return status;
    }
    return nn_file_commit(&file, error);
}

static AugStatus read_all(int fd, const char *path, uint8_t *bytes, size_t size, AugError *error)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = read(fd, bytes + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_io("reading", path, error);
        if (got == 0)
            return AUG_FAIL(error, AUG_CHANGED, path, "the file shrank while it was read");
        done += (size_t)got;
    }
    return AUG_OK;
}

static AugStatus load_open_file(int fd, const char *path, size_t limit, uint8_t **bytes,
                                size_t *size, AugError *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return fail_io("reading", path, error);
    if (!S_ISREG(status.st_mode))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path, "this is not a file");
    if ((uint64_t)status.st_size > limit)
        return AUG_FAIL(error, AUG_TOO_LARGE, path, "the file has %llu bytes; %zu are allowed",
                        (unsigned long long)status.st_size, limit);
    size_t n = (size_t)status.st_size;
    uint8_t *buffer = malloc(n + 1);
    if (!buffer)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for %zu bytes", n);
    AugStatus result = read_all(fd, path, buffer, n, error);
    if (result != AUG_OK) {
        free(buffer);
        return result;
    }
    buffer[n] = 0;
    *bytes = buffer;
    *size = n;
    return AUG_OK;
}

AugStatus nn_file_load(const char *path, size_t limit, uint8_t **bytes, size_t *size,
                       AugError *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return AUG_FAIL(error, AUG_NOT_FOUND, path, "there is no such file");
    if (fd < 0)
        return fail_io("opening", path, error);
    AugStatus status = load_open_file(fd, path, limit, bytes, size, error);
    close(fd);
    return status;
}

char *nn_path_join(const char *folder, const char *name)
{
    char *path;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

char *nn_path_beside(const char *base, const char *name)
{
    const char *slash = strrchr(base, '/');
    if (name[0] == '/' || !slash)
        return strdup(name);
    char *path;
    return asprintf(&path, "%.*s/%s", (int)(slash - base), base, name) < 0 ? NULL : path;
}
