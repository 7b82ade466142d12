/* The workers' side of a loader: starting batches, giving out tasks, doing them, booking them. */
#include "libaug/base/clock.h"
#include "libaug/run/draw.h"
#include "libaug/run/each.h"
#include "libaug/run/load.h"
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

static void set_position(const AugLoader *loader, uint64_t sequence, AugBatch *batch)
{
    uint64_t steps = loader->steps_per_epoch;
    uint64_t absolute = loader->options.step + sequence;
    batch->sequence = sequence;
    batch->epoch = loader->options.epoch + (uint32_t)(absolute / steps);
    batch->step = absolute % steps;
    batch->last = batch->step == steps - 1;
    for (uint32_t i = 0; i < AUG_MAX_OUTCOMES; i++)
        atomic_store_explicit(&batch->n_of[i], 0, memory_order_relaxed);
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

static bool has_items(const AugLoader *loader, const AugBatch *batch)
{
    return batch->next < batch->n_items &&
           !(batch->round == AUGI_ROUND_DRAW && loader->lacks_memory);
}

/* The first batch in progress that has items to give out; NULL: none has. */
static AugBatch *open_batch(AugLoader *loader)
{
    if (loader->first_open < loader->next_deliver)
        loader->first_open = loader->next_deliver;
    for (; loader->first_open < loader->next_start; loader->first_open++) {
        AugBatch *batch = loader->ring[loader->first_open % loader->depth];
        if (has_items(loader, batch))
            return batch;
    }
    return NULL;
}

/* A batch in progress may have items to give out again. */
static void reopen(AugLoader *loader, uint64_t sequence)
{
    if (sequence < loader->first_open)
        loader->first_open = sequence;
}

/* Whether there is a place for a further batch in progress. */
static bool has_place(const AugLoader *loader)
{
    return loader->next_start < loader->n_batches &&
           loader->next_start - loader->next_deliver < loader->depth && !awaits_memory(loader);
}

/* Whether a further batch would be used, and there may be one. */
static bool may_make_batch(const AugLoader *loader)
{
    return has_place(loader) && !loader->is_making && loader->n_made < loader->most;
}

/* Once all batches are finished no further one is begun until half of them were taken: for small
 * batches, waking a worker takes longer than what it is woken for. */
static bool rests(AugLoader *loader)
{
    const uint64_t ahead = loader->next_start - loader->next_deliver;
    if (ahead <= (loader->depth - 1) / 2)
        loader->rests = false;
    else if (!loader->idle && loader->n_made == loader->most && loader->n_ready == ahead)
        loader->rests = true;
    return loader->rests;
}

static bool has_task(AugLoader *loader)
{
    if (loader->failure.status != AUG_OK || augi_stop_is_set(&loader->closed))
        return false;
    if (open_batch(loader))
        return true;
    return !rests(loader) && (loader->idle ? has_place(loader) : may_make_batch(loader));
}

void augi_loader_offer(AugLoader *loader)
{
    AugPool *pool = loader->pool;
    if (augi_turns_set(&pool->turns, &loader->turn, has_task(loader), augi_clock_seconds()))
        augi_pool_wake(pool);
}

static AugBatch *start_batch(AugLoader *loader)
{
    AugBatch *batch = loader->idle;
    loader->idle = batch->next_idle;
    set_position(loader, loader->next_start, batch);
    begin_round(batch, AUGI_ROUND_DRAW, 1);
    batch->ready = false;
    batch->error.status = AUG_OK;
    loader->ring[loader->next_start++ % loader->depth] = batch;
    return batch;
}

static uint32_t task_length(const AugLoader *loader, uint32_t left)
{
    const double item_seconds = loader->turn.item_seconds;
    uint32_t n = MAX_TASK_SAMPLES;
    if (item_seconds * MAX_TASK_SAMPLES > TASK_SECONDS)
        n = 1 + (uint32_t)(TASK_SECONDS / item_seconds);
    if (item_seconds == 0)
        n = 1;
    return n < left ? n : left;
}

static void take_items(AugLoader *loader, AugBatch *batch, AugiTask *task)
{
    *task = (AugiTask){.loader = loader,
                       .batch = batch,
                       .round = batch->round,
                       .first = batch->next,
                       .n_wakes = loader->n_wakes};
    task->n = task_length(loader, batch->n_items - batch->next);
    batch->next += task->n;
}

bool augi_loader_take(AugLoader *loader, double time, AugiTask *task)
{
    const bool has_one = has_task(loader);
    AugBatch *batch = has_one ? open_batch(loader) : NULL;
    if (has_one && !batch && loader->idle)
        batch = start_batch(loader);
    if (batch) {
        take_items(loader, batch, task);
    } else if (has_one) {
        *task = (AugiTask){.loader = loader, .makes_batch = true};
        loader->is_making = true;
    }
    if (has_one) {
        loader->n_active++;
        const bool counts = task->round != AUGI_ROUND_DRAW;
        task->work =
            augi_turns_begin(&loader->pool->turns, &loader->turn, counts ? task->n : 0, time);
    }
    (void)augi_turns_set(&loader->pool->turns, &loader->turn, has_task(loader), time);
    return has_one;
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

/* The sample after item i comes while that is made. */
static void expect_next(const AugiTask *task, uint32_t i)
{
    if (task->round == AUGI_ROUND_MAKE && i + 1 < task->first + task->n)
        augi_load_expect(task->loader->plan, task->batch->rows[i + 1].sample);
}

/* Without its texts, which take a part of the time of small samples. */
static void clear(AugError *error)
{
    error->status = AUG_OK;
    error->where[0] = error->message[0] = 0;
    error->source_file = NULL;
    error->source_line = 0;
}

static void do_items(AugiTask *task, AugiThread *thread)
{
    for (uint32_t i = task->first; i < task->first + task->n; i++) {
        if (augi_stop_is_set(&task->loader->closed))
            break;
        AugError error;
        clear(&error);
        expect_next(task, i);
        if (do_item(task, thread, i, &error) != AUG_OK && task->error.status == AUG_OK) {
            task->error = error;
            task->error_sample = i;
        }
    }
}

void augi_loader_run(AugiTask *task, AugiThread *thread)
{
    /* What a program does with a single sample is done once, to its end. */
    thread->allowance.stop = task->loader->options.each.make ? NULL : &task->loader->closed;
    if (task->makes_batch)
        task->batch = augi_loader_batch_new(task->loader);
    else
        do_items(task, thread);
    thread->allowance.stop = NULL;
    task->seconds = augi_clock_seconds() - task->work.begun;
}

static void end_batch(AugLoader *loader, AugBatch *batch)
{
    const AugLoaderOptions *options = &loader->options;
    augi_batch_end(batch, loader->plan);
    if (options->finish)
        batch->mark = options->finish(options->user, batch);
}

/* The worker that ends the last round completes the batch, without the lock; nobody else works on
 * it then. */
static void complete(AugLoader *loader, AugBatch *batch)
{
    pthread_mutex_unlock(&loader->pool->lock);
    const double start = augi_clock_seconds();
    if (batch->error.status == AUG_OK && !batch->each)
        end_batch(loader, batch);
    const double seconds = augi_clock_seconds() - start;
    pthread_mutex_lock(&loader->pool->lock);
    augi_turns_charge(&loader->pool->turns, &loader->turn, seconds);
    batch->ready = true;
    loader->n_ready++;
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
    reopen(loader, loader->next_deliver);
    augi_loader_offer(loader);
}

/* The batch is begun again, at once if memory may have come since it was asked for. */
static void book_lack(const AugiTask *task)
{
    AugLoader *loader = task->loader;
    task->batch->next = 0;
    reopen(loader, task->batch->sequence);
    if (task->n_wakes == loader->n_wakes)
        loader->lacks_memory = true;
}

/* The first batch was made with the loader, so the work goes on, with less ahead, where memory is
 * out. */
static void book_batch(const AugiTask *task)
{
    AugLoader *loader = task->loader;
    loader->is_making = false;
    if (!task->batch) {
        loader->most = loader->n_made;
        pthread_cond_broadcast(&loader->changed); /* who holds all of them need not wait */
        return;
    }
    loader->n_made++;
    task->batch->next_idle = loader->idle;
    loader->idle = task->batch;
}

static void book(AugiTask *task)
{
    AugLoader *loader = task->loader;
    AugBatch *batch = task->batch;
    if (task->lacks_memory) {
        book_lack(task);
        return;
    }
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
    reopen(loader, batch->sequence);
}

void augi_loader_finish(AugiTask *task)
{
    AugLoader *loader = task->loader;
    augi_turns_end(&loader->pool->turns, &loader->turn, &task->work, task->seconds,
                   task->work.begun + task->seconds);
    if (task->makes_batch)
        book_batch(task);
    else if (!augi_stop_is_set(&loader->closed))
        book(task);
    augi_loader_offer(loader);
    if (--loader->n_active == 0 && augi_stop_is_set(&loader->closed))
        pthread_cond_broadcast(&loader->changed);
}
