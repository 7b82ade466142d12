#include <stdio.h>
#include <stdlib.h>

#include "trainer/clock.h"
#include "trainer/run.h"

const char *nn_run_class_name(const NnRun *run, uint32_t label, char text[16])
{
    if (label < run->model->n_classes)
        return run->model->classes[label];
    snprintf(text, 16, "%u", label);
    return text;
}

AugStatus nn_run_init_metrics(NnRun *run, AugError *error)
{
    return nn_metrics_init(&run->metrics, run->info.n_classes, error);
}

void nn_run_fini(NnRun *run)
{
    nn_history_fini(&run->history);
    nn_metrics_fini(&run->metrics);
}

static AugStatus evaluate_batches(NnRun *run, NnReal *logits, AugError *error)
{
    uint64_t n_steps = nn_source_info(run->eval)->steps_per_epoch;
    for (uint64_t step = 0; step < n_steps && !atomic_load(run->stop); step++) {
        NnSourceBatch batch;
        NnResult result;
        AUG_TRY(nn_source_next(run->eval, &batch, error));
        AUG_TRY(nn_network_evaluate(run->network, &batch.batch, logits, &result, error));
        nn_metrics_add(&run->metrics, &batch.batch, logits, &result);
    }
    return AUG_OK;
}

AugStatus nn_run_evaluate(NnRun *run, AugError *error)
{
    double begin = nn_clock_seconds();
    nn_metrics_reset(&run->metrics);
    size_t n = (size_t)run->info.max_batch * run->info.n_classes;
    NnReal *logits = malloc(n * sizeof(*logits));
    if (!logits)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %zu predictions", n);
    AugStatus status = evaluate_batches(run, logits, error);
    free(logits);
    if (atomic_load(run->stop))
        nn_metrics_reset(&run->metrics);
    run->times.evaluation += nn_clock_seconds() - begin;
    return aug_error_prefix(error, status, "evaluation");
}
