/* The log of a run: log.jsonl in its folder, one JSON object a line.
 *
 *   {"event":"start", ...}   once: version, CPU, kernels, streams
 *   {"event":"step", ...}    every log_every steps
 *   {"event":"epoch", ...}   after each epoch, with its evaluation
 *   {"event":"end", ...}     once, also when the run was interrupted or failed
 *
 * The numbers of steps and epochs go to steps.csv, epochs.csv and events.out.tfevents.augtrain, too
 * (scalar_logs.h).
 *
 * Every line is complete and on its way to the disk before the run goes on, so a reader may follow
 * the file while it grows.
 */
#ifndef TRAIN_RUN_LOG_H
#define TRAIN_RUN_LOG_H

#include "trainer/run/run.h"

/* An open log; belongs to one thread. */
typedef struct TrainRunLog TrainRunLog;

/* Starts the log; the files must not exist. folder NULL: a log that goes nowhere. */
AUG_MUST_CHECK AugStatus train_run_log_open(TrainRunLog **out, const char *folder, AugError *error);

/* Goes on with the log of a run that goes on behind a step: entries of later steps, and what was torn
 * at an end, are cut off; files that are missing are made. */
AUG_MUST_CHECK AugStatus train_run_log_reopen(TrainRunLog **out, const char *folder, uint64_t step,
                                              AugError *error);

/* Closes; NULL does nothing. */
void train_run_log_close(TrainRunLog *log);

/* Writes one line each. run->log NULL: they do nothing. */
AUG_MUST_CHECK AugStatus train_run_log_start(const TrainRun *run, AugError *error);
AUG_MUST_CHECK AugStatus train_run_log_step(const TrainRun *run, const TrainStepRecord *record,
                                            AugError *error);
AUG_MUST_CHECK AugStatus train_run_log_epoch(const TrainRun *run, const TrainEpochRecord *record,
                                             AugError *error);

/* outcome: "finished", "interrupted" or "failed"; failure: what went wrong, or NULL. */
AUG_MUST_CHECK AugStatus train_run_log_end(const TrainRun *run, const char *outcome,
                                           const AugError *failure, AugError *error);

#endif
