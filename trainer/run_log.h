/* The log of a run: log.jsonl in its folder, one JSON object a line.
 *
 *   {"event":"start", ...}   once: version, CPU, kernels, streams
 *   {"event":"step", ...}    every log_every steps
 *   {"event":"epoch", ...}   after each epoch, with its evaluation
 *   {"event":"end", ...}     once, also when the run was interrupted or failed
 *
 * Every line is complete and on its way to the disk before the run goes on, so a reader may follow
 * the file while it grows.
 */
#ifndef NN_RUN_LOG_H
#define NN_RUN_LOG_H

#include "trainer/run.h"

/* An open log; belongs to one thread. */
typedef struct NnRunLog NnRunLog;

/* Starts the log; the file must not exist. folder NULL: a log that goes nowhere. */
AUG_MUST_CHECK AugStatus nn_run_log_open(NnRunLog **out, const char *folder, AugError *error);

/* Closes; NULL does nothing. */
void nn_run_log_close(NnRunLog *log);

/* Writes one line each. run->log NULL: they do nothing. */
AUG_MUST_CHECK AugStatus nn_run_log_start(const NnRun *run, AugError *error);
AUG_MUST_CHECK AugStatus nn_run_log_step(const NnRun *run, const NnStepRecord *record,
                                         AugError *error);
AUG_MUST_CHECK AugStatus nn_run_log_epoch(const NnRun *run, const NnEpochRecord *record,
                                          AugError *error);

/* outcome: "finished", "interrupted" or "failed"; failure: what went wrong, or NULL. */
AUG_MUST_CHECK AugStatus nn_run_log_end(const NnRun *run, const char *outcome,
                                        const AugError *failure, AugError *error);

#endif
