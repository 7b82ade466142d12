/* Files of the command line: whole or not there at all. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "aug/status.h"
#include "command/command.h"

/* Writes a whole file: into "NAME.part" beside it, which then takes the name. While that lasts the
 * signals that end a program wait, so that neither a failure nor Ctrl-C leaves a partial file; a
 * ".part" left by a kill is overwritten by the next writer. Any thread. */
AUG_MUST_CHECK AugStatus cli_file_write(const char *path, const void *bytes, size_t size,
                                        AugError *error);

/* Whether a path stands for standard output: "-". */
bool cli_is_standard(const char *path);

/* Refuses what --output names for a file that is no text, before there is one: "-" while standard
 * output is a terminal, or while --json prints there. */
AUG_MUST_CHECK AugStatus cli_output_check(const CmdCall *call, const char *path, AugError *error);

/* Writes a whole result: to standard output if path is "-", else as cli_file_write does, but into a
 * file aside of a name of its own, so that none that is there is touched. */
AUG_MUST_CHECK AugStatus cli_output_write(const char *path, const void *bytes, size_t size,
                                          AugError *error);

/* Says that an action such as "write it" failed, from errno's value; AUG_NOT_FOUND where the path
 * is the user's to mend, else AUG_IO. */
AugStatus cli_file_failed(int number, const char *path, const char *action, AugError *error);

/* Makes a folder; one that exists already will do. */
AUG_MUST_CHECK AugStatus cli_folder_make(const char *path, AugError *error);

/* Whether a path, which need not exist yet, is the given folder or lies in it, symbolic links and
 * ".." resolved. */
bool cli_path_is_inside(const char *path, const char *folder);

#endif
