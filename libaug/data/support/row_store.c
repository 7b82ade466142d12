/* Strings in memory, written out when there are many. */
#include "libaug/data/support/row_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char name[] = "unpacked rows";

/* Not /tmp, which is memory on many systems. */
static const char default_folder[] = "/var/tmp";

static AugStatus fail_with_errno(AugError *error)
{
    return AUG_FAIL(error, AUG_IO, name,
                    "cannot be kept in a file aside: %s; TMPDIR names a folder with room",
                    strerror(errno));
}

/* File systems that have no files without names give one that loses its name at once. */
static int open_aside(void)
{
    const char *given = getenv("TMPDIR"), *folder = given && given[0] ? given : default_folder;
    const int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    char *path = NULL;
    if (fd >= 0 || asprintf(&path, "%s/augd-XXXXXX", folder) < 0)
        return fd;
    const int named = mkostemp(path, O_CLOEXEC);
    const int number = errno;
    if (named >= 0)
        unlink(path);
    free(path);
    errno = number;
    return named;
}

static AugStatus write_out(AugiRowStore *store, AugError *error)
{
    if (!store->file.is_open) {
        store->file.descriptor = open_aside();
        store->file.is_open = store->file.descriptor >= 0;
    }
    if (!store->file.is_open)
        return fail_with_errno(error);
    const char *next = store->memory.text;
    for (uint64_t left = store->memory.size; left > 0;) {
        const ssize_t n = write(store->file.descriptor, next, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_with_errno(error);
        next += n;
        left -= (uint64_t)n;
    }
    store->n_filed += store->memory.size;
    store->memory.size = 0;
    return AUG_OK;
}

AugStatus augi_row_store_add(AugiRowStore *store, const char *bytes, size_t size, uint64_t max_size,
                             AugError *error)
{
    uint64_t unused;
    if (store->memory.size > 0 && store->memory.size + size >= AUGI_ROW_STORE_MEMORY)
        AUG_TRY(write_out(store, error));
    return augi_strings_add(&store->memory, bytes, size, max_size, &unused, error);
}

AugStatus augi_row_store_finish(AugiRowStore *store, AugError *error)
{
    struct stat status;
    if (store->n_filed == 0)
        return AUG_OK;
    AUG_TRY(write_out(store, error));
    augi_strings_fini(&store->memory);
    if (fstat(store->file.descriptor, &status) != 0)
        return fail_with_errno(error);
    store->file.stamp = augi_file_stamp(&status);
    return AUG_OK;
}

AugStatus augi_row_store_read(const AugiRowStore *store, uint64_t offset, void *to, size_t size,
                              AugError *error)
{
    if (store->n_filed > 0)
        return augi_file_read(&store->file, offset, to, size, name, error);
    if (size > 0)
        memcpy(to, store->memory.text + offset, size);
    return AUG_OK;
}

void augi_row_store_fini(AugiRowStore *store)
{
    augi_file_close(&store->file);
    augi_strings_fini(&store->memory);
    *store = (AugiRowStore){0};
}
