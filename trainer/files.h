/* Output files that are complete or absent: written aside, flushed to the disk, then renamed. */
#ifndef NN_FILES_H
#define NN_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* A file in the making, "PATH.tmp-PID" beside its final place. Set fd to -1 where it is not begun.
 *
 * folder: holds both names. They are looked up in it, not by path, so that a folder that is moved
 *         meanwhile keeps no half file
 * name:   the part of path behind its last slash; aside: the name until the file is complete
 */
typedef struct NnFile {
    int fd, folder;
    char *path;
    const char *name;
    char *aside;
} NnFile;

/* Starts a file that will replace path. Ends with nn_file_commit or nn_file_drop. */
AUG_MUST_CHECK AugStatus nn_file_begin(NnFile *file, const char *path, AugError *error);

/* Appends bytes. On failure the caller drops the file. */
AUG_MUST_CHECK AugStatus nn_file_write(NnFile *file, const void *bytes, size_t size,
                                       AugError *error);

/* Flushes to the disk and renames into place. Whatever happens, the file is closed afterwards, and
 * on failure nothing is left of it. */
AUG_MUST_CHECK AugStatus nn_file_commit(NnFile *file, AugError *error);

/* Closes and removes what was written; accepts a closed file. */
void nn_file_drop(NnFile *file);

/* A whole file at once. */
AUG_MUST_CHECK AugStatus nn_file_save(const char *path, const void *bytes, size_t size,
                                      AugError *error);

/* Reads a file of at most limit bytes, with a NUL behind it; the caller frees *bytes. */
AUG_MUST_CHECK AugStatus nn_file_load(const char *path, size_t limit, uint8_t **bytes, size_t *size,
                                      AugError *error);

/* "folder/name"; the caller frees it. NULL if memory is out. */
char *nn_path_join(const char *folder, const char *name);

/* name as seen from the folder that holds the file at base: an absolute name stays, a relative one
 * gets base's folder in front. The caller frees it; NULL if memory is out. */
char *nn_path_beside(const char *base, const char *name);

#endif
