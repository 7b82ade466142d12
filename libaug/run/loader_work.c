/* The workers' side of a loader: starting batches, giving out tasks, doing them, booking them. */
#include "libaug/base/clock.h"
#include "libaug/run/draw.h"
#include "libaug/run/each.h"
#include "libaug/run/loader.h"
#include "libaug/run/make.h"

/* A task of about this length makes the lock a small part of the work, and still spreads one batch
 * over all workers. */
#define TASK_SECONDS 100e-6

/* A sample that took a moment may have been an exception: no longer tasks than this. */
#define MAX_TASK_SAMPLES 64

AugBatch *augi_loader_batch_new(AugLoader *loader)
{
    const AugEach *each = &loader->options.each;
    AugBatch *batch = each->make ? augi_batch_new_each(each, &loader->share)
                                 : augi_batch_new(loader->plan, &loader->share);
    if (!batch)
        return NULL;
    batch->loader = loader;
    if (loader->options.memory.take)
        batch->memory = &loader->options.memory;
    return batch;
}

static AugBatch *idle_batch(AugLoader *loader)
{
    AugBatch *batch = loader->idle;
    if (batch) {
        loader->idle = batch->next_idle;
        return batch;
    }
    if (loader->n_made == loader->most)
        return NULL;
    batch = augi_loader_batch_new(loader);
    if (!batch) {
        /* The first batch was made with the loader, so the work goes on, with less ahead. */
        loader->most = loader->n_made;
        return NULL;
    }
    loader->n_made++;
    return batch;
}

static void set_position(const AugLoader *loader, uint64_t sequence, AugBatch *batch)
{
    uint64_t steps = loader->steps_per_epoch;
    uint64_t absolute = loader->options.step + sequence;
    batch->sequence = sequence;
    batch->epoch = loader->options.epoch + (uint32_t)(absolute / steps);
    batch->step = absolute % steps;
    batch->last = batch->step == steps - 1;
}

static void begin_round(AugBatch *batch, uint32_t round, uint32_t n_items)
{
    batch->round = round;
    batch->n_items = n_items;
    batch->next = 0;
    batch->remaining = n_items;
}

/* Memory of somebody else goes to batches in their order, or later ones could hold all of it while
 * the consumer waits for an earlier one. */
static bool awaits_memory(const AugLoader *loader)
{
    if (!loader->options.memory.take || loader->next_start == loader->next_deliver)
        return false;
    const AugBatch *last = loader->ring[(loader->next_start - 1) % loader->depth];
    return last->round == AUGI_ROUND_DRAW && !last->ready;
}

static bool start_batch(AugLoader *loader)
{
    if (awaits_memory(loader) || loader->next_start == loader->n_batches ||
        loader->next_start - loader->next_deliver == loader->depth)
        return false;
    AugBatch *batch = idle_batch(loader);
    if (!batch)
        return false;
    set_position(loader, loader->next_start, batch);
    begin_round(batch, AUGI_ROUND_DRAW, 1);
    batch->ready = false;
    batch->error.status = AUG_OK;
    loader->ring[loader->next_start++ % loader->depth] = batch;
    return true;
}

static uint32_t task_length(const AugLoader *loader, uint32_t left)
{
    uint32_t n = MAX_TASK_SAMPLES;
    if (loader->sample_seconds * MAX_TASK_SAMPLES > TASK_SECONDS)
        n = 1 + (uint32_t)(TASK_SECONDS / loader->sample_seconds);
    if (loader->sample_seconds == 0)
        n = 1;
    return n < left ? n : left;
}

static bool take_from(AugLoader *loader, AugBatch *batch, AugiTask *task)
{
    if (batch->next == batch->n_items)
        return false;
    if (batch->round == AUGI_ROUND_DRAW && loader->lacks_memory)
        return false;
    *task = (AugiTask){
        .loader = loader, .batch = batch, .round = batch->round, .n_wakes = loader->n_wakes};
    task->first = batch->next;
    task->n = task_length(loader, batch->n_items - batch->next);
    batch->next += task->n;
    loader->n_active++;
    return true;
}

bool augi_loader_take(AugLoader *loader, AugiTask *task)
{
    if (loader->failure.status != AUG_OK)
        return false;
    for (uint64_t i = loader->next_deliver; i < loader->next_start; i++)
        if (take_from(loader, loader->ring[i % loader->depth], task))
            return true;
    return start_batch(loader) &&
           take_from(loader, loader->ring[(loader->next_start - 1) % loader->depth], task);
}

static AugStatus try_row(const AugiTask *task, AugiThread *thread, uint32_t i, AugError *error)
{
    const AugPlan *plan = task->loader->plan;
    void *worker;
    thread->allowance.refused = 0;
    AUG_TRY(augi_thread_worker(thread, plan->domain, &worker, error));
    const AugiMaker maker = {.plan = plan, .worker = worker, .buffers = thread->buffers};
    return augi_make_row(&maker, task->batch, i, error);
}

/* What the thread kept of other samples must not decide whether there is room for this one. */
static AugStatus make_row(const AugiTask *task, AugiThread *thread, uint32_t i, AugError *error)
{
    const bool was_empty = thread->allowance.held == 0;
    const AugStatus status = try_row(task, thread, i, error);
    if (status == AUG_OK || was_empty || !augi_allowance_refused(&thread->allowance))
        return status;
    augi_thread_fini(thread);
    return try_row(task, thread, i, error);
}

static AugStatus draw(AugiTask *task, AugError *error)
{
    const AugPlan *plan = task->loader->plan;
    AugBatch *batch = task->batch;
    if (batch->each) {
        augi_each_draw(batch, plan);
        return AUG_OK;
    }
    if (batch->memory)
        AUG_TRY(augi_batch_take_memory(batch, error));
    task->lacks_memory = !batch->bytes;
    return batch->bytes ? augi_batch_draw(batch, plan, task->loader->windows, error) : AUG_OK;
}

/* Item i of the task's round. */
static AugStatus do_item(AugiTask *task, AugiThread *thread, uint32_t i, AugError *error)
{
    const AugPlan *plan = task->loader->plan;
    if (task->round == AUGI_ROUND_DRAW)
        return draw(task, error);
    if (task->round >= AUGI_ROUND_MIX) {
        augi_mix_row(plan, task->batch, task->round - AUGI_ROUND_MIX, i);
        return AUG_OK;
    }
    if (task->batch->each)
        return augi_each_make(plan, thread, task->batch, i, error);
    return make_row(task, thread, i, error);
}

void augi_loader_run(AugiTask *task, AugiThread *thread)
{
    double start = augi_clock_seconds();
    for (uint32_t i = task->first; i < task->first + task->n; i++) {
        if (atomic_load_explicit(&task->loader->closed, memory_order_relaxed))
            break;
        AugError error = {0};
        if (do_item(task, thread, i, &error) != AUG_OK && task->error.status == AUG_OK) {
            task->error = error;
            task->error_sample = i;
        }
    }
    task->seconds = augi_clock_seconds() - start;
}

/* The worker that ends the last round completes the batch, without the lock; nobody else works on
 * it then. */
static void complete(AugLoader *loader, AugBatch *batch)
{
    pthread_mutex_unlock(&loader->pool->lock);
    if (batch->error.status == AUG_OK && !batch->each)
        augi_batch_end(batch, loader->plan);
    pthread_mutex_lock(&loader->pool->lock);
    batch->ready = true;
    if (batch->sequence != loader->next_deliver)
        return;
    pthread_cond_broadcast(&loader->changed);
    if (loader->options.on_ready) {
        pthread_mutex_unlock(&loader->pool->lock);
        loader->options.on_ready(loader->options.user);
        pthread_mutex_lock(&loader->pool->lock);
    }
}

void augi_loader_wake(AugLoader *loader)
{
    loader->n_wakes++;
    loader->lacks_memory = false;
    pthread_cond_broadcast(&loader->pool->work);
}

/* The batch is begun again, at once if memory may have come since it was asked for. */
static void book_lack(const AugiTask *task)
{
    AugLoader *loader = task->loader;
    task->batch->next = 0;
    if (task->n_wakes == loader->n_wakes)
        loader->lacks_memory = true;
    else
        pthread_cond_broadcast(&loader->pool->work);
}

static void book(AugiTask *task)
{
    AugLoader *loader = task->loader;
    AugBatch *batch = task->batch;
    if (task->lacks_memory) {
        book_lack(task);
        return;
    }
    /* A slowly moving mean; the first value counts whole. */
    const double seconds = task->seconds / task->n;
    if (task->round != AUGI_ROUND_DRAW)
        loader->sample_seconds +=
            (seconds - loader->sample_seconds) * (loader->sample_seconds == 0 ? 1 : 0.125);
    if (task->error.status != AUG_OK &&
        (batch->error.status == AUG_OK || task->error_sample < batch->error_sample)) {
        batch->error = task->error;
        batch->error_sample = task->error_sample;
    }
    batch->remaining -= task->n;
    if (batch->remaining > 0)
        return;
    /* A slice without rows is done when that is known. */
    if (batch->error.status != AUG_OK || batch->n_made == 0 ||
        batch->round == AUGI_ROUND_MAKE + batch->mix.n_passes) {
        complete(loader, batch);
        return;
    }
    begin_round(batch, batch->round + 1, augi_batch_items(batch, batch->round + 1));
    pthread_cond_broadcast(&loader->pool->work);
}

void augi_loader_finish(AugiTask *task)
{
    AugLoader *loader = task->loader;
    if (!atomic_load(&loader->closed))
        book(task);
    if (--loader->n_active == 0 && atomic_load(&loader->closed))
        pthread_cond_broadcast(&loader->changed);
}
