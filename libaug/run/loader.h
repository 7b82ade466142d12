/* Inside of pool and loader: how workers and loaders meet.
 *
 * Glossary. A *batch* in progress has *rounds* of items (draw what it is made of, make its rows,
 * then a pass of mixing each); a *task* is a run of neighbouring items of one round of one batch,
 * or making the memory of a further batch. A *sequence* number counts the batches of a loader from
 * 0 on.
 *
 * One lock, the pool's, guards every field below that is not fixed. What happens under it takes a
 * moment, however many loaders there are and however large their batches: it is never held while
 * samples or batches are made or freed, or a callback runs. A loader that has no task for a worker
 * is in no list (libaug/run/turns.h); whatever may give it one offers it (augi_loader_offer).
 *
 * Memory: batches hold a reference to their loader and loaders to their pool, so that a batch may
 * outlive both.
 */
#ifndef AUGI_LOADER_H
#define AUGI_LOADER_H

#include <pthread.h>

#include "aug/loader.h"
#include "libaug/base/stop.h"
#include "libaug/run/batch.h"
#include "libaug/run/thread.h"
#include "libaug/run/turns.h"
#include "libaug/run/windows.h"

/* Threads and the loaders they serve. */
struct AugPool {
    pthread_mutex_t lock;
    pthread_cond_t work; /* there may be a task, or the pool stops */
    uint32_t n_threads;
    pthread_t *threads;
    AugiTurns turns;      /* of loaders that have a task */
    double watched_until; /* when a worker that waits looks at turns that rest; INFINITY: none */
    uint32_t n_loaders;   /* those that turns have room for */
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
    uint64_t n_batches; /* to be made */

    /* Guarded by pool->lock, but closed may be read without it to stop early. */
    AugiTurn turn;
    AugBatch **ring; /* depth batches in progress, by sequence modulo depth */
    uint64_t next_start, next_deliver;
    uint64_t first_open; /* batches before it have no items to give out */
    uint32_t n_ready;    /* finished batches in the ring */
    bool rests;          /* all batches were finished, and more than half of them still are */
    uint32_t n_made;     /* batches in existence, held ones included */
    bool is_making;      /* a worker makes a further one */
    uint32_t most;       /* of them: depth, or fewer where memory ran out */
    AugBatch *idle;      /* list through next_idle */
    uint32_t n_active;   /* workers with a task of this loader */
    bool lacks_memory;   /* options.memory had none for the batch that was begun last */
    uint64_t n_wakes;    /* how often it may have got some since */
    uint32_t references;
    pthread_cond_t changed;
    AugiStop closed;  /* no more work is done */
    bool is_ended;    /* nor will batches be kept that are given back */
    AugError failure; /* status AUG_OK: none */
};

/* A run of items first..first+n-1 of a batch's round; or, with makes_batch, the memory of a batch,
 * which is NULL until it is made. */
typedef struct AugiTask {
    AugLoader *loader;
    AugBatch *batch;
    bool makes_batch;
    uint32_t round, first, n;
    AugiTurnWork work;
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

/* Something may have given the loader a task, or taken it away: it is in the pool's turns
 * afterwards if it has one, and a worker is woken for it. Lock held. */
void augi_loader_offer(AugLoader *loader);

/* Takes a task at this time if the loader has one; offers it then. Lock held. */
bool augi_loader_take(AugLoader *loader, double time, AugiTask *task);

/* Does the work of a task with the calling thread's memory. No lock. */
void augi_loader_run(AugiTask *task, AugiThread *thread);

/* Books a finished task. Lock held on entry and on return, but given up in between. */
void augi_loader_finish(AugiTask *task);

/* Adds a loader to a pool; false if memory is out. Lock held. */
AUG_MUST_CHECK bool augi_pool_join(AugPool *pool);

/* Wakes a worker if one has nothing to do. Lock held. */
void augi_pool_wake(AugPool *pool);

/* Gives up a reference to the pool's memory. Lock held; it is gone afterwards. */
void augi_pool_unlock_unref(AugPool *pool);

#endif
