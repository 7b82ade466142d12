/* The course of 'aug apply' for rows of text: threads make pieces, one thread writes them down in
 * order, until the end, a failure or a signal. */
#ifndef CLI_ROWS_RUN_H
#define CLI_ROWS_RUN_H

#include "cli/progress.h"
#include "cli/rows_file.h"

/* How it goes. strict: the first row that fails ends the run. */
typedef struct CliRowsRun {
    const CliRowsJob *job;
    CliRowsFiles *files;
    CliProgress *progress;
    uint32_t n_threads;
} CliRowsRun;

/* Makes all rows from files->next on. The signals that end a program must be held; when one comes
 * *signal receives it, and the status is AUG_OK; else *signal is 0. Whatever happens, what was
 * written is on record. Fails with what ended the run; in strict mode also with the failure of a
 * row. */
AUG_MUST_CHECK AugStatus cli_rows_run(const CliRowsRun *run, int *signal, AugError *error);

#endif
