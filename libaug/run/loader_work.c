/* The workers' side of a loader: starting batches, giving out tasks, doing them, booking them. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libaug/run/loader.h"

/* A task of about this length makes the lock a small part of the work, and still spreads one batch
 * over all workers. */
#define TASK_SECONDS 100e-6

/* A sample that took a moment may have been an exception: no longer tasks than this. */
#define MAX_TASK_SAMPLES 64

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
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
    batch = augi_batch_new(loader->plan);
    if (!batch) {
        /* The first batch was made with the loader, so the work goes on, with less ahead. */
        loader->most = loader->n_made;
        return NULL;
    }
    batch->loader = loader;
    loader->n_made++;
    return batch;
}

static void set_position(const AugLoader *loader, uint64_t sequence, AugBatch *batch)
{
    uint64_t steps = loader->plan->steps_per_epoch;
    uint64_t absolute = loader->options.step + sequence;
    batch->sequence = sequence;
    batch->epoch = loader->options.epoch + (uint32_t)(absolute / steps);
    batch->step = absolute % steps;
    batch->last = batch->step == steps - 1;
}

static bool start_batch(AugLoader *loader)
{
    if (loader->next_start == loader->n_batches ||
        loader->next_start - loader->next_deliver == loader->depth)
        return false;
    AugBatch *batch = idle_batch(loader);
    if (!batch)
        return false;
    const AugPlan *plan = loader->plan;
    set_position(loader, loader->next_start, batch);
    uint32_t n = augi_plan_count(plan, batch->step);
    augi_batch_layout(plan, n, &batch->layout, batch->bytes);
    if (plan->spec->mix.n > 0)
        augi_mix_draw(plan, batch->epoch, batch->step, n, &batch->mix);
    batch->round = 0;
    batch->next = 0;
    batch->remaining = n;
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
    if (batch->next == batch->layout.n)
        return false;
    *task = (AugiTask){.loader = loader, .batch = batch, .round = batch->round};
    task->first = batch->next;
    task->n = task_length(loader, batch->layout.n - batch->next);
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

/* Samples before pass k: the passes alternate between two buffers so that the last one ends in the
 * batch itself. */
static uint8_t *samples_before(const AugBatch *batch, uint32_t pass)
{
    bool staged = (batch->mix.n_passes - pass) % 2 == 1;
    return staged ? batch->staged : batch->bytes + batch->layout.data_offset;
}

static AugStatus make_sample(AugiTask *task, uint32_t thread, AugBuffer *buffer, uint32_t i,
                             AugError *error)
{
    const AugPlan *plan = task->loader->plan;
    AugBatch *batch = task->batch;
    void **worker = &task->loader->workers[thread];
    if (!*worker)
        AUG_TRY(plan->domain->worker_new(plan->domain_plan, worker, error));
    uint64_t index = augi_plan_sample(plan, batch->epoch, batch->step, i);
    const AugKey key = {.seed = plan->spec->head.seed, .epoch = batch->epoch, .sample = index};
    AugSample sample;
    AUG_TRY(aug_dataset_read(plan->dataset, index, buffer, &sample, error));
    int64_t *indices = (int64_t *)(void *)(batch->bytes + batch->layout.index_offset);
    indices[i] = (int64_t)index;
    batch->classes[i] = sample.label;
    uint8_t *slot = samples_before(batch, 0) + i * plan->sample_size;
    return plan->domain->run(plan->domain_plan, *worker, &key, &sample, slot, error);
}

static void mix_sample(const AugiTask *task, uint32_t i)
{
    const AugPlan *plan = task->loader->plan;
    const AugBatch *batch = task->batch;
    uint32_t pass = task->round - 1;
    const AugMixItem *item = augi_mix_item(&batch->mix, pass, i);
    size_t size = plan->sample_size;
    const uint8_t *from = samples_before(batch, pass);
    uint8_t *slot = samples_before(batch, pass + 1) + i * size;
    if (!item->mixes)
        memcpy(slot, from + i * size, size);
    else
        plan->domain->mix(plan->domain_plan, item, from + i * size, from + item->partner * size,
                          slot);
}

void augi_loader_run(AugiTask *task, uint32_t thread, AugBuffer *buffer)
{
    double start = now_seconds();
    for (uint32_t i = task->first; i < task->first + task->n; i++) {
        if (atomic_load_explicit(&task->loader->closed, memory_order_relaxed))
            break;
        AugError error = {0};
        if (task->round > 0)
            mix_sample(task, i);
        else if (make_sample(task, thread, buffer, i, &error) != AUG_OK &&
                 task->error.status == AUG_OK) {
            task->error = error;
            task->error_sample = i;
        }
    }
    task->seconds = now_seconds() - start;
}

static void write_labels(AugBatch *batch, const AugPlan *plan)
{
    uint8_t *label = batch->bytes + batch->layout.label_offset;
    if (plan->spec->mix.n > 0)
        augi_mix_labels(&batch->mix, batch->classes, plan->n_classes, (float *)(void *)label);
    else
        memcpy(label, batch->classes, batch->layout.n * sizeof(int64_t));
}

/* The worker that ends the last round completes the batch, without the lock; nobody else works on
 * it then. */
static void complete(AugLoader *loader, AugBatch *batch)
{
    pthread_mutex_unlock(&loader->pool->lock);
    if (batch->error.status == AUG_OK)
        write_labels(batch, loader->plan);
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

static void book(AugiTask *task)
{
    AugLoader *loader = task->loader;
    AugBatch *batch = task->batch;
    /* A slowly moving mean; the first value counts whole. */
    double seconds = task->seconds / task->n;
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
    if (batch->round < batch->mix.n_passes && batch->error.status == AUG_OK) {
        batch->round++;
        batch->next = 0;
        batch->remaining = batch->layout.n;
        pthread_cond_broadcast(&loader->pool->work);
        return;
    }
    complete(loader, batch);
}

void augi_loader_finish(AugiTask *task)
{
    AugLoader *loader = task->loader;
    if (!atomic_load(&loader->closed))
        book(task);
    if (--loader->n_active == 0 && atomic_load(&loader->closed))
        pthread_cond_broadcast(&loader->changed);
}
