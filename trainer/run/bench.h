/* Training steps that are measured: where their time goes, layer by layer. */
#ifndef TRAIN_BENCH_H
#define TRAIN_BENCH_H

#include "trainer/data/source.h"
#include "trainer/model/model_file.h"

/* What is measured, and what came of it. The first members are given, the rest zero; end with
 * train_bench_fini.
 *
 * source:    batches to train on; NULL: made-up ones of batch_size samples
 * n_steps:   measured steps
 * n_views:   views of a sample; 0: of made-up batches, as many as the loss compares
 * peak:      floating-point operations a second that all threads can make
 * step_s:    median of the steps, with what they waited for data; seconds and cpu_s: of all steps, on
 *            the clock and of all processors; waited_s: of seconds, for data
 * update_s:  of seconds, in the optimizer
 */
typedef struct TrainBench {
    const TrainModelFile *model;
    const TrainSettings *settings;
    TrainSource *source;
    uint32_t batch_size, n_steps, n_views;
    NnNetwork *network;
    NnNetworkInfo info;
    double peak, step_s, seconds, cpu_s, waited_s, update_s;
    uint64_t n_samples;
    struct TrainMadeUp *made_up;
} TrainBench;

/* Builds the network; batch_size is known. */
AUG_MUST_CHECK AugStatus train_bench_build(TrainBench *bench, AugError *error);

/* Some steps that are not measured, and n_steps that are. */
AUG_MUST_CHECK AugStatus train_bench_run(TrainBench *bench, AugError *error);

/* Frees what the other functions made. */
void train_bench_fini(TrainBench *bench);

#endif
