/* Paths: parts, lists, patterns with braces, folders in an order that is the same everywhere. */
#ifndef AUGI_DATASETS_PATHS_H
#define AUGI_DATASETS_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "aug/status.h"
#include "libaug/data/support/passed_over.h"

/* Owned strings; zero-initialised it is empty. */
typedef struct AugiPaths {
    char **items;
    size_t n, capacity;
} AugiPaths;

/* Frees the strings and zeroes the list. */
void augi_paths_fini(AugiPaths *paths);

/* A string made like printf, which the caller frees; NULL on failure, with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_path_make(char **path, AugError *error, const char *format, ...)
    AUG_PRINTF(3, 4);

/* Adds a string made like printf. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_paths_add(AugiPaths *paths, AugError *error, const char *format, ...)
    AUG_PRINTF(3, 4);

/* Sorts by byte value, whatever the locale. */
void augi_paths_sort(AugiPaths *paths);

/* Whether a path names a folder (links are followed) or anything at all. */
bool augi_path_is_folder(const char *path);
bool augi_path_exists(const char *path);

/* What follows the last slash. Borrowed from path. */
const char *augi_path_base(const char *path);

/* Bytes of the folder part with its slash: 5 of "data/x"; 0 if there is none. */
size_t augi_path_folder_size(const char *path);

/* A path that stands in a file, as seen from here: a relative one starts at the file's folder. file NULL, or
 * "-": at the current one. A spec from elsewhere is in no file: "FOLDER/" in its place allows files below
 * that folder, "" none (links in the folder are followed: they are its owner's). *placed is the caller's to
 * free; NULL on failure, AUG_BAD_SPEC or AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_path_place(char **placed, const char *path, const char *file,
                                         AugError *error);

/* Whether the name ends in suffix, letters of either case. */
bool augi_path_has_suffix(const char *name, const char *suffix);

/* The name in the folder of a missing path that is nearest to it; false if none is near. Looks at
 * the first few hundred entries only. */
bool augi_path_similar(const char *path, char *similar, size_t size);

/* What to write in place of a path with a shell's "*" or "?", which no data set understands: if the
 * files that it stands for are numbered without a gap, the pattern with braces that stands for the
 * same, else an example. False for a path without them. */
bool augi_path_unglob(const char *path, char *text, size_t size);

/* Adds the paths "folder/NAME" of the files in a folder for whose name wanted is true, sorted;
 * the others are counted in passed, unless that is NULL. Fails with AUG_NOT_FOUND or AUG_IO. */
AUG_MUST_CHECK AugStatus augi_paths_list(AugiPaths *paths, const char *folder,
                                         bool (*wanted)(const char *name), AugiPassedOver *passed,
                                         AugError *error);

/* Adds what a pattern stands for: "s-{000..003}.tar" is four paths, "{a,b}/x" two, several groups
 * are combined, the last changing fastest. A path that exists as written, and one without braces,
 * stands for itself. At most AUGI_MAX_PATHS. */
AUG_MUST_CHECK AugStatus augi_paths_expand(AugiPaths *paths, const char *pattern, AugError *error);

/* Bounds one pattern or folder: open files are held for each shard, and systems allow about a
 * million. */
#define AUGI_MAX_PATHS 100000

#endif
