/* Inside of pool and loader: how workers and loaders meet.
 *
 * Glossary. A *batch* in progress has *rounds* of items (draw what it is made of, make its rows,
 * then a pass of mixing each); a *task* is a run of neighbouring items of one round of one batch. A
 * *sequence* number counts the batches of a loader from 0.
 *
 * One lock, the pool's, guards every field below that is not fixed; it is never held while samples
 * are made or a callback runs. Memory: batches hold a reference to their loader and loaders to
 * their pool, so that a batch may outlive both.
 */
#ifndef AUGI_LOADER_H
#define AUGI_LOADER_H

#include <pthread.h>
#include <stdatomic.h>

#include "aug/loader.h"
#include "libaug/run/batch.h"
#include "libaug/run/thread.h"
#include "libaug/run/windows.h"

/* Threads and the loaders they serve. */
struct AugPool {
    pthread_mutex_t lock;
    pthread_cond_t work; /* there may be a task, or the pool stops */
    uint32_t n_threads;
    pthread_t *threads;
    AugLoader *loaders;   /* list through next; the head is served first, then moves to the end */
    size_t worker_memory; /* bytes that a worker may hold; 0: any number */
    uint32_t references;
    bool stopping;
};

/* One stream of batches. */
struct AugLoader {
    /* Fixed when made. */
    AugPool *pool;
    bool owns_pool;
    const AugPlan *plan;
    AugiShare share;
    AugLoaderOptions options;
    uint32_t depth;
    uint64_t steps_per_epoch;
    AugiWindows *windows;
    uint64_t n_batches; /* to be made; UINT64_MAX: without end */

    /* Guarded by pool->lock, but closed may be read without it to stop early. */
    AugLoader *next;
    AugBatch **ring; /* depth batches in progress, by sequence modulo depth */
    uint64_t next_start, next_deliver;
    uint32_t n_made;   /* batches in existence, held ones included */
    uint32_t most;     /* of them: depth, or fewer where memory ran out */
    AugBatch *idle;    /* list through next_idle */
    uint32_t n_active; /* workers with a task of this loader */
    bool lacks_memory; /* options.memory had none for the batch that was begun last */
    uint64_t n_wakes;  /* how often it may have got some since */
    uint32_t references;
    double sample_seconds; /* of late, to choose the length of tasks */
    pthread_cond_t changed;
    atomic_bool closed;
    AugError failure; /* status AUG_OK: none */
};

/* A run of items first..first+n-1 of a batch's round. */
typedef struct AugiTask {
    AugLoader *loader;
    AugBatch *batch;
    uint32_t round, first, n;
    double seconds; /* what it took */
    bool lacks_memory;
    uint64_t n_wakes; /* the loader's, when the task was taken */
    AugError error;   /* of the failed item with the lowest number, error_sample */
    uint32_t error_sample;
} AugiTask;

/* A batch of the loader's kind, without a position; NULL if memory is out. */
AugBatch *augi_loader_batch_new(AugLoader *loader);

/* Has the loader ask for memory of batches again. Lock held. */
void augi_loader_wake(AugLoader *loader);

/* Takes a task if the loader has one. Lock held. */
bool augi_loader_take(AugLoader *loader, AugiTask *task);

/* Does the work of a task with the calling thread's memory. No lock. */
void augi_loader_run(AugiTask *task, AugiThread *thread);

/* Books a finished task. Lock held on entry and on return, but given up in between. */
void augi_loader_finish(AugiTask *task);

/* Puts a loader at the end of the pool's list, or takes it out. Lock held. */
void augi_pool_attach(AugPool *pool, AugLoader *loader);
void augi_pool_detach(AugPool *pool, AugLoader *loader);

/* Gives up a reference to the pool's memory. Lock held; it is gone afterwards. */
void augi_pool_unlock_unref(AugPool *pool);

#endif
