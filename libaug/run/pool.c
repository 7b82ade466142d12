/* Worker threads that serve loaders in turn. */
#include <stdlib.h>

#include "libaug/base/processors.h"
#include "libaug/run/loader.h"

/* A worker that holds more than this after a task gives all of it back: it was an exception, or the
 * samples are so large that taking the memory again is a small part of the work. */
#define MOST_KEPT ((size_t)128 << 20)

/* The first loader with a task gives one and moves to the end of the list: loaders take turns. */
static bool take_task(AugPool *pool, AugiTask *task)
{
    for (AugLoader *loader = pool->loaders; loader; loader = loader->next)
        if (augi_loader_take(loader, task)) {
            augi_pool_detach(pool, loader);
            augi_pool_attach(pool, loader);
            return true;
        }
    return false;
}

static void *work(void *argument)
{
    AugPool *pool = argument;
    AugiThread thread;
    augi_thread_init(&thread, 0);
    pthread_mutex_lock(&pool->lock);
    while (!pool->stopping) {
        AugiTask task;
        if (!take_task(pool, &task)) {
            pthread_cond_wait(&pool->work, &pool->lock);
            continue;
        }
        thread.allowance.most = pool->worker_memory;
        pthread_mutex_unlock(&pool->lock);
        augi_loader_run(&task, &thread);
        if (thread.allowance.held > MOST_KEPT)
            augi_thread_fini(&thread);
        pthread_mutex_lock(&pool->lock);
        augi_loader_finish(&task);
    }
    pthread_mutex_unlock(&pool->lock);
    augi_thread_fini(&thread);
    return NULL;
}

static bool start_thread(AugPool *pool)
{
    if (pthread_create(&pool->threads[pool->n_threads], NULL, work, pool) != 0)
        return false;
    pool->n_threads++;
    return true;
}

AugStatus aug_pool_new(AugPool **out, uint32_t threads, AugError *error)
{
    *out = NULL;
    AugLimits limits;
    aug_limits_init(&limits);
    const uint32_t n = augi_threads(threads, limits.max_threads);
    if (n > limits.max_threads)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "threads", "%u is outside 1..%u", n,
                        limits.max_threads);
    AugPool *pool = calloc(1, sizeof(*pool));
    if (pool)
        pool->threads = calloc(n, sizeof(pthread_t));
    if (!pool || !pool->threads) {
        free(pool);
        return AUG_FAIL(error, AUG_NO_MEMORY, "threads", "memory is exhausted");
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pool->references = 1;
    for (uint32_t i = 0; i < n; i++)
        if (!start_thread(pool)) {
            aug_pool_free(pool);
            return AUG_FAIL(error, AUG_NO_MEMORY, "threads", "only %u of %u threads could start", i,
                            n);
        }
    *out = pool;
    return AUG_OK;
}

void aug_pool_limit(AugPool *pool, size_t worker_memory)
{
    pthread_mutex_lock(&pool->lock);
    pool->worker_memory = worker_memory;
    pthread_mutex_unlock(&pool->lock);
}

uint64_t aug_pool_memory(AugPool *pool)
{
    pthread_mutex_lock(&pool->lock);
    const uint64_t each = pool->worker_memory;
    pthread_mutex_unlock(&pool->lock);
    return each == 0 || each > UINT64_MAX / pool->n_threads ? UINT64_MAX : each * pool->n_threads;
}

uint32_t aug_pool_threads(const AugPool *pool)
{
    return pool->n_threads;
}

void aug_pool_free(AugPool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (uint32_t i = 0; i < pool->n_threads; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_mutex_lock(&pool->lock);
    augi_pool_unlock_unref(pool);
}

void augi_pool_unlock_unref(AugPool *pool)
{
    bool gone = --pool->references == 0;
    pthread_mutex_unlock(&pool->lock);
    if (!gone)
        return;
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool->threads);
    free(pool);
}

void augi_pool_attach(AugPool *pool, AugLoader *loader)
{
    AugLoader **end = &pool->loaders;
    while (*end)
        end = &(*end)->next;
    loader->next = NULL;
    *end = loader;
}

void augi_pool_detach(AugPool *pool, AugLoader *loader)
{
    AugLoader **link = &pool->loaders;
    while (*link && *link != loader)
        link = &(*link)->next;
    if (*link)
        *link = loader->next;
}
