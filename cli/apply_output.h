/* The output folder of 'aug apply', opened once: names are looked up in what was opened, so nothing
 * lands in a folder that somebody put in its place. */
#ifndef CLI_APPLY_OUTPUT_H
#define CLI_APPLY_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "aug/status.h"

/* Endings of file names aside, which nothing else in the folder has. */
#define CLI_PART_ENDING ".part"

/* path:    as the user gave it, for messages; borrowed
 * fd:      the open folder, which also holds the lock; -1: none
 * flushed: pictures are flushed to the disk before they get their names
 * is_used: it was the folder of a run when it was opened
 */
typedef struct CliOutput {
    const char *path;
    int fd;
    bool flushed, is_used;
} CliOutput;

/* Whether there is a file of at least one byte. Any thread. */
bool cli_apply_output_has(const CliOutput *output, const char *name);

/* Writes a whole picture or other field, or nothing (cli_file_write). Any thread. */
AUG_MUST_CHECK AugStatus cli_apply_output_write(const CliOutput *output, const char *name,
                                                const void *bytes, size_t size, AugError *error);

/* Makes a folder; one that exists already will do. Any thread. */
AUG_MUST_CHECK AugStatus cli_apply_output_make_folder(const CliOutput *output, const char *name,
                                                      AugError *error);

/* Flushes all that was written to the disk, and fails if any of it could not be, including what the
 * system had tried by itself since the folder was opened. One wait for the whole file system costs
 * far less than one a file. */
AUG_MUST_CHECK AugStatus cli_apply_output_flush(const CliOutput *output, AugError *error);

/* Fails where the path no longer leads to the folder: it was deleted, moved or replaced. */
AUG_MUST_CHECK AugStatus cli_apply_output_check(const CliOutput *output, AugError *error);

/* Removes what a killed run left in a folder ("." for the output itself): names that end in one of
 * the n endings and CLI_PART_ENDING. */
AUG_MUST_CHECK AugStatus cli_apply_output_sweep(const CliOutput *output, const char *name,
                                                const char *const *endings, size_t n,
                                                AugError *error);

/* Says that an action on a name below the folder failed, from errno's value (cli_file_failed). */
AugStatus cli_apply_output_failed(const CliOutput *output, int number, const char *name,
                                  const char *action, AugError *error);

#endif
