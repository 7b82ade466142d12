/* What a run remembers for its log, its curves and its summary. */
#ifndef TRAIN_HISTORY_H
#define TRAIN_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"
#include "trainer/run/figures.h"

/* Some steps since the record before. step counts optimizer steps of the whole run, this one
 * included; loss and figures are means over the samples of those steps; seconds since the run's
 * start; waiting is the share of those steps' time that was spent waiting for data. */
typedef struct TrainStepRecord {
    uint64_t step;
    uint32_t epoch;
    TrainFigures figures;
    double loss, lr, momentum, images_per_s, waiting, seconds;
} TrainStepRecord;

/* One finished epoch, counted from 1. eval_*: of the evaluation behind it, if has_eval.
 * images_per_s and waiting are about its training part. n_replaced: damaged samples that others
 * stood in for. */
typedef struct TrainEpochRecord {
    uint32_t epoch;
    uint64_t step;
    double train_loss;
    TrainFigures train_figures;
    uint64_t n_replaced, eval_n_replaced;
    bool has_eval;
    double eval_loss;
    TrainFigures eval_figures;
    double images_per_s, waiting, seconds;
} TrainEpochRecord;

/* Seconds by what they went to. network: forward, backward and update; waiting: for training data;
 * evaluation: the rounds over the test data, waiting for them included; saving: checkpoints and
 * log. */
typedef struct TrainTimes {
    double network, waiting, evaluation, saving, total;
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

/* Frees and zeroes; accepts a zeroed struct. */
void train_history_fini(TrainHistory *history);

#endif
