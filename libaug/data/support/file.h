/* Regular files that are read at offsets and checked for change.
 *
 * Files are read with pread, never mapped: a mapping of a file that somebody shortens kills the
 * process with SIGBUS, a short read is an error that can be named.
 */
#ifndef AUGI_DATASETS_FILE_H
#define AUGI_DATASETS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

struct stat;

/* What tells one state of a file from another. Times are in nanoseconds. changed_ns (ctime) moves
 * with every change of content, also where modified_ns was set back; and with links and rights. */
typedef struct AugiFileStamp {
    uint64_t device, inode;
    uint64_t size;
    int64_t modified_ns, changed_ns;
} AugiFileStamp;

/* An open file; zero-initialised it is closed. */
typedef struct AugiFile {
    int descriptor;
    bool is_open;
    AugiFileStamp stamp;
} AugiFile;

/* Stamp of a file from its status. */
AugiFileStamp augi_file_stamp(const struct stat *status);

/* Whether two stamps are of the same state. */
bool augi_file_stamp_equal(const AugiFileStamp *a, const AugiFileStamp *b);

/* Opens a regular file for reading; name is relative to the open folder, or to the current one for
 * AT_FDCWD. Never waits (a FIFO is refused). where: what messages call it. Fails with AUG_NOT_FOUND
 * (naming a similar name in the folder), AUG_BAD_ARGUMENT (a folder or a device) or AUG_IO. */
AUG_MUST_CHECK AugStatus augi_file_open(AugiFile *file, int folder, const char *name,
                                        const char *where, AugError *error);

/* Opens a copy of all that standard input still holds. Waits for its end. Fails with
 * AUG_BAD_ARGUMENT if there is nothing, or AUG_IO. */
AUG_MUST_CHECK AugStatus augi_file_open_standard(AugiFile *file, AugError *error);

/* Accepts a closed one. */
void augi_file_close(AugiFile *file);

/* Reads exactly size bytes at offset; AUG_CHANGED if the file ends before them. Any thread. */
AUG_MUST_CHECK AugStatus augi_file_read(const AugiFile *file, uint64_t offset, void *to,
                                        size_t size, const char *where, AugError *error);

/* AUG_CHANGED if the open file is not in the state that it was opened in. That it lost its name, by
 * being deleted or replaced, is no change. Any thread. */
AUG_MUST_CHECK AugStatus augi_file_check(const AugiFile *file, const char *where, AugError *error);

/* The error for a file whose stamp is not the expected one. */
AugStatus augi_file_changed(const AugiFileStamp *expected, const AugiFileStamp *found,
                            const char *where, AugError *error);

/* The error for a name that cannot be opened or looked at, from errno's value. A missing name is
 * compared with its neighbours, unless it is empty. */
AugStatus augi_file_failed(int code, const char *name, const char *where, AugError *error);

#endif
