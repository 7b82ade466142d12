/* Whole files, written so that they are complete on the disk or absent, and paths. */
#ifndef TRAIN_FILES_H
#define TRAIN_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* Writes a whole file that is on the disk when it has its name. */
AUG_MUST_CHECK AugStatus train_file_save(const char *path, const void *bytes, size_t size,
                                         AugError *error);

/* Refuses the path of a result that is a folder or in none, and where there is a file already, unless
 * overwrite. */
AUG_MUST_CHECK AugStatus train_file_check_new(const char *path, bool overwrite, AugError *error);

/* "folder/name"; the caller frees it. NULL if memory is out. */
char *train_path_join(const char *folder, const char *name);

/* name as seen from the folder that holds the file at base: an absolute name stays, a relative one
 * gets base's folder in front. The caller frees it; NULL if memory is out. */
char *train_path_beside(const char *base, const char *name);

#endif
