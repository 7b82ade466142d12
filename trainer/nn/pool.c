/* Threads that wait for a job, first spinning, then asleep, and take its parts by a counter. */
#include "trainer/nn/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

/* Looks at a flag before sleeping: about 10 microseconds, the time a sleeping thread needs to wake
 * up. Much longer would take a core from whoever prepares the data. */
#define SPINS 2000

/* generation and n_busy are read without the lock while spinning, and changed under it.
 *
 * generation: number of the current job; workers start when it grows. lock
 * n_busy:     workers that have not finished the current job. lock
 * next:       next part to take
 * stop:       lock
 * task, context, n_parts: written by the caller before generation grows, const during a job
 */
struct NnPool {
    pthread_mutex_t lock;
    pthread_cond_t started, finished;
    atomic_uint generation, n_busy, next;
    bool stop;
    NnPoolTask task;
    void *context;
    uint32_t n_parts;
    uint32_t n_threads;
    struct Worker *workers;
};

typedef struct Worker {
    NnPool *pool;
    pthread_t thread;
    uint32_t index;
} Worker;

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

static void work(NnPool *pool, uint32_t thread)
{
    for (;;) {
        const uint32_t part = atomic_fetch_add(&pool->next, 1);
        if (part >= pool->n_parts)
            return;
        pool->task(pool->context, part, thread);
    }
}

/* Waits for a job after `seen`; false when the pool stops. */
static bool wait_for_job(NnPool *pool, unsigned seen)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load(&pool->generation) != seen)
            break;
        relax();
    }
    pthread_mutex_lock(&pool->lock);
    while (atomic_load(&pool->generation) == seen && !pool->stop)
        pthread_cond_wait(&pool->started, &pool->lock);
    const bool go = !pool->stop;
    pthread_mutex_unlock(&pool->lock);
    return go;
}

static void *run_worker(void *argument)
{
    const Worker *worker = argument;
    NnPool *pool = worker->pool;
    unsigned seen = 0;
    while (wait_for_job(pool, seen)) {
        seen++;
        work(pool, worker->index);
        pthread_mutex_lock(&pool->lock);
        if (atomic_fetch_sub(&pool->n_busy, 1) == 1)
            pthread_cond_signal(&pool->finished);
        pthread_mutex_unlock(&pool->lock);
    }
    return NULL;
}

AugStatus nn_pool_new(NnPool **result, uint32_t n_threads, AugError *error)
{
    NnPool *pool = calloc(1, sizeof(*pool));
    Worker *workers = calloc(n_threads, sizeof(*workers));
    if (!pool || !workers) {
        free(pool);
        free(workers);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %u threads", n_threads);
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->started, NULL);
    pthread_cond_init(&pool->finished, NULL);
    pool->workers = workers;
    for (pool->n_threads = 1; pool->n_threads < n_threads; pool->n_threads++) {
        Worker *worker = &workers[pool->n_threads];
        *worker = (Worker){.pool = pool, .index = pool->n_threads};
        if (pthread_create(&worker->thread, NULL, run_worker, worker)) {
            const uint32_t n = pool->n_threads;
            nn_pool_free(pool);
            return AUG_FAIL(error, AUG_NO_MEMORY, NULL,
                            "the system gave %u of the %u threads asked for", n, n_threads);
        }
    }
    *result = pool;
    return AUG_OK;
}

void nn_pool_free(NnPool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->started);
    pthread_mutex_unlock(&pool->lock);
    for (uint32_t i = 1; i < pool->n_threads; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->finished);
    pthread_cond_destroy(&pool->started);
    pthread_mutex_destroy(&pool->lock);
    free(pool->workers);
    free(pool);
}

void nn_pool_run(NnPool *pool, uint32_t n_parts, NnPoolTask task, void *context)
{
    const unsigned n_workers = pool->n_threads - 1;
    pool->task = task;
    pool->context = context;
    pool->n_parts = n_parts;
    atomic_store(&pool->next, 0);
    if (n_workers == 0) {
        work(pool, 0);
        return;
    }
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->n_busy, n_workers);
    atomic_fetch_add(&pool->generation, 1);
    pthread_cond_broadcast(&pool->started);
    pthread_mutex_unlock(&pool->lock);
    work(pool, 0);
    for (int i = 0; i < SPINS && atomic_load(&pool->n_busy); i++)
        relax();
    pthread_mutex_lock(&pool->lock);
    while (atomic_load(&pool->n_busy))
        pthread_cond_wait(&pool->finished, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}
