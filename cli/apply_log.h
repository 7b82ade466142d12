/* What 'aug apply' did with each sample, written down in the order of the samples whatever the
 * order in which threads finish: a line per sample in labels.tsv and in rows.jsonl, a line per
 * failure in errors.tsv and on standard error.
 *
 * Guarantees. A thread takes a sample with cli_apply_log_take and must give its result with
 * cli_apply_log_put. No more than CLI_APPLY_WINDOW samples are between the first that is not done
 * and the last that was taken, so memory is bounded. The files are written aside and take their
 * names in cli_apply_log_finish.
 */
#ifndef CLI_APPLY_LOG_H
#define CLI_APPLY_LOG_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "aug/status.h"
#include "cli/progress.h"

/* A slow sample may take as long as this many others before threads wait for it. */
#define CLI_APPLY_WINDOW 1024

/* What became of one sample. Texts are owned by the log once put.
 *
 * lines:  finished lines for labels.tsv, or NULL
 * rows:   finished lines for rows.jsonl, or NULL
 * source: name of the sample, for messages
 * error:  status OK, or why the sample failed
 * fatal:  the failure is not the sample's (a full disk), so the run must end
 * n_written, n_kept: copies made now, and found complete from before
 */
typedef struct CliApplyResult {
    char *lines;
    char *rows;
    char *source;
    AugError error;
    bool fatal;
    uint32_t n_written, n_kept;
} CliApplyResult;

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

/* The log. Everything below lock is guarded by it.
 *
 * n_threads: that take samples
 * stopped: no more samples are given out: a failure that ends the run, or a signal
 * failure: the failure that ends the run, if any
 */
typedef struct CliApplyLog {
    CliApplyLogOptions options;
    CliApplyList labels, rows, errors;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    CliApplyResult *window;
    bool *filled;
    uint64_t next, done;
    uint64_t n_written, n_kept, n_failed, n_samples_kept;
    uint32_t n_threads;
    bool stopped;
    AugError failure;
    CliProgress progress;
} CliApplyLog;

/* Opens the files aside, in the output folder. */
AUG_MUST_CHECK AugStatus cli_apply_log_init(CliApplyLog *log, const char *output,
                                            const CliApplyLogOptions *options, AugError *error);

/* The next sample to work on; false if there is none or the run ends. Any thread. */
bool cli_apply_log_take(CliApplyLog *log, uint64_t *index);

/* The result of a sample that was taken; its texts now belong to the log. Any thread. */
void cli_apply_log_put(CliApplyLog *log, uint64_t index, CliApplyResult *result);

/* Ends the run with a failure that belongs to no sample; the first one counts. Any thread. */
void cli_apply_log_stop(CliApplyLog *log, const AugError *failure);

/* A thread begins and ends to take samples. Enter is called before the thread exists. */
void cli_apply_log_enter(CliApplyLog *log);
void cli_apply_log_leave(CliApplyLog *log);

/* Waits until the last thread has left. The signals that end a program must be held; when one comes
 * no more samples are given out. Returns that signal, or 0. */
int cli_apply_log_wait(CliApplyLog *log);

/* Gives the files their names; errors.tsv only if there was a failure. */
AUG_MUST_CHECK AugStatus cli_apply_log_finish(CliApplyLog *log, AugError *error);

/* Removes what has not got its name, and frees everything; accepts a zeroed log. */
void cli_apply_log_fini(CliApplyLog *log);

/* A copy of a text for one field of a table: tab, newline, carriage return and backslash written as
 * in C, other control characters as \xNN. The caller frees it; NULL if memory is out. */
char *cli_tsv_field(const char *text);

#endif
