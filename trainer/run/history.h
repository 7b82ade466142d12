/* What a run remembers for its log, its curves and its summary. */
#ifndef TRAIN_HISTORY_H
#define TRAIN_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"
#include "trainer/run/figures.h"

/* Figures of one evaluation. n: its samples; 0: it was not made. */
typedef struct TrainEvaluation {
    uint64_t n;
    double loss;
    TrainFigures figures;
} TrainEvaluation;

/* How much worse an evaluation is than that of training samples: its loss less theirs, and for each
 * figure the same, or of shares theirs less its. */
typedef struct TrainGap {
    bool known;
    double loss;
    TrainFigures figures;
} TrainGap;

/* Some steps since the record before. step counts optimizer steps of the whole run, this one
 * included; loss and figures are means over the samples of those steps; seconds since the run's
 * start; waiting is the share of those steps' time that was spent waiting for data; loading the
 * processor seconds per second that making data took, below 0: not known. gradient_norm is that of
 * the last of these steps, before clipping. */
typedef struct TrainStepRecord {
    uint64_t step;
    uint32_t epoch;
    TrainFigures figures;
    double loss, lr, momentum, gradient_norm, images_per_s, waiting, loading, seconds;
} TrainStepRecord;

/* One finished epoch, counted from 1. train_*: means over its steps, as they were when each was made.
 * eval_*: of the test behind it, if has_eval; train_eval: of fixed samples of the training data, made
 * and evaluated as the test's are. images_per_s, waiting and loading are about its training part.
 * n_replaced: damaged samples that others stood in for. */
typedef struct TrainEpochRecord {
    uint32_t epoch;
    uint64_t step;
    double train_loss;
    TrainFigures train_figures;
    uint64_t n_replaced, eval_n_replaced;
    bool has_eval;
    double eval_loss;
    TrainFigures eval_figures;
    uint64_t eval_n;
    TrainEvaluation validation, train_eval;
    double images_per_s, waiting, loading, seconds;
} TrainEpochRecord;

/* Seconds by what they went to. network: forward, backward and update; waiting: for training data;
 * evaluation: all evaluations, waiting for their data included; saving: checkpoints and log. loader_cpu:
 * processor seconds of making data, beside all others; below 0: not known. */
typedef struct TrainTimes {
    double network, waiting, evaluation, saving, total, loader_cpu;
} TrainTimes;

/* Growing lists; zero-initialise, end with train_history_fini. */
typedef struct TrainHistory {
    TrainStepRecord *steps;
    size_t n_steps, steps_capacity;
    TrainEpochRecord *epochs;
    size_t n_epochs, epochs_capacity;
} TrainHistory;

/* Appends a record. Fails with AUG_NO_MEMORY; the history is then as it was. */
AUG_MUST_CHECK AugStatus train_history_add_step(TrainHistory *history,
                                                const TrainStepRecord *record, AugError *error);
/* The same for an epoch. */
AUG_MUST_CHECK AugStatus train_history_add_epoch(TrainHistory *history,
                                                 const TrainEpochRecord *record, AugError *error);

/* The gap of an epoch: of its test, or where there is none of its validation. */
TrainGap train_history_gap(const TrainEpochRecord *record);

/* "  gap 1.32 points", of the first share that there is, else of the loss; empty if it is not known. */
void train_gap_text(const TrainGap *gap, char text[64]);

/* Frees and zeroes; accepts a zeroed struct. */
void train_history_fini(TrainHistory *history);

#endif
