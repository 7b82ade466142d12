#include "trainer/run/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/base/output_file.h"

static AugStatus fail_io(const char *what, const char *path, AugError *error)
{
    return AUG_FAIL(error, AUG_IO, path, "%s failed: %s", what, strerror(errno));
}

AugStatus train_file_save(const char *path, const void *bytes, size_t size, AugError *error)
{
    return augi_output_file_save(path, bytes, size, (AugiOutputOptions){.durable = true}, NULL,
                                 error);
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

AugStatus train_file_load(const char *path, size_t limit, uint8_t **bytes, size_t *size,
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

char *train_path_join(const char *folder, const char *name)
{
    char *path;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

char *train_path_beside(const char *base, const char *name)
{
    const char *slash = strrchr(base, '/');
    if (name[0] == '/' || !slash)
        return strdup(name);
    char *path;
    return asprintf(&path, "%.*s/%s", (int)(slash - base), base, name) < 0 ? NULL : path;
}
