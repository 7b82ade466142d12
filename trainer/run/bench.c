/* Measuring training steps. */
#include "trainer/run/bench.h"

#include <stdlib.h>

#include "libaug/base/clock.h"
#include "trainer/nn/loss.h"

/* Steps before those that count: caches, page tables and clock rates settle. */
#define N_WARM_UP 2

/* A batch that is always the same. */
typedef struct TrainMadeUp {
    float *data, *soft, *values;
    int32_t *ids;
    int64_t *labels;
    const void **views;
    NnBatch batch;
} TrainMadeUp;

/* Samples that a made-up batch has of each group. */
#define GROUP_SIZE 4

AugStatus train_bench_build(TrainBench *bench, AugError *error)
{
    NnNetworkSpec spec = train_model_network(bench->model, bench->settings);
    const NnLossDesc *loss = (const NnLossDesc *)(const void *)bench->model->loss.module;
    /* What is made up has as many views as the loss compares. */
    if (bench->n_views == 0)
        bench->n_views = loss->least_rows > 1 ? loss->least_rows : 1;
    spec.input_rows = bench->n_views;
    spec.max_batch = bench->batch_size;
    AUG_TRY(train_model_place(bench->model, nn_network_new(&bench->network, &spec, error), error));
    nn_network_info(bench->network, &bench->info);
    return AUG_OK;
}

/* Values between -1 and 1 without a pattern that layers could see. */
static void fill(float *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (float)((uint32_t)i * 2654435761u >> 16) / 32768 - 1;
}

static AugStatus make_up(TrainBench *bench, AugError *error)
{
    const NnShape in = bench->info.input, out = bench->info.output;
    const size_t n = bench->batch_size, n_classes = bench->info.n_classes;
    const size_t n_groups = (n + GROUP_SIZE - 1) / GROUP_SIZE, n_views = bench->n_views;
    const size_t inputs = (size_t)in.height * (size_t)in.width * (size_t)in.channels;
    const size_t outputs = (size_t)out.height * (size_t)out.width * (size_t)out.channels;
    const unsigned targets = nn_loss_targets(&bench->model->loss);
    TrainMadeUp *made = calloc(1, sizeof(*made));
    bench->made_up = made;
    if (made) {
        made->data = calloc(n_views * n * inputs, sizeof(float));
        made->views = calloc(n_views, sizeof(*made->views));
        made->ids = calloc(n * inputs, sizeof(int32_t));
        made->labels = calloc(n, sizeof(int64_t));
        made->soft = calloc(n * n_classes, sizeof(float));
        made->values = calloc(n * outputs, sizeof(float));
    }
    if (!made || !made->data || !made->views || !made->ids || !made->labels || !made->soft ||
        !made->values)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a batch of %zu samples", n);
    fill(made->data, n_views * n * inputs);
    for (size_t i = 1; i < n_views; i++)
        made->views[i - 1] =
            bench->info.n_indices > 0 ? (const void *)made->ids : made->data + i * n * inputs;
    fill(made->values, n * outputs);
    for (size_t i = 0; i < n * inputs && bench->info.n_indices > 0; i++)
        made->ids[i] = (int32_t)((uint32_t)i * 2654435761u % bench->info.n_indices);
    for (size_t i = 0; i < n; i++) {
        made->labels[i] = (int64_t)(targets & NN_TARGET_GROUPS ? i % n_groups : i * 7 % n_classes);
        made->soft[i * n_classes + i * 7 % n_classes] = 1;
    }
    const bool classes = (targets & (NN_TARGET_CLASS | NN_TARGET_GROUPS)) != 0,
               ids = bench->info.n_indices > 0;
    made->batch = (NnBatch){.data = ids ? (void *)made->ids : (void *)made->data,
                            .dtype = ids ? AUG_DTYPE_I32 : AUG_DTYPE_F32,
                            .n = bench->batch_size,
                            .labels = classes ? made->labels : NULL,
                            .soft = classes ? NULL : made->soft,
                            .values = made->values,
                            .views = made->views};
    return AUG_OK;
}

/* One step. Returns its seconds, those of waiting for data included, in *step_s. */
static AugStatus run_step(TrainBench *bench, double *step_s, AugError *error)
{
    TrainSourceBatch from;
    const NnBatch *batch = bench->source ? &from.batch : &bench->made_up->batch;
    const NnRates rates = nn_optimizer_rates(&bench->model->optimizer);
    NnResult result;
    const double begin = augi_clock_seconds();
    if (bench->source)
        AUG_TRY(train_source_next(bench->source, &from, error));
    AUG_TRY(nn_network_gradients(bench->network, batch, &result, error));
    const double update = augi_clock_seconds();
    AUG_TRY(nn_network_update(bench->network, rates, error));
    const double end = augi_clock_seconds();
    bench->update_s += end - update;
    bench->n_samples += batch->n;
    *step_s = end - begin;
    return AUG_OK;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The measured steps; times has room for them. */
static AugStatus run_steps(TrainBench *bench, double *times, AugError *error)
{
    for (uint32_t i = 0; i < N_WARM_UP; i++)
        AUG_TRY(run_step(bench, &times[0], error));
    const double waited = bench->source ? train_source_waited(bench->source) : 0;
    bench->update_s = 0;
    bench->n_samples = 0;
    const double begin = augi_clock_seconds(), cpu = augi_clock_cpu_seconds();
    for (uint32_t i = 0; i < bench->n_steps; i++)
        AUG_TRY(run_step(bench, &times[i], error));
    bench->seconds = augi_clock_seconds() - begin;
    bench->cpu_s = augi_clock_cpu_seconds() - cpu;
    bench->waited_s = bench->source ? train_source_waited(bench->source) - waited : 0;
    qsort(times, bench->n_steps, sizeof(*times), by_size);
    bench->step_s = (times[(bench->n_steps - 1) / 2] + times[bench->n_steps / 2]) / 2;
    return AUG_OK;
}

/* Steps that layers are measured in; looking at the clock takes time, so they do not count above. */
static AugStatus run_layers(TrainBench *bench, double *times, AugError *error)
{
    const TrainBench counted = *bench;
    nn_network_measure(bench->network, true);
    for (uint32_t i = 0; i < bench->n_steps; i++)
        AUG_TRY(run_step(bench, times, error));
    nn_network_measure(bench->network, false);
    bench->update_s = counted.update_s;
    bench->n_samples = counted.n_samples;
    return AUG_OK;
}

AugStatus train_bench_run(TrainBench *bench, AugError *error)
{
    double *times = calloc(bench->n_steps, sizeof(*times));
    if (!times)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %u times", bench->n_steps);
    AugStatus status = bench->source ? AUG_OK : make_up(bench, error);
    bench->peak = nn_network_peak(bench->network);
    if (status == AUG_OK)
        status = run_steps(bench, times, error);
    if (status == AUG_OK)
        status = run_layers(bench, times, error);
    free(times);
    return status;
}

void train_bench_fini(TrainBench *bench)
{
    TrainMadeUp *made = bench->made_up;
    nn_network_free(bench->network);
    if (!made)
        return;
    free(made->data);
    free(made->views);
    free(made->ids);
    free(made->labels);
    free(made->soft);
    free(made->values);
    free(made);
}
