/* The log of a run: log.jsonl in its folder, one JSON object a line.
 *
 *   {"event":"start", ...}   once: version, CPU, kernels, streams
 *   {"event":"step", ...}    every log_every steps
 *   {"event":"epoch", ...}   after each epoch, with its evaluation
 *   {"event":"resume", ...}  where the run was gone on with; what was logged behind its checkpoint is
 *                            made and logged again
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

/* Up to where the log of a run that goes on is still good: so many bytes of log.jsonl; steps: entries
 * of the other files up to this step, and in epochs.csv up to the second one. */
typedef struct TrainLogEnd {
    uint64_t size;
    uint64_t steps[2];
} TrainLogEnd;

/* Goes on with the log of a run; what is behind its end, and what was torn there, is cut off, and files
 * that are missing are made. */
AUG_MUST_CHECK AugStatus train_run_log_reopen(TrainRunLog **out, const char *folder,
                                              const TrainLogEnd *end, AugError *error);

/* The log's folder has another path. */
AUG_MUST_CHECK AugStatus train_run_log_move(TrainRunLog *log, const char *folder, AugError *error);

/* Flushes log.jsonl to the disk; *size: its bytes. */
AUG_MUST_CHECK AugStatus train_run_log_flush(const TrainRun *run, uint64_t *size, AugError *error);

/* Closes; NULL does nothing. */
void train_run_log_close(TrainRunLog *log);

/* Writes one line each. run->log NULL: they do nothing. */
AUG_MUST_CHECK AugStatus train_run_log_start(const TrainRun *run, AugError *error);
AUG_MUST_CHECK AugStatus train_run_log_resume(const TrainRun *run, AugError *error);
AUG_MUST_CHECK AugStatus train_run_log_step(const TrainRun *run, const TrainStepRecord *record,
                                            AugError *error);
AUG_MUST_CHECK AugStatus train_run_log_epoch(const TrainRun *run, const TrainEpochRecord *record,
                                             AugError *error);

/* outcome: "finished", "interrupted" or "failed"; failure: what went wrong, or NULL. */
AUG_MUST_CHECK AugStatus train_run_log_end(const TrainRun *run, const char *outcome,
                                           const AugError *failure, AugError *error);

#endif
