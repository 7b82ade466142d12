/* Output files that are complete or absent: written aside, then renamed.
 *
 * Both names are looked up in the folder that was opened at the start, not by path, so that a
 * folder that is moved meanwhile keeps no half file.
 */
#ifndef AUGI_OUTPUT_FILE_H
#define AUGI_OUTPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "aug/status.h"

/* What a writer asks for. Zero-initialised: a name aside of its own process ("NAME.tmp-PID"), left
 * to the system when it reaches the disk.
 *
 * sole:    nobody else writes this file at the same time, so the name aside is "NAME.part" and what
 *          a killed writer left there is overwritten
 * flushed: the file is flushed to the disk before it gets its name, so that whatever stands under
 *          that name is whole even after a power cut; the name itself may be lost
 * durable: the folder is flushed as well before the file counts as written
 * below:   an open folder in which the path begins, borrowed until the file ends; NULL: the current
 *          one
 */
typedef struct AugiOutputOptions {
    bool sole, flushed, durable;
    const int *below;
} AugiOutputOptions;

/* A file in the making. Zero-initialised, or after commit or drop, it is closed.
 *
 * folder: that of the file; is_borrowed: it is *options.below itself
 * number: errno of the call that failed, for callers who judge failures themselves
 */
typedef struct AugiOutputFile {
    AugiOutputOptions options;
    bool is_open, is_borrowed;
    int fd, folder, number;
    char *path;
    const char *name;
    char *aside;
} AugiOutputFile;

/* Starts a file that will replace path. Ends with commit or drop, but after a failure it is closed
 * already. Fails with AUG_IO, AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_output_file_begin(AugiOutputFile *file, const char *path,
                                                AugiOutputOptions options, AugError *error);

/* Appends bytes. On failure the caller drops the file. */
AUG_MUST_CHECK AugStatus augi_output_file_write(AugiOutputFile *file, const void *bytes,
                                                size_t size, AugError *error);

/* Gives the file its name. Whatever happens, it is closed afterwards, and on failure nothing is
 * left of it. */
AUG_MUST_CHECK AugStatus augi_output_file_commit(AugiOutputFile *file, AugError *error);

/* Closes and removes what was written; accepts a closed file. Keeps number. */
void augi_output_file_drop(AugiOutputFile *file);

/* A whole file at once. number, if not NULL, receives errno of a failed call, else 0. */
AUG_MUST_CHECK AugStatus augi_output_file_save(const char *path, const void *bytes, size_t size,
                                               AugiOutputOptions options, int *number,
                                               AugError *error);

#endif
