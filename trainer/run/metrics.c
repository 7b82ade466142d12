/* Counts predictions in a confusion matrix; every other figure is computed from it. */
#include "trainer/run/metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Two-sided 95 % of the normal distribution. */
#define Z 1.959963984540054

AugStatus train_metrics_init(TrainMetrics *metrics, uint32_t n_classes, AugError *error)
{
    *metrics = (TrainMetrics){.n_classes = n_classes};
    metrics->confusion = calloc((size_t)n_classes * n_classes + 1, sizeof(uint64_t));
    if (!metrics->confusion)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to count %u classes", n_classes);
    return AUG_OK;
}

void train_metrics_fini(TrainMetrics *metrics)
{
    free(metrics->confusion);
    *metrics = (TrainMetrics){0};
}

void train_metrics_reset(TrainMetrics *metrics)
{
    memset(metrics->confusion, 0,
           (size_t)metrics->n_classes * metrics->n_classes * sizeof(uint64_t));
    metrics->n = metrics->n_ignored = metrics->n_correct = 0;
    metrics->loss_sum = metrics->weight = 0;
    memset(metrics->sums, 0, sizeof(metrics->sums));
}

void train_metrics_add(TrainMetrics *metrics, const NnBatch *batch, const NnReal *logits,
                       const NnResult *result)
{
    uint32_t k = metrics->n_classes;
    for (uint32_t i = 0; i < batch->n && k > 0; i++) {
        if (batch->labels && metrics->loss && nn_loss_ignores(metrics->loss, batch->labels[i]))
            continue;
        const size_t found = nn_largest(logits + (size_t)i * k, k);
        const size_t wanted = nn_batch_class(batch, i, k);
        metrics->confusion[wanted * k + found]++;
        metrics->n_correct += wanted == found;
    }
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

TrainClassMetrics train_metrics_class(const TrainMetrics *metrics, uint32_t label)
{
    size_t k = metrics->n_classes;
    TrainClassMetrics c = {.hit = metrics->confusion[label * k + label]};
    for (size_t i = 0; i < k; i++) {
        c.support += metrics->confusion[label * k + i];
        c.predicted += metrics->confusion[i * k + label];
    }
    c.precision = c.predicted ? (double)c.hit / (double)c.predicted : 0;
    c.recall = c.support ? (double)c.hit / (double)c.support : 0;
    double both = c.precision + c.recall;
    c.f1 = both > 0 ? 2 * c.precision * c.recall / both : 0;
    return c;
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
