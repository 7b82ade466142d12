/* The one thread that takes results: it waits for them and, now and then, looks for a signal. */
#include "cli/each_run.h"

#include <pthread.h>
#include <time.h>

#include "cli/signals.h"

/* How often a waiting run looks for Ctrl-C: below what a person notices. */
#define SIGNAL_INTERVAL_NS 100000000L
#define NS_PER_S 1000000000L

/* Rung by the loader when results are ready; has_rung is guarded by the lock. */
typedef struct Bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    bool has_rung;
} Bell;

static void bell_init(Bell *bell)
{
    *bell = (Bell){0};
    pthread_mutex_init(&bell->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&bell->rung, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

static void bell_fini(Bell *bell)
{
    pthread_cond_destroy(&bell->rung);
    pthread_mutex_destroy(&bell->lock);
}

static void ring(void *bell_of_run)
{
    Bell *bell = bell_of_run;
    pthread_mutex_lock(&bell->lock);
    bell->has_rung = true;
    pthread_cond_signal(&bell->rung);
    pthread_mutex_unlock(&bell->lock);
}

/* Until it rings, or it is time to look for a signal. */
static void bell_wait(Bell *bell)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += SIGNAL_INTERVAL_NS;
    if (until.tv_nsec >= NS_PER_S) {
        until.tv_nsec -= NS_PER_S;
        until.tv_sec++;
    }
    pthread_mutex_lock(&bell->lock);
    if (!bell->has_rung)
        pthread_cond_timedwait(&bell->rung, &bell->lock, &until);
    bell->has_rung = false;
    pthread_mutex_unlock(&bell->lock);
}

/* AUG_END after the last sample. */
static AugStatus take_results(const CliEachRun *run, AugLoader *loader, Bell *bell, int *signal,
                              AugError *error)
{
    while ((*signal = cli_signals_pending()) == 0) {
        AugBatch *batch;
        AUG_TRY(aug_loader_try_next(loader, &batch, error));
        if (!batch) {
            bell_wait(bell);
            continue;
        }
        const AugStatus status = run->take(run->user, batch, error);
        aug_batch_free(batch);
        AUG_TRY(status);
    }
    return AUG_OK;
}

AugStatus cli_each_run(const CliEachRun *run, int *signal, AugError *error)
{
    Bell bell;
    bell_init(&bell);
    const AugLoaderOptions options = {
        .threads = run->n_threads,
        .depth = run->depth,
        .step = run->first,
        .epochs = 1,
        .on_ready = ring,
        .user = &bell,
        .each = run->each,
    };
    AugLoader *loader;
    *signal = 0;
    AugStatus status = aug_loader_new(&loader, run->plan, &options, error);
    if (status == AUG_OK)
        status = take_results(run, loader, &bell, signal, error);
    aug_loader_free(loader);
    bell_fini(&bell);
    return status;
}
