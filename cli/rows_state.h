/* How far an interrupted 'aug apply' of rows is: OUTPUT.part.json. */
#ifndef CLI_ROWS_STATE_H
#define CLI_ROWS_STATE_H

#include "cli/rows_file.h"

/* Describes the run into files->run: engine, data, specification, and options that decide about
 * bytes. */
AUG_MUST_CHECK AugStatus cli_rows_state_describe(CliRowsFiles *files, const CliRowsJob *job,
                                                 AugError *error);

/* Reads the state into files; *is_begun is false where there is none. Fails with AUG_BAD_ARGUMENT
 * where it is that of another run, and AUG_CORRUPT where it is none at all. */
AUG_MUST_CHECK AugStatus cli_rows_state_load(CliRowsFiles *files, bool *is_begun, AugError *error);

/* Writes it, whole or not at all. */
AUG_MUST_CHECK AugStatus cli_rows_state_save(const CliRowsFiles *files, AugError *error);

#endif
