/* The workers' side of a loader: starting batches, giving out tasks, doing them, booking them. */
#include <stdlib.h>
#include <string.h>

#include "libaug/base/clock.h"
#include "libaug/run/loader.h"
#include "libaug/run/partners.h"

/* A task of about this length makes the lock a small part of the work, and still spreads one batch
 * over all workers. */
#define TASK_SECONDS 100e-6

/* A sample that took a moment may have been an exception: no longer tasks than this. */
#define MAX_TASK_SAMPLES 64

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
    augi_batch_begin(batch, plan, n);
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

/* A field that travels on unchanged. */
static AugStatus pass_field(AugiTask *task, const AugiPassed *passed, const AugSample *sample,
                            uint32_t i, AugError *error)
{
    const AugPlan *plan = task->loader->plan;
    const AugTensorSpec *spec = &plan->tensors[passed->tensor];
    const AugiSlot *slot = &plan->slots[passed->tensor];
    const AugField *field = &sample->fields[passed->field];
    if (field->size > slot->size || (!spec->ragged && field->size != slot->size) ||
        (spec->ragged && field->size % slot->row_size != 0))
        return AUG_FAIL(error, AUG_CORRUPT, sample->name,
                        "the field '%s' has %zu bytes; allowed are %s%zu", spec->name, field->size,
                        spec->ragged ? "at most " : "", slot->size);
    memcpy(augi_batch_slot(task->batch, plan, passed->tensor, 0, i).bytes, field->bytes,
           field->size);
    if (spec->ragged)
        augi_batch_set_rows(task->batch, plan, passed->tensor, i,
                            (uint32_t)(field->size / slot->row_size));
    return AUG_OK;
}

/* The class as a number, or as shares of which it has all. */
static void write_label(AugiTask *task, const AugSample *sample, uint32_t i)
{
    const AugPlan *plan = task->loader->plan;
    if (plan->label < 0)
        return;
    const AugOut out = augi_batch_slot(task->batch, plan, (uint32_t)plan->label, 0, i);
    const size_t size = plan->slots[plan->label].size;
    int64_t class = -1;
    if (plan->class_field >= 0)
        memcpy(&class, sample->fields[plan->class_field].bytes, sizeof(class));
    if (plan->shares_field >= 0) {
        memcpy(out.bytes, sample->fields[plan->shares_field].bytes, size);
    } else if (plan->tensors[plan->label].sample.dtype == AUG_DTYPE_I64) {
        memcpy(out.bytes, &class, size);
    } else {
        memset(out.bytes, 0, size);
        if (class >= 0 && class < plan->n_classes)
            ((float *)out.bytes)[class] = 1;
    }
}

/* What the engine itself writes of a sample. */
static AugStatus write_own(AugiTask *task, const AugSample *sample, uint64_t index, uint32_t i,
                           AugError *error)
{
    const AugPlan *plan = task->loader->plan;
    const int64_t number = (int64_t)index;
    memcpy(augi_batch_slot(task->batch, plan, (uint32_t)plan->index, 0, i).bytes, &number,
           sizeof(number));
    write_label(task, sample, i);
    for (uint32_t k = 0; k < plan->n_passed; k++)
        AUG_TRY(pass_field(task, &plan->passed[k], sample, i, error));
    if (plan->name < 0)
        return AUG_OK;
    const size_t size = strlen(sample->name);
    if (size > AUGI_MAX_NAME)
        return AUG_FAIL(error, AUG_TOO_LARGE, sample->name,
                        "the sample's name has %zu bytes; allowed are %d", size, AUGI_MAX_NAME);
    memcpy(augi_batch_slot(task->batch, plan, (uint32_t)plan->name, 0, i).bytes, sample->name,
           size);
    augi_batch_set_rows(task->batch, plan, (uint32_t)plan->name, i, (uint32_t)size);
    return AUG_OK;
}

static AugStatus make_sample(AugiTask *task, uint32_t thread, AugBuffer *buffers, uint32_t i,
                             AugError *error)
{
    const AugPlan *plan = task->loader->plan;
    AugBatch *batch = task->batch;
    void **worker = &task->loader->workers[thread];
    if (!*worker)
        AUG_TRY(plan->domain->worker_new(plan->domain_plan, worker, error));
    const uint64_t index = augi_plan_sample(plan, batch->epoch, batch->step, i);
    const AugKey key = {.seed = plan->spec->head.seed, .epoch = batch->epoch, .sample = index};
    AugSample samples[1 + AUG_MAX_PARTNERS];
    uint32_t n_partners;
    AUG_TRY(aug_dataset_read(plan->dataset, index, &buffers[0], &samples[0], error));
    AUG_TRY(augi_partners_read(plan, &key, &buffers[1], &samples[1], &n_partners, error));
    AUG_TRY(write_own(task, &samples[0], index, i, error));
    AugOut outs[AUG_MAX_TENSORS];
    for (uint32_t t = 0; t < plan->n_made; t++)
        outs[t] = augi_batch_slot(batch, plan, t, 0, i);
    const AugDomainJob job = {.key = &key, .samples = samples, .n = 1 + n_partners};
    AUG_TRY(plan->domain->run(plan->domain_plan, *worker, &job, outs, error));
    for (uint32_t t = 0; t < plan->n_made; t++)
        if (plan->tensors[t].ragged)
            augi_batch_set_rows(batch, plan, t, i, outs[t].n_rows);
    return AUG_OK;
}

static void mix_sample(const AugiTask *task, uint32_t i)
{
    const AugPlan *plan = task->loader->plan;
    const AugBatch *batch = task->batch;
    const uint32_t pass = task->round - 1;
    const AugMixItem *item = augi_mix_item(&batch->mix, pass, i);
    AugOut own[AUG_MAX_TENSORS], partner[AUG_MAX_TENSORS], slot[AUG_MAX_TENSORS];
    for (uint32_t t = 0; t < plan->n_made; t++) {
        own[t] = augi_batch_slot(batch, plan, t, pass, i);
        partner[t] = augi_batch_slot(batch, plan, t, pass, item->partner);
        slot[t] = augi_batch_slot(batch, plan, t, pass + 1, i);
        if (!item->mixes && plan->slots[t].is_staged)
            memcpy(slot[t].bytes, own[t].bytes, plan->slots[t].size);
    }
    if (item->mixes)
        plan->domain->mix(plan->domain_plan, item, own, partner, slot);
}

void augi_loader_run(AugiTask *task, uint32_t thread, AugBuffer *buffers)
{
    double start = augi_clock_seconds();
    for (uint32_t i = task->first; i < task->first + task->n; i++) {
        if (atomic_load_explicit(&task->loader->closed, memory_order_relaxed))
            break;
        AugError error = {0};
        if (task->round > 0)
            mix_sample(task, i);
        else if (make_sample(task, thread, buffers, i, &error) != AUG_OK &&
                 task->error.status == AUG_OK) {
            task->error = error;
            task->error_sample = i;
        }
    }
    task->seconds = augi_clock_seconds() - start;
}

/* Labels and values go through the same passes as the samples. */
static void mix_targets(AugBatch *batch, const AugPlan *plan)
{
    for (uint32_t i = 0; i < plan->n_soft; i++) {
        const uint32_t t = plan->soft[i];
        const uint32_t width = (uint32_t)(plan->slots[t].size / sizeof(float));
        augi_mix_rows(&batch->mix, width, augi_batch_slot(batch, plan, t, 0, 0).bytes);
    }
}

/* The worker that ends the last round completes the batch, without the lock; nobody else works on
 * it then. */
static void complete(AugLoader *loader, AugBatch *batch)
{
    pthread_mutex_unlock(&loader->pool->lock);
    if (batch->error.status == AUG_OK) {
        if (batch->mix.n_passes > 0)
            mix_targets(batch, loader->plan);
        augi_batch_end(batch, loader->plan);
    }
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
