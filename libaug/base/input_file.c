/* Whole files, read into memory or mapped. */
#include "libaug/base/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A path that the user can mend is not a failing disk. */
static AugStatus fail_with_errno(const char *path, const char *action, AugError *error)
{
    const int number = errno;
    if (number == ENOENT)
        return AUG_FAIL(error, AUG_NOT_FOUND, path, "there is no such file");
    if (number == EISDIR)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path, "is a folder; allowed is a file");
    const bool theirs =
        number == ENOTDIR || number == EACCES || number == ELOOP || number == ENAMETOOLONG;
    return AUG_FAIL(error, theirs ? AUG_NOT_FOUND : AUG_IO, path, "cannot %s it: %s", action,
                    strerror(number));
}

static AugStatus read_all(int fd, const char *path, uint8_t *bytes, size_t size, AugError *error)
{
    size_t done = 0;
    while (done < size) {
        const ssize_t got = read(fd, bytes + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_with_errno(path, "read", error);
        if (got == 0)
            return AUG_FAIL(error, AUG_CHANGED, path, "the file shrank while it was read");
        done += (size_t)got;
    }
    return AUG_OK;
}

/* The size of an open file that may be taken as a whole. */
static AugStatus look_at(int fd, const char *path, size_t limit, size_t *size, AugError *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return fail_with_errno(path, "read", error);
    if (S_ISDIR(status.st_mode))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path, "is a folder; allowed is a file");
    if (!S_ISREG(status.st_mode))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                        "is a pipe, socket or device; allowed is a regular file");
    if ((uint64_t)status.st_size > limit)
        return AUG_FAIL(error, AUG_TOO_LARGE, path, "the file has %llu bytes; %zu are allowed",
                        (unsigned long long)status.st_size, limit);
    *size = (size_t)status.st_size;
    return AUG_OK;
}

static AugStatus load_open_file(int fd, const char *path, size_t n, uint8_t **bytes,
                                AugError *error)
{
    uint8_t *buffer = malloc(n + 1);
    if (!buffer)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for %zu bytes", n);
    const AugStatus result = read_all(fd, path, buffer, n, error);
    if (result != AUG_OK) {
        free(buffer);
        return result;
    }
    buffer[n] = 0;
    *bytes = buffer;
    return AUG_OK;
}

/* Opening a pipe must not wait for its writer. */
static int open_at_once(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

AugStatus augi_input_file_load(const char *path, size_t limit, uint8_t **bytes, size_t *size,
                               AugError *error)
{
    *bytes = NULL;
    *size = 0;
    const int fd = open_at_once(path);
    if (fd < 0)
        return fail_with_errno(path, "open", error);
    size_t n = 0;
    AugStatus status = look_at(fd, path, limit, &n, error);
    if (status == AUG_OK)
        status = load_open_file(fd, path, n, bytes, error);
    close(fd);
    if (status == AUG_OK)
        *size = n;
    return status;
}

static AugStatus map_open_file(int fd, const char *path, size_t n, const uint8_t **bytes,
                               AugError *error)
{
    if (n == 0)
        return AUG_FAIL(error, AUG_CORRUPT, path, "the file is empty");
    /* All of it is read at once to be checked, so the pages are mapped together. */
    const void *mapped = mmap(NULL, n, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
    if (mapped == MAP_FAILED)
        return errno == ENOMEM
                   ? AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory to map %zu bytes", n)
                   : fail_with_errno(path, "map", error);
    *bytes = mapped;
    return AUG_OK;
}

AugStatus augi_input_file_map(const char *path, size_t limit, const uint8_t **bytes, size_t *size,
                              AugError *error)
{
    *bytes = NULL;
    *size = 0;
    const int fd = open_at_once(path);
    if (fd < 0)
        return fail_with_errno(path, "open", error);
    size_t n = 0;
    AugStatus status = look_at(fd, path, limit, &n, error);
    if (status == AUG_OK)
        status = map_open_file(fd, path, n, bytes, error);
    close(fd);
    if (status == AUG_OK)
        *size = n;
    return status;
}

void augi_input_file_unmap(const uint8_t *bytes, size_t size)
{
    if (bytes)
        (void)munmap((void *)(uintptr_t)bytes, size);
}

/* First piece of a text whose size is not known. */
#define FIRST_SIZE 8192

/* Reads to the end, and not much more than limit bytes. *bytes is the caller's also on failure. */
static AugStatus read_stream(int fd, const char *path, size_t limit, uint8_t **bytes, size_t *size,
                             AugError *error)
{
    size_t capacity = 0;
    for (;;) {
        /* One byte stays free for the NUL. */
        if (*size + 1 >= capacity) {
            capacity = capacity ? 2 * capacity : FIRST_SIZE;
            uint8_t *grown = realloc(*bytes, capacity);
            if (!grown)
                return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for %zu bytes", capacity);
            *bytes = grown;
        }
        const ssize_t got = read(fd, *bytes + *size, capacity - *size - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_with_errno(path, "read", error);
        *size += (size_t)got;
        if (*size > limit)
            return AUG_FAIL(error, AUG_TOO_LARGE, path,
                            "the text has more than the %zu bytes that are allowed", limit);
        if (got == 0)
            break;
    }
    (*bytes)[*size] = 0;
    return AUG_OK;
}

AugStatus augi_input_text_load(const char *path, size_t limit, uint8_t **bytes, size_t *size,
                               AugError *error)
{
    *bytes = NULL;
    *size = 0;
    const bool is_standard = strcmp(path, "-") == 0;
    const char *where = is_standard ? "standard input" : path;
    const int fd = is_standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_with_errno(where, "open", error);
    const AugStatus status = read_stream(fd, where, limit, bytes, size, error);
    if (!is_standard)
        close(fd);
    if (status == AUG_OK)
        return AUG_OK;
    free(*bytes);
    *bytes = NULL;
    *size = 0;
    return status;
}
