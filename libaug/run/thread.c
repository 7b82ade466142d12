/* Workers of one thread, by domain. */
#include "libaug/run/thread.h"

#include <stdlib.h>

struct AugiThreadWorker {
    const AugDomain *domain;
    void *state;
    struct AugiThreadWorker *next;
};

void augi_thread_init(AugiThread *thread, size_t most)
{
    *thread = (AugiThread){.allowance = {.most = most}};
    for (size_t i = 0; i < AUG_COUNT(thread->buffers); i++)
        thread->buffers[i].allowance = &thread->allowance;
}

void augi_thread_fini(AugiThread *thread)
{
    while (thread->workers) {
        AugiThreadWorker *worker = thread->workers;
        thread->workers = worker->next;
        worker->domain->worker_free(worker->state);
        free(worker);
    }
    for (size_t i = 0; i < AUG_COUNT(thread->buffers); i++)
        aug_buffer_fini(&thread->buffers[i]);
}

AugStatus augi_thread_worker(AugiThread *thread, const AugDomain *domain, void **worker,
                             AugError *error)
{
    *worker = NULL;
    for (const AugiThreadWorker *at = thread->workers; at; at = at->next)
        if (at->domain == domain) {
            *worker = at->state;
            return AUG_OK;
        }
    AugiThreadWorker *made = malloc(sizeof(*made));
    if (!made)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a worker");
    *made = (AugiThreadWorker){.domain = domain, .next = thread->workers};
    const AugStatus status = domain->worker_new(&made->state, &thread->allowance, error);
    if (status != AUG_OK) {
        free(made);
        return status;
    }
    thread->workers = made;
    *worker = made->state;
    return AUG_OK;
}
