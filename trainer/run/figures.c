/* Means and intervals of figures, as text and as JSON. */
#include "trainer/run/figures.h"

#include <math.h>
#include <stdio.h>

#include "trainer/run/metrics.h"

TrainFigures train_figures_make(const NnScalar *scalars, size_t n, const double *sums,
                                uint64_t n_samples)
{
    TrainFigures figures = {.scalars = scalars, .n = n};
    for (size_t i = 0; i < n; i++) {
        figures.values[i] = n_samples ? sums[i] / (double)n_samples : 0;
        if (!scalars[i].is_share)
            continue;
        const TrainInterval interval = train_wilson((uint64_t)llround(sums[i]), n_samples);
        figures.low[i] = interval.low;
        figures.high[i] = interval.high;
    }
    return figures;
}

void train_figures_text(const TrainFigures *figures, int digits, bool intervals, char *text,
                        size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < figures->n && used < size; i++) {
        const char *name = figures->scalars[i].name;
        int n;
        if (!figures->scalars[i].is_share)
            n = snprintf(text + used, size - used, "  %s %.4f", name, figures->values[i]);
        else if (intervals)
            n = snprintf(text + used, size - used, "  %s %.*f %% (%.*f to %.*f)", name, digits,
                         100 * figures->values[i], digits, 100 * figures->low[i], digits,
                         100 * figures->high[i]);
        else
            n = snprintf(text + used, size - used, "  %s %.*f %%", name, digits,
                         100 * figures->values[i]);
        used += n > 0 ? (size_t)n : size;
    }
}

static void put(AugiJsonWriter *writer, const char *prefix, const char *name, const char *ending,
                double value)
{
    char key[96];
    snprintf(key, sizeof(key), "%s%s%s", prefix, name, ending);
    augi_json_number_member(writer, key, value);
}

void train_figures_write(const TrainFigures *figures, const char *prefix, bool intervals,
                         AugiJsonWriter *writer)
{
    for (size_t i = 0; i < figures->n; i++) {
        const NnScalar *scalar = &figures->scalars[i];
        put(writer, prefix, scalar->name, "", figures->values[i]);
        if (!intervals || !scalar->is_share)
            continue;
        put(writer, prefix, scalar->name, "_low", figures->low[i]);
        put(writer, prefix, scalar->name, "_high", figures->high[i]);
    }
}
