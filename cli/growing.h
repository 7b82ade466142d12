/* Output files that grow by an interrupted run and the next ones: under the name NAME.part, locked
 * against a second run, until they are whole and get their names. What was written behind the size
 * that the run last put on record is cut off when it goes on. One thread. */
#ifndef CLI_GROWING_H
#define CLI_GROWING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* Ending of the names until then. */
#define CLI_GROWING_ENDING ".part"

/* One file.
 *
 * command: whose it is, for messages ("apply"); static
 * path:    its name at the end; NULL: there is no such file
 * aside:   the one until then; NULL: standard output
 * fd:      -1 as long as it is not open
 * size:    bytes that count
 */
typedef struct CliGrowing {
    const char *command;
    const char *path;
    char *aside;
    int fd;
    uint64_t size;
} CliGrowing;

/* A closed file that will have the name path, borrowed; NULL: none at all. */
AUG_MUST_CHECK AugStatus cli_growing_init(CliGrowing *file, const char *command, const char *path,
                                          AugError *error);

/* Closes it and frees the memory; accepts a zeroed one. */
void cli_growing_fini(CliGrowing *file);

/* Refuses a name that is taken, since a result is nobody's to overwrite; why_no_folder ends the
 * sentence about a folder. path NULL: nothing to refuse. */
AUG_MUST_CHECK AugStatus cli_growing_refuse_existing(const char *path, const char *why_no_folder,
                                                     AugError *error);

/* Opens the file aside, which may be there from before, and locks it. Fails with AUG_BAD_ARGUMENT
 * where another run has it. */
AUG_MUST_CHECK AugStatus cli_growing_open(CliGrowing *file, AugError *error);

/* Refuses bytes that no run left: to be called for a file that was opened, where no state of a run
 * says what is in it. */
AUG_MUST_CHECK AugStatus cli_growing_refuse_foreign(const CliGrowing *file, AugError *error);

/* Cuts off what was written behind size. state: the file that says the size, for messages. Fails with
 * AUG_CHANGED where there are fewer bytes. */
AUG_MUST_CHECK AugStatus cli_growing_cut(const CliGrowing *file, const char *state,
                                         AugError *error);

/* Appends bytes, and counts them. */
AUG_MUST_CHECK AugStatus cli_growing_append(CliGrowing *file, const void *bytes, size_t size,
                                            AugError *error);

/* Flushes it to the disk; accepts a closed one. */
AUG_MUST_CHECK AugStatus cli_growing_flush(const CliGrowing *file, AugError *error);

/* Gives it its name, or removes it where it is not wanted. One that is not aside any more was given
 * its name by a run that was killed behind that. */
AUG_MUST_CHECK AugStatus cli_growing_publish(const CliGrowing *file, bool is_wanted,
                                             AugError *error);

/* Removes a locked file in which nothing was written; accepts a closed one. */
void cli_growing_drop_empty(const CliGrowing *file);

#endif
