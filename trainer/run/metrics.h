/* How good a network is on a set of samples: loss, accuracy with its interval, confusion matrix,
 * and precision, recall and F1 of each class. */
#ifndef TRAIN_METRICS_H
#define TRAIN_METRICS_H

#include <stdint.h>

#include "aug/status.h"
#include "trainer/run/figures.h"

/* One class. support: samples that have it; predicted: samples that were given it; hit: both. */
typedef struct TrainClassCounts {
    uint64_t support, predicted, hit;
} TrainClassCounts;

/* Most classes whose confusion is counted: that of each evaluation takes 128 MiB. */
#define TRAIN_MAX_CONFUSION 4096

/* Counts of one evaluation.
 *
 * loss:      whose figures they are, scalars with n_scalars of them and their sums; NULL: of none
 * n_classes: 0 where samples have no classes
 * several:   samples have any number of the classes
 * confusion: n_classes * n_classes counts; row: true class, column: predicted class. NULL with
 *            several, and beyond TRAIN_MAX_CONFUSION classes
 * counts:    of each class
 * n_correct: samples that were given their class; with several those that were given all theirs, and
 *            no other
 * n_ignored: of the n samples, those that the loss leaves out: nothing else is of them
 * n_replaced: of the n samples, those that stand in for damaged ones; whoever evaluates counts them
 * loss_sum:  sum over samples, times their weights; weight: the sum of these
 */
typedef struct TrainMetrics {
    uint32_t n_classes;
    bool several;
    uint64_t *confusion;
    TrainClassCounts *counts;
    uint64_t n, n_ignored, n_correct, n_replaced;
    double loss_sum, weight;
    const NnChoice *loss;
    const NnScalar *scalars;
    size_t n_scalars;
    double sums[NN_MAX_SCALARS];
} TrainMetrics;

/* Interval of a share. */
typedef struct TrainInterval {
    double low, high;
} TrainInterval;

/* Counts of one class, and what follows. A share whose denominator is 0 is 0. */
typedef struct TrainClassMetrics {
    uint64_t support, predicted, hit;
    double precision, recall, f1;
} TrainClassMetrics;

/* Empty counts; _fini accepts a zeroed struct. */
AUG_MUST_CHECK AugStatus train_metrics_init(TrainMetrics *metrics, uint32_t n_classes, bool several,
                                            AugError *error);
void train_metrics_fini(TrainMetrics *metrics);
void train_metrics_reset(TrainMetrics *metrics);

/* Adds an evaluated batch. logits: batch->n * n_classes values. The predicted class is that of the
 * largest logit, the true one the label or the largest probability; of equals the first. With several
 * those above 0 are predicted, and those whose share is above 1/2 true. */
void train_metrics_add(TrainMetrics *metrics, const NnBatch *batch, const NnReal *logits,
                       const NnResult *result);

/* Mean loss and share of correct samples; 0 without samples. */
double train_metrics_loss(const TrainMetrics *metrics);
double train_metrics_accuracy(const TrainMetrics *metrics);

/* The loss's figures. */
TrainFigures train_metrics_figures(const TrainMetrics *metrics);

/* Figure of a name, "loss" or one of the loss's; false if there is none. */
bool train_metrics_value(const TrainMetrics *metrics, const char *name, double *value);

/* 95 % interval of the share of n_correct of n (Wilson, "Probable inference, the law of succession,
 * and statistical inference", 1927); [0, 1] for n = 0. */
TrainInterval train_wilson(uint64_t n_correct, uint64_t n);

/* Figures of one class, 0 <= label < n_classes. */
TrainClassMetrics train_metrics_class(const TrainMetrics *metrics, uint32_t label);

/* F1 of all classes' counts together. */
double train_metrics_micro_f1(const TrainMetrics *metrics);

/* Mean of the classes' F1 over classes that occur in the data or among the predictions. */
double train_metrics_macro_f1(const TrainMetrics *metrics);

#endif
