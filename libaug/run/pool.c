/* Worker threads that serve loaders by turns. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include "libaug/base/clock.h"
#include "libaug/base/processors.h"
#include "libaug/run/loader.h"

/* A worker that holds more than this after a task gives all of it back: it was an exception, or the
 * samples are so large that taking the memory again is a small part of the work. */
#define MOST_KEPT ((size_t)128 << 20)

static AugLoader *loader_of(AugiTurn *turn)
{
    return (AugLoader *)(void *)((char *)turn - offsetof(AugLoader, turn));
}

/* Takes a task of the loader whose turn it is. One that has another one is still in the list then:
 * each worker that is woken wakes the next, so that no more of them get up than have work. One more
 * gets up where somebody rests and nobody looks at it in time: this worker may be busy for long. */
static bool take_task(AugPool *pool, AugiTask *task, double *look_at)
{
    const double time = augi_clock_seconds();
    AugiTurn *turn;
    while ((turn = augi_turns_next(&pool->turns, time, look_at)) != NULL)
        if (augi_loader_take(loader_of(turn), time, task)) {
            if (pool->turns.waiting.n > 0 || *look_at < pool->watched_until)
                augi_pool_wake(pool);
            return true;
        }
    return false;
}

/* Waits for a task, until a time at most; INFINITY: without end. */
static void wait_for_work(AugPool *pool, double until)
{
    if (isinf(until)) {
        pthread_cond_wait(&pool->work, &pool->lock);
        return;
    }
    const struct timespec at = {.tv_sec = (time_t)until,
                                .tv_nsec = (long)((until - floor(until)) * 1e9)};
    pool->watched_until = fmin(pool->watched_until, until);
    (void)pthread_cond_timedwait(&pool->work, &pool->lock, &at);
    /* Others may still watch; then one looks too often. */
    pool->watched_until = INFINITY;
}

static void *work(void *argument)
{
    AugPool *pool = argument;
    AugiThread thread;
    augi_thread_init(&thread, 0);
    pthread_mutex_lock(&pool->lock);
    while (!pool->stopping) {
        AugiTask task;
        double look_at;
        if (!take_task(pool, &task, &look_at)) {
            wait_for_work(pool, look_at);
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

/* Workers wait by the clock that times are measured with. */
static void init_conditions(AugPool *pool)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->work, &attributes);
    pthread_condattr_destroy(&attributes);
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
    init_conditions(pool);
    augi_turns_init(&pool->turns, n);
    pool->watched_until = INFINITY;
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
    augi_turns_fini(&pool->turns);
    free(pool->threads);
    free(pool);
}

bool augi_pool_join(AugPool *pool)
{
    if (!augi_turns_reserve(&pool->turns, pool->n_loaders + 1))
        return false;
    pool->n_loaders++;
    pool->references++;
    return true;
}

void augi_pool_wake(AugPool *pool)
{
    pthread_cond_signal(&pool->work);
}
