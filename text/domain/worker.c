/* What a thread holds while it makes texts. */
#include <stdlib.h>

#include "text/domain/domain.h"

/* All memory of a worker that grows, in one order for everything that is done with each. */
static void for_each_memory(TxtWorker *worker, void (*act)(TxtMemory *memory, TxtWorker *worker))
{
    act(&worker->scanner.spans, worker);
    act(&worker->scanner.words, worker);
    act(&worker->scanner.scratch, worker);
    act(&worker->edits.items, worker);
    act(&worker->edits.store, worker);
    act(&worker->ranges, worker);
    for (size_t i = 0; i < TXT_MAX_TEXTS; i++)
        for (size_t k = 0; k < 2; k++) {
            act(&worker->made[i].memory[k], worker);
            act(&worker->made[i].changes[k].items, worker);
        }
    for (size_t i = 0; i < TXT_MAX_SPAN_FIELDS; i++) {
        act(&worker->moved.rows[i], worker);
        act(&worker->moved.picks[i], worker);
        for (size_t k = 0; k < TXT_MAX_FOLLOWERS; k++)
            act(&worker->moved.picked[i][k], worker);
    }
}

static void count(TxtMemory *memory, TxtWorker *worker)
{
    memory->allowance = worker->allowance;
}

static void fini(TxtMemory *memory, TxtWorker *worker)
{
    (void)worker;
    txt_memory_fini(memory);
}

AugStatus txt_worker_new(void **out, AugiAllowance *allowance, AugError *error)
{
    TxtWorker *worker = calloc(1, sizeof(*worker));
    *out = worker;
    if (!worker)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a worker");
    worker->allowance = allowance;
    for_each_memory(worker, count);
    return AUG_OK;
}

void txt_worker_free(void *context)
{
    TxtWorker *worker = context;
    if (!worker)
        return;
    for_each_memory(worker, fini);
    txt_icu_words_free(worker->icu);
    txt_search_free(worker->search);
    txt_token_scratch_free(worker->tokens);
    free(worker);
}
