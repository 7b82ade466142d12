/* Single samples: a domain's worker with the buffers and fields that a caller sees. */
#include "aug/sample.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/run/partners.h"
#include "libaug/run/worker.h"

struct AugWorker {
    const AugPlan *plan;
    void *worker;
    uint64_t n_counted;
    AugField fields[AUG_MAX_FIELDS];
    AugBuffer partners[AUG_MAX_PARTNERS];
};

AugStatus aug_worker_new(AugWorker **out, const AugPlan *plan, AugError *error)
{
    *out = NULL;
    AugWorker *worker = calloc(1, sizeof(*worker));
    if (!worker)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a worker");
    worker->plan = plan;
    const AugStatus status = plan->domain->worker_new(plan->domain_plan, &worker->worker, error);
    if (status != AUG_OK) {
        aug_worker_free(worker);
        return status;
    }
    *out = worker;
    return AUG_OK;
}

void aug_worker_free(AugWorker *worker)
{
    if (!worker)
        return;
    if (worker->worker)
        worker->plan->domain->worker_free(worker->worker);
    for (size_t i = 0; i < AUG_MAX_PARTNERS; i++)
        aug_buffer_fini(&worker->partners[i]);
    free(worker);
}

void *augi_worker_state(const AugWorker *worker)
{
    return worker->worker;
}

static AugStatus make(AugWorker *worker, const AugKey *key, const AugSample *in, AugSample *out,
                      AugError *error)
{
    const AugPlan *plan = worker->plan;
    const uint32_t n_fields = aug_dataset_info(plan->dataset)->n_fields;
    AugSample samples[1 + AUG_MAX_PARTNERS] = {*in};
    uint32_t n_partners;
    AUG_TRY(augi_partners_read(plan, key, worker->partners, &samples[1], &n_partners, error));
    memcpy(worker->fields, in->fields, n_fields * sizeof(AugField));
    const AugDomainJob job = {.key = key, .samples = samples, .n = 1 + n_partners};
    AUG_TRY(plan->domain->augment(plan->domain_plan, worker->worker, &job, worker->fields, error));
    *out = (AugSample){.name = in->name, .fields = worker->fields};
    return AUG_OK;
}

AugStatus aug_worker_augment(AugWorker *worker, const AugKey *key, const AugSample *in,
                             AugSample *out, AugError *error)
{
    if (key)
        return make(worker, key, in, out, error);
    const AugKey counted = {.seed = worker->plan->spec->head.seed, .sample = worker->n_counted++};
    return make(worker, &counted, in, out, error);
}

AugStatus aug_worker_decode(AugWorker *worker, const AugSample *in, AugSample *out, AugError *error)
{
    return make(worker, NULL, in, out, error);
}
