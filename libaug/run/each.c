/* Single samples in the order of the data set, each read and given to the program. */
#include "libaug/run/each.h"

#include "libaug/run/worker.h"

void augi_each_draw(AugBatch *batch, const AugPlan *plan)
{
    const uint64_t first = batch->step * batch->each->batch_size;
    const uint64_t left = plan->n_samples - first;
    batch->n_global = left < batch->each->batch_size ? (uint32_t)left : batch->each->batch_size;
    batch->slice = augi_slice(batch->n_global, batch->share->rank, batch->share->world);
    batch->n_made = batch->layout.n = batch->slice.n;
    for (uint32_t i = 0; i < batch->slice.n; i++) {
        batch->rows[i].place = batch->slice.first + i;
        batch->rows[i].sample = first + batch->rows[i].place;
    }
}

AugStatus augi_each_make(const AugPlan *plan, AugiThread *thread, AugBatch *batch, uint32_t number,
                         AugError *error)
{
    AugWorker worker;
    /* What is kept of other samples must not decide whether there is room for this one, and the
     * program's function is called once. */
    if (thread->allowance.most > 0)
        augi_thread_fini(thread);
    AUG_TRY(augi_worker_init(&worker, plan, thread, error));
    const uint64_t index = batch->rows[number].sample;
    AugSample sample;
    AugError reason = {0};
    const bool is_read =
        aug_dataset_read(plan->dataset, index, &thread->buffers[0], &sample, &reason) == AUG_OK;
    const AugEachSample given = {
        .key = {.seed = plan->spec->head.seed, .epoch = batch->epoch, .sample = index},
        .sample = is_read ? &sample : NULL,
        .error = is_read ? NULL : &reason,
        .worker = &worker,
    };
    return batch->each->make(batch->each->user, &given, &batch->results[number], error);
}
