/* The consumer's side of a loader: starting, taking batches in order, giving them back, ending. */
#include "libaug/run/loader.h"

#include <stdlib.h>

#include "libaug/base/position.h"

/* One being filled, one finished, one with the consumer, and one more so that a slow consumer does
 * not stop the fill of the next. */
#define DEFAULT_DEPTH 4

/* More batches in flight hide no more latency; it bounds the ring. */
#define MAX_DEPTH 1024

/* Single samples have batches of their own; all of them come, whatever the spec's tail says. */
static uint64_t count_steps(const AugPlan *plan, const AugEach *each)
{
    if (!each->make)
        return aug_plan_steps_per_epoch(plan);
    return (plan->n_samples + each->batch_size - 1) / each->batch_size;
}

static AugStatus check_options(const AugPlan *plan, const AugLoaderOptions *options, uint64_t steps,
                               AugError *error)
{
    if (plan->options.any_size && !options->each.make)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "the plan was compiled for single samples of any size, not for batches");
    if (steps == 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, plan->spec->name,
                        "the data set has no samples, only fields");
    if (options->each.batch_size > AUG_MAX_BATCH)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "each.batch_size", "%u is outside 1..%d",
                        options->each.batch_size, AUG_MAX_BATCH);
    if (!options->memory.take != !options->memory.give)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "memory",
                        "only one of take and give is set; allowed are both or none");
    if (options->depth > MAX_DEPTH)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "depth", "%u is outside 1..%d", options->depth,
                        MAX_DEPTH);
    return AUG_OK;
}

static AugiPosition position_of(const AugLoaderOptions *options)
{
    return (AugiPosition){
        .epoch = options->epoch, .step = options->step, .epochs = options->epochs};
}

static AugStatus settle_position(AugLoaderOptions *options, uint64_t steps, AugError *error)
{
    AugiPosition position = position_of(options);
    AUG_TRY(augi_position_settle(&position, steps, error));
    options->epoch = position.epoch;
    options->step = position.step;
    return AUG_OK;
}

/* Of single samples only rank and world. */
static AugStatus find_share(const AugPlan *plan, const AugLoaderOptions *options, AugiShare *share,
                            AugError *error)
{
    const AugEach *each = &options->each;
    if (each->make)
        return augi_share_of(share, each->batch_size, options->rank, options->world, error);
    return augi_share_init(share, plan, options->rank, options->world, error);
}

/* Options with nothing left open, and what follows from them. */
typedef struct Settled {
    AugLoaderOptions options;
    uint64_t steps;
    AugiShare share;
} Settled;

/* What no sample can be made without is known before the first one is tried. */
static AugStatus check_workers(const AugPlan *plan, AugPool *pool, AugError *error)
{
    const uint64_t all = pool ? aug_pool_memory(pool) : UINT64_MAX;
    if (all == UINT64_MAX || plan->made.memory <= all / aug_pool_threads(pool))
        return AUG_OK;
    return AUG_FAIL(error, AUG_NO_MEMORY, plan->spec->name,
                    "whatever its picture, a sample takes at least %zu bytes of a worker's memory; "
                    "allowed are %llu, so make smaller pictures between operations, or allow "
                    "workers more (augd: --worker-memory)",
                    plan->made.memory, (unsigned long long)(all / aug_pool_threads(pool)));
}

static AugStatus settle(const AugPlan *plan, const AugLoaderOptions *options, Settled *settled,
                        AugError *error)
{
    AugLoaderOptions *how = &settled->options;
    *how = options ? *options : (AugLoaderOptions){0};
    how->depth = how->depth ? how->depth : DEFAULT_DEPTH;
    how->each.batch_size = how->each.batch_size ? how->each.batch_size : plan->batch_size;
    settled->steps = count_steps(plan, &how->each);
    AUG_TRY(check_options(plan, how, settled->steps, error));
    AUG_TRY(check_workers(plan, how->pool, error));
    AUG_TRY(settle_position(how, settled->steps, error));
    AUG_TRY(find_share(plan, how, &settled->share, error));
    /* Single samples have no tensors. */
    if (how->each.make)
        how->memory = (AugBatchMemory){0};
    if (how->memory.take)
        settled->share.sizes.bytes = 0;
    return AUG_OK;
}

AugStatus aug_loader_slot_size(const AugPlan *plan, const AugLoaderOptions *options, size_t *size,
                               AugError *error)
{
    Settled settled;
    *size = 0;
    AUG_TRY(settle(plan, options, &settled, error));
    *size = augi_batch_slot_size(&settled.share);
    return AUG_OK;
}

/* Bytes of one batch, or of one list of results. */
static uint64_t memory_of_one(const Settled *settled)
{
    return settled->options.each.make ? augi_batch_memory_each(&settled->share)
                                      : augi_batch_memory(&settled->share);
}

AugStatus aug_loader_memory(const AugPlan *plan, const AugLoaderOptions *options, uint64_t *size,
                            AugError *error)
{
    Settled settled;
    *size = 0;
    AUG_TRY(settle(plan, options, &settled, error));
    const uint32_t depth = settled.options.depth;
    const uint64_t one = memory_of_one(&settled);
    *size = sizeof(AugLoader) + depth * (sizeof(AugBatch *) + one) + augi_windows_size(plan);
    return AUG_OK;
}

/* Frees memory only; the loader is in no list and no worker knows it. */
static void release(AugLoader *loader)
{
    augi_batch_delete(loader->idle);
    loader->idle = NULL;
    free(loader->ring);
    augi_windows_free(loader->windows);
    loader->windows = NULL;
    loader->ring = NULL;
}

static AugStatus fail_memory(const AugPlan *plan, const Settled *settled, AugError *error)
{
    return AUG_FAIL(error, AUG_NO_MEMORY, plan->spec->name, "no memory for a batch of %llu bytes",
                    (unsigned long long)memory_of_one(settled));
}

/* A loader with its first batch, which no worker knows yet; NULL if memory is out. */
static AugLoader *make_loader(const AugPlan *plan, const Settled *settled, AugPool *pool)
{
    AugLoader *loader = calloc(1, sizeof(*loader));
    if (!loader)
        return NULL;
    const AugLoaderOptions *how = &settled->options;
    loader->pool = pool;
    loader->owns_pool = !how->pool;
    loader->plan = plan;
    loader->share = settled->share;
    loader->options = *how;
    loader->depth = how->depth;
    loader->steps_per_epoch = settled->steps;
    const AugiPosition position = position_of(how);
    loader->n_batches = augi_batches_until_end(&position, settled->steps);
    loader->references = 1;
    loader->ring = calloc(loader->depth, sizeof(*loader->ring));
    loader->windows = augi_windows_new(plan);
    loader->idle = augi_loader_batch_new(loader);
    loader->n_made = 1;
    loader->most = loader->depth;
    if (loader->ring && loader->windows && loader->idle)
        return loader;
    release(loader);
    free(loader);
    return NULL;
}

AugStatus aug_loader_new(AugLoader **out, const AugPlan *plan, const AugLoaderOptions *options,
                         AugError *error)
{
    *out = NULL;
    Settled settled;
    AUG_TRY(settle(plan, options, &settled, error));
    const AugLoaderOptions *how = &settled.options;
    AugPool *pool = how->pool;
    if (!pool)
        AUG_TRY(aug_pool_new(&pool, how->threads, error));
    AugLoader *loader = make_loader(plan, &settled, pool);
    pthread_mutex_lock(&pool->lock);
    const bool joins = loader && augi_pool_join(pool);
    if (joins) {
        pthread_cond_init(&loader->changed, NULL);
        augi_loader_offer(loader);
    }
    pthread_mutex_unlock(&pool->lock);
    if (joins) {
        *out = loader;
        return AUG_OK;
    }
    if (loader)
        release(loader);
    free(loader);
    if (!how->pool)
        aug_pool_free(pool);
    return fail_memory(plan, &settled, error);
}

/* Gives up one reference; lock held on entry, gone on return. */
static void unlock_unref(AugLoader *loader)
{
    AugPool *pool = loader->pool;
    if (--loader->references > 0) {
        pthread_mutex_unlock(&pool->lock);
        return;
    }
    pthread_cond_destroy(&loader->changed);
    free(loader);
    augi_pool_unlock_unref(pool);
}

static void delete_batches(AugLoader *loader)
{
    for (uint64_t i = loader->next_deliver; i < loader->next_start; i++)
        augi_batch_delete(loader->ring[i % loader->depth]);
    while (loader->idle) {
        AugBatch *batch = loader->idle;
        loader->idle = batch->next_idle;
        augi_batch_delete(batch);
    }
}

/* No task is given out any more, and those in progress end soon. Lock held. */
static void close_loader(AugLoader *loader)
{
    augi_stop_set(&loader->closed);
    augi_loader_offer(loader);
}

void aug_loader_stop(AugLoader *loader)
{
    pthread_mutex_lock(&loader->pool->lock);
    close_loader(loader);
    pthread_mutex_unlock(&loader->pool->lock);
}

void aug_loader_free(AugLoader *loader)
{
    if (!loader)
        return;
    AugPool *pool = loader->pool;
    bool owns_pool = loader->owns_pool;
    pthread_mutex_lock(&pool->lock);
    close_loader(loader);
    while (loader->n_active > 0)
        pthread_cond_wait(&loader->changed, &pool->lock);
    loader->is_ended = true;
    pool->n_loaders--;
    /* No worker knows the loader any more, and batches that the caller still holds end by
     * themselves; dropping results calls the program, so the lock is given up. */
    pthread_mutex_unlock(&pool->lock);
    delete_batches(loader);
    release(loader);
    pthread_mutex_lock(&pool->lock);
    unlock_unref(loader);
    if (owns_pool)
        aug_pool_free(pool);
}

/* Takes the next batch if it is ready; lock held. Its failure becomes the loader's. */
static AugBatch *take_ready(AugLoader *loader)
{
    if (loader->next_deliver == loader->next_start)
        return NULL;
    AugBatch *batch = loader->ring[loader->next_deliver % loader->depth];
    if (!batch->ready)
        return NULL;
    if (batch->error.status != AUG_OK) {
        loader->failure = batch->error;
        augi_loader_offer(loader);
        return NULL;
    }
    loader->next_deliver++;
    loader->n_ready--;
    loader->references++;
    augi_loader_offer(loader);
    return batch;
}

static bool all_held(const AugLoader *loader)
{
    return loader->next_deliver == loader->next_start && loader->n_made == loader->most &&
           !loader->idle;
}

static AugStatus take(AugLoader *loader, bool wait, AugBatch **batch, AugError *error)
{
    for (;;) {
        if (loader->failure.status == AUG_OK && loader->next_deliver == loader->n_batches)
            return AUG_END;
        *batch = loader->failure.status == AUG_OK ? take_ready(loader) : NULL;
        if (loader->failure.status != AUG_OK) {
            if (error)
                *error = loader->failure;
            return loader->failure.status;
        }
        if (*batch || !wait)
            return AUG_OK;
        if (all_held(loader))
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                            "all %u batches are held by the caller; one must be given back first",
                            loader->depth);
        pthread_cond_wait(&loader->changed, &loader->pool->lock);
    }
}

AugStatus aug_loader_next(AugLoader *loader, AugBatch **batch, AugError *error)
{
    *batch = NULL;
    pthread_mutex_lock(&loader->pool->lock);
    AugStatus status = take(loader, true, batch, error);
    pthread_mutex_unlock(&loader->pool->lock);
    return status;
}

AugStatus aug_loader_try_next(AugLoader *loader, AugBatch **batch, AugError *error)
{
    *batch = NULL;
    pthread_mutex_lock(&loader->pool->lock);
    AugStatus status = take(loader, false, batch, error);
    pthread_mutex_unlock(&loader->pool->lock);
    return status;
}

void aug_batch_free(AugBatch *batch)
{
    if (!batch)
        return;
    AugLoader *loader = batch->loader;
    AugPool *pool = loader->pool;
    augi_batch_drop_results(batch);
    augi_batch_give_memory(batch);
    pthread_mutex_lock(&pool->lock);
    if (loader->is_ended) {
        pthread_mutex_unlock(&pool->lock);
        augi_batch_delete(batch);
        pthread_mutex_lock(&pool->lock);
    } else {
        batch->next_idle = loader->idle;
        loader->idle = batch;
        augi_loader_wake(loader);
    }
    unlock_unref(loader);
}

void aug_loader_wake(AugLoader *loader)
{
    pthread_mutex_lock(&loader->pool->lock);
    augi_loader_wake(loader);
    pthread_mutex_unlock(&loader->pool->lock);
}
