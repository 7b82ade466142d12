/* One pass over the data that a run is measured on. */
#include <stdio.h>
#include <stdlib.h>

#include "libaug/base/clock.h"
#include "trainer/run/run.h"

const char *train_run_class_name(const TrainRun *run, uint32_t label, char text[16])
{
    if (label < run->model->n_classes)
        return run->model->classes[label];
    const TrainSource *source = run->eval ? run->eval : run->train;
    const char *name = source ? train_source_class_name(source, label) : NULL;
    if (name)
        return name;
    snprintf(text, 16, "%u", label);
    return text;
}

uint64_t train_run_epoch_steps(const TrainRun *run)
{
    return (train_source_info(run->train)->steps_per_epoch + run->accumulate - 1) / run->accumulate;
}

AugStatus train_run_init_metrics(TrainRun *run, AugError *error)
{
    run->scalars = nn_loss_scalars(&run->model->loss, &run->n_scalars);
    AUG_TRY(train_metrics_init(&run->metrics,
                               run->model->task->has_classes ? run->info.n_classes : 0, error));
    run->metrics.scalars = run->scalars;
    run->metrics.n_scalars = run->n_scalars;
    return AUG_OK;
}

void train_run_fini(TrainRun *run)
{
    train_history_fini(&run->history);
    train_metrics_fini(&run->metrics);
}

static AugStatus evaluate_batches(TrainRun *run, NnReal *logits, AugError *error)
{
    uint64_t n_steps = train_source_info(run->eval)->steps_per_epoch;
    for (uint64_t step = 0; step < n_steps && !atomic_load(run->stop); step++) {
        TrainSourceBatch batch;
        NnResult result;
        AUG_TRY(train_source_next(run->eval, &batch, error));
        AUG_TRY(nn_network_evaluate(run->network, &batch.batch, logits, &result, error));
        train_metrics_add(&run->metrics, &batch.batch, logits, &result);
    }
    return AUG_OK;
}

AugStatus train_run_evaluate(TrainRun *run, AugError *error)
{
    double begin = augi_clock_seconds();
    train_metrics_reset(&run->metrics);
    size_t n = (size_t)run->info.max_batch * run->info.n_classes;
    NnReal *logits = malloc(n * sizeof(*logits));
    if (!logits)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %zu predictions", n);
    AugStatus status = evaluate_batches(run, logits, error);
    free(logits);
    if (atomic_load(run->stop))
        train_metrics_reset(&run->metrics);
    run->times.evaluation += augi_clock_seconds() - begin;
    return aug_error_prefix(error, status, "evaluation");
}
