/* Standard input as a file that can be read at any place, and again: what came is kept in a file
 * without a name. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/data/support/file.h"

/* What messages call it. */
static const char name[] = "standard input";

/* Bytes between two writes. */
#define PIECE_SIZE 65536

static AugStatus fail_with_errno(AugError *error)
{
    return AUG_FAIL(error, AUG_IO, name, "cannot be kept in a file aside: %s", strerror(errno));
}

static AugStatus copy_all(FILE *kept, AugError *error)
{
    char bytes[PIECE_SIZE];
    for (;;) {
        const ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return AUG_FAIL(error, AUG_IO, name, "cannot be read: %s", strerror(errno));
        if (n == 0)
            return fflush(kept) == 0 ? AUG_OK : fail_with_errno(error);
        if (fwrite(bytes, 1, (size_t)n, kept) != (size_t)n)
            return fail_with_errno(error);
    }
}

static AugStatus take(AugiFile *file, FILE *kept, AugError *error)
{
    struct stat status;
    AUG_TRY(copy_all(kept, error));
    if (fstat(fileno(kept), &status) != 0)
        return fail_with_errno(error);
    if (status.st_size == 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, name,
                        "is empty, or was read before; it can be read once");
    const int descriptor = fcntl(fileno(kept), F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0)
        return fail_with_errno(error);
    *file =
        (AugiFile){.descriptor = descriptor, .is_open = true, .stamp = augi_file_stamp(&status)};
    return AUG_OK;
}

AugStatus augi_file_open_standard(AugiFile *file, AugError *error)
{
    *file = (AugiFile){0};
    FILE *kept = tmpfile();
    if (!kept)
        return fail_with_errno(error);
    const AugStatus status = take(file, kept, error);
    fclose(kept);
    return status;
}
