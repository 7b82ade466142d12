/* Counts predictions in a confusion matrix; every other figure is computed from it. */
#include "trainer/run/metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Two-sided 95 % of the normal distribution. */
#define Z 1.959963984540054

AugStatus train_metrics_init(TrainMetrics *metrics, uint32_t n_classes, bool several,
                             AugError *error)
{
    *metrics = (TrainMetrics){.n_classes = n_classes, .several = several};
    metrics->counts = calloc((size_t)n_classes + 1, sizeof(*metrics->counts));
    const bool has_confusion = !several && n_classes <= TRAIN_MAX_CONFUSION;
    if (has_confusion)
        metrics->confusion = calloc((size_t)n_classes * n_classes + 1, sizeof(uint64_t));
    if (metrics->counts && (metrics->confusion || !has_confusion))
        return AUG_OK;
    train_metrics_fini(metrics);
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to count %u classes", n_classes);
}

void train_metrics_fini(TrainMetrics *metrics)
{
    free(metrics->confusion);
    free(metrics->counts);
    *metrics = (TrainMetrics){0};
}

void train_metrics_reset(TrainMetrics *metrics)
{
    const size_t k = metrics->n_classes;
    memset(metrics->counts, 0, k * sizeof(*metrics->counts));
    if (metrics->confusion)
        memset(metrics->confusion, 0, k * k * sizeof(uint64_t));
    metrics->n = metrics->n_ignored = metrics->n_correct = metrics->n_replaced = 0;
    metrics->loss_sum = metrics->weight = 0;
    memset(metrics->sums, 0, sizeof(metrics->sums));
}

/* One sample that has one class. */
static void count_class(TrainMetrics *metrics, size_t wanted, size_t found)
{
    if (metrics->confusion)
        metrics->confusion[wanted * metrics->n_classes + found]++;
    metrics->counts[wanted].support++;
    metrics->counts[found].predicted++;
    metrics->counts[wanted].hit += wanted == found;
    metrics->n_correct += wanted == found;
}

/* One sample that has any number of them. */
static void count_classes(TrainMetrics *metrics, const float *shares, const NnReal *logits)
{
    bool is_right = true;
    for (size_t i = 0; i < metrics->n_classes; i++) {
        TrainClassCounts *counts = &metrics->counts[i];
        const bool wanted = shares[i] > 0.5F, found = logits[i] > 0;
        counts->support += wanted;
        counts->predicted += found;
        counts->hit += wanted && found;
        is_right = is_right && wanted == found;
    }
    metrics->n_correct += is_right;
}

static void count_sample(TrainMetrics *metrics, const NnBatch *batch, uint32_t i,
                         const NnReal *logits)
{
    const uint32_t k = metrics->n_classes;
    if (batch->labels && metrics->loss && nn_loss_ignores(metrics->loss, batch->labels[i]))
        return;
    if (!metrics->several)
        count_class(metrics, nn_batch_class(batch, i, k), nn_largest(logits, k));
    else if (batch->soft)
        count_classes(metrics, batch->soft + (size_t)i * k, logits);
}

void train_metrics_add(TrainMetrics *metrics, const NnBatch *batch, const NnReal *logits,
                       const NnResult *result)
{
    const uint32_t k = metrics->n_classes;
    for (uint32_t i = 0; i < batch->n && k > 0; i++)
        count_sample(metrics, batch, i, logits + (size_t)i * k);
    metrics->n += batch->n;
    metrics->n_ignored += result->n_ignored;
    metrics->loss_sum += result->loss * result->weight;
    metrics->weight += result->weight;
    for (size_t i = 0; i < NN_MAX_SCALARS; i++)
        metrics->sums[i] += result->sums[i];
}

double train_metrics_loss(const TrainMetrics *metrics)
{
    return metrics->weight > 0 ? metrics->loss_sum / metrics->weight : 0;
}

double train_metrics_accuracy(const TrainMetrics *metrics)
{
    const uint64_t n = metrics->n - metrics->n_ignored;
    return n ? (double)metrics->n_correct / (double)n : 0;
}

TrainFigures train_metrics_figures(const TrainMetrics *metrics)
{
    return train_figures_make(metrics->scalars, metrics->n_scalars, metrics->sums,
                              metrics->n - metrics->n_ignored);
}

bool train_metrics_value(const TrainMetrics *metrics, const char *name, double *value)
{
    const TrainFigures figures = train_metrics_figures(metrics);
    *value = train_metrics_loss(metrics);
    if (!strcmp(name, "loss"))
        return true;
    for (size_t i = 0; i < figures.n; i++)
        if (!strcmp(name, figures.scalars[i].name)) {
            *value = figures.values[i];
            return true;
        }
    return false;
}

TrainInterval train_wilson(uint64_t n_correct, uint64_t n)
{
    if (n == 0)
        return (TrainInterval){0, 1};
    double count = (double)n;
    double share = (double)n_correct / count;
    double scale = 1 / (1 + Z * Z / count);
    double center = scale * (share + Z * Z / (2 * count));
    double half = scale * Z * sqrt(share * (1 - share) / count + Z * Z / (4 * count * count));
    double low = n_correct == 0 ? 0 : center - half;
    double high = n_correct == n ? 1 : center + half;
    return (TrainInterval){low, high};
}

static TrainClassMetrics shares_of(TrainClassCounts counts)
{
    TrainClassMetrics c = {counts.support, counts.predicted, counts.hit, 0, 0, 0};
    c.precision = c.predicted ? (double)c.hit / (double)c.predicted : 0;
    c.recall = c.support ? (double)c.hit / (double)c.support : 0;
    double both = c.precision + c.recall;
    c.f1 = both > 0 ? 2 * c.precision * c.recall / both : 0;
    return c;
}

TrainClassMetrics train_metrics_class(const TrainMetrics *metrics, uint32_t label)
{
    return shares_of(metrics->counts[label]);
}

double train_metrics_micro_f1(const TrainMetrics *metrics)
{
    TrainClassCounts all = {0};
    for (uint32_t label = 0; label < metrics->n_classes; label++) {
        all.support += metrics->counts[label].support;
        all.predicted += metrics->counts[label].predicted;
        all.hit += metrics->counts[label].hit;
    }
    return shares_of(all).f1;
}

double train_metrics_macro_f1(const TrainMetrics *metrics)
{
    double sum = 0;
    uint32_t n = 0;
    for (uint32_t label = 0; label < metrics->n_classes; label++) {
        TrainClassMetrics c = train_metrics_class(metrics, label);
        if (c.support == 0 && c.predicted == 0)
            continue;
        sum += c.f1;
        n++;
    }
    return n ? sum / n : 0;
}
