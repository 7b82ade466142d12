/* What 'aug apply' did with each sample, written down in the order of the samples: a line per copy
 * in labels.tsv and in rows.jsonl, a line per failure in errors.tsv and on standard error.
 *
 * The files are written aside and take their names in cli_apply_log_finish. One thread.
 */
#ifndef CLI_APPLY_LOG_H
#define CLI_APPLY_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "aug/status.h"
#include "cli/progress.h"

/* What became of one sample. Texts are owned.
 *
 * lines:  finished lines for labels.tsv, or NULL
 * rows:   finished lines for rows.jsonl, or NULL
 * source: name of the sample, for messages
 * error:  status OK, or why the sample failed
 * is_left_out: it is no sample of the data set, and has no index
 * n_written, n_kept: copies made now, and found complete from before
 */
typedef struct CliApplyResult {
    char *lines;
    char *rows;
    char *source;
    AugError error;
    bool is_left_out;
    uint32_t n_written, n_kept;
} CliApplyResult;

/* Frees a result and its texts; NULL does nothing. */
void cli_apply_result_free(CliApplyResult *result);

/* What is logged. labels, rows: whether there is that file. strict: the first failure ends the run.
 */
typedef struct CliApplyLogOptions {
    uint64_t n_samples;
    bool labels, rows, strict;
} CliApplyLogOptions;

/* A file in the making; without a file there is none. */
typedef struct CliApplyList {
    char *path;
    FILE *file;
} CliApplyList;

/* The log, and its counts so far; failed: of samples. */
typedef struct CliApplyLog {
    CliApplyLogOptions options;
    CliApplyList labels, rows, errors;
    uint64_t n_done, n_written, n_kept, n_failed, n_samples_kept;
    CliProgress progress;
} CliApplyLog;

/* Opens the files aside, in the output folder. */
AUG_MUST_CHECK AugStatus cli_apply_log_init(CliApplyLog *log, const char *output,
                                            const CliApplyLogOptions *options, AugError *error);

/* Writes down the result of the next sample. In strict mode the failure of a sample is also that of
 * this call. */
AUG_MUST_CHECK AugStatus cli_apply_log_put(CliApplyLog *log, const CliApplyResult *result,
                                           AugError *error);

/* Gives the files their names; errors.tsv only if there was a failure. */
AUG_MUST_CHECK AugStatus cli_apply_log_finish(CliApplyLog *log, AugError *error);

/* Removes what has not got its name, and frees everything; accepts a zeroed log. */
void cli_apply_log_fini(CliApplyLog *log);

/* A copy of a text for one field of a table: tab, newline, carriage return and backslash written as
 * in C, other control characters as \xNN. The caller frees it; NULL if memory is out. */
char *cli_tsv_field(const char *text);

#endif
