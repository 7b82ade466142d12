/* The figures that a loss has beside itself, with values: what log, progress line, curves and report
 * walk, whatever the loss. */
#ifndef TRAIN_FIGURES_H
#define TRAIN_FIGURES_H

#include "libaug/base/json_writer.h"
#include "trainer/nn/nn.h"

/* Values of n figures, means over samples; low, high: of a share, its 95 % interval. scalars are the
 * loss's. */
typedef struct TrainFigures {
    const NnScalar *scalars;
    size_t n;
    double values[NN_MAX_SCALARS], low[NN_MAX_SCALARS], high[NN_MAX_SCALARS];
} TrainFigures;

/* From sums over n_samples samples. */
TrainFigures train_figures_make(const NnScalar *scalars, size_t n, const double *sums,
                                uint64_t n_samples);

/* "  accuracy 81.35 %", for each figure one; digits: of a percentage. intervals: with " (80.92 to
 * 81.77)" behind shares. */
void train_figures_text(const TrainFigures *figures, int digits, bool intervals, char *text,
                        size_t size);

/* Writes members "PREFIXaccuracy", with intervals also "..._low" and "..._high". */
void train_figures_write(const TrainFigures *figures, const char *prefix, bool intervals,
                         AugiJsonWriter *writer);

#endif
