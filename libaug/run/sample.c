/* Single samples: a domain's worker with the buffers and fields that a caller sees. */
#include "aug/sample.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/run/job.h"
#include "libaug/run/members.h"
#include "libaug/run/worker.h"

AugStatus augi_worker_init(AugWorker *worker, const AugPlan *plan, AugiThread *thread,
                           AugError *error)
{
    *worker = (AugWorker){.plan = plan, .thread = thread};
    return augi_thread_worker(thread, plan->domain, &worker->state, error);
}

AugStatus aug_worker_new(AugWorker **out, const AugPlan *plan, AugError *error)
{
    *out = NULL;
    AugWorker *worker = calloc(1, sizeof(*worker));
    AugiThread *thread = calloc(1, sizeof(*thread));
    if (!worker || !thread) {
        free(worker);
        free(thread);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a worker");
    }
    augi_thread_init(thread, 0);
    const AugStatus status = augi_worker_init(worker, plan, thread, error);
    worker->own = thread;
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
    augi_thread_fini(worker->own);
    free(worker->own);
    free(worker);
}

static AugStatus make(AugWorker *worker, const AugKey *key, const AugSample *in, AugSample *out,
                      AugError *error)
{
    const AugPlan *plan = worker->plan;
    const uint32_t n_fields = aug_dataset_info(plan->dataset)->n_fields;
    /* Not cleared: drawing sets what else there is, and clearing takes a tenth of a short text's time. */
    AugiMembers members;
    members.plan = plan;
    members.key = key;
    members.row = 0;
    members.notes = NULL;
    members.buffers = worker->thread->buffers;
    AUG_TRY(augi_members_draw(&members, error));
    augi_members_give(&members, in);
    worker->smoothing = 0;
    memcpy(worker->fields, in->fields, n_fields * sizeof(AugField));
    uint32_t at_fault;
    AugStatus status = augi_members_read(&members, &at_fault, error);
    if (status == AUG_OK) {
        AugDomainJob job = augi_job_make(&members);
        job.at_fault = &at_fault;
        job.smoothing = plan->made.softens ? &worker->smoothing : NULL;
        status =
            plan->domain->augment(plan->domain_plan, worker->state, &job, worker->fields, error);
        if (augi_job_again(&members, &job, status))
            status = plan->domain->augment(plan->domain_plan, worker->state, &job, worker->fields,
                                           error);
        if (status == AUG_OK)
            augi_job_done(&members, &job);
    }
    augi_members_end(&members, status == AUG_OK);
    *out = (AugSample){.name = in->name, .fields = worker->fields};
    return status;
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

/* The bytes between what both values begin and end with. */
static AugChange compare(const AugField *given, const AugField *made)
{
    const uint8_t *old = given->bytes, *new = made->bytes;
    size_t end = given->size, new_end = made->size, start = 0;
    while (start < end && start < new_end && old[start] == new[start])
        start++;
    while (end > start && new_end > start && old[end - 1] == new[new_end - 1]) {
        end--;
        new_end--;
    }
    return (AugChange){.start = (uint32_t)start,
                       .end = (uint32_t)end,
                       .new_start = (uint32_t)start,
                       .new_end = (uint32_t)new_end};
}

void aug_worker_changes(AugWorker *worker, const AugSample *in, const AugSample *made,
                        uint32_t field, AugChanges *out)
{
    const AugPlan *plan = worker->plan;
    *out = (AugChanges){.items = &worker->change};
    if (plan->domain->changes &&
        plan->domain->changes(plan->domain_plan, worker->state, field, out))
        return;
    worker->change = compare(&in->fields[field], &made->fields[field]);
    const AugChange *change = &worker->change;
    out->n = change->start < change->end || change->new_start < change->new_end;
    out->outcome = out->n > 0 ? "applied" : "unchanged";
}
