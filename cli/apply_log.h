/* What 'aug apply' did with each sample, written down in the order of the samples: a line per copy
 * in labels.tsv and in rows.jsonl, a line per failure in errors.tsv and on standard error.
 *
 * The files are written aside and take their names in cli_apply_log_finish, each flushed to the
 * disk before, labels.tsv last. Every sample is delivered (all copies are there), failed, or left:
 * n_done counts the first two. One thread.
 */
#ifndef CLI_APPLY_LOG_H
#define CLI_APPLY_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "aug/status.h"
#include "cli/apply_output.h"
#include "cli/progress.h"
#include "libaug/base/output_file.h"

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
 * quiet: no progress is shown.
 */
typedef struct CliApplyLogOptions {
    uint64_t n_samples;
    bool labels, rows, strict, quiet;
} CliApplyLogOptions;

/* A file in the making, and the stream that ends in it; without a stream there is none. */
typedef struct CliApplyList {
    const char *name;
    AugiOutputFile file;
    FILE *stream;
} CliApplyList;

/* The log, which stays where it is, and its counts so far; failed: of samples. */
typedef struct CliApplyLog {
    CliApplyLogOptions options;
    const CliOutput *output;
    CliApplyList labels, rows, errors;
    uint64_t n_done, n_written, n_kept, n_failed, n_samples_kept;
    CliProgress progress;
} CliApplyLog;

/* Opens the files aside, in the output folder, which is borrowed. */
AUG_MUST_CHECK AugStatus cli_apply_log_init(CliApplyLog *log, const CliOutput *output,
                                            const CliApplyLogOptions *options, AugError *error);

/* Writes down the result of the next sample. In strict mode the failure of a sample is also that of
 * this call. Fails where a list could not be written. */
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
