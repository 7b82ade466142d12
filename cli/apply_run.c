/* The one thread that takes results: it waits for them and, now and then, looks for a signal. */
#include "cli/apply_run.h"

#include <pthread.h>
#include <time.h>

#include "cli/apply_rest.h"
#include "cli/signals.h"

/* Results come in small batches, so that progress is seen and a failure in strict mode soon ends
 * the run; a slow sample may take as long as 1024 others before threads wait for it. */
#define BATCH_SIZE 8
#define DEPTH 128

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

static AugStatus log_batch(CliApplyLog *log, const AugBatch *batch, AugError *error)
{
    for (uint32_t i = 0; i < aug_batch_count(batch); i++)
        AUG_TRY(cli_apply_log_put(log, aug_batch_result(batch, i), error));
    return AUG_OK;
}

/* AUG_END after the last sample. */
static AugStatus take_results(AugLoader *loader, CliApplyLog *log, Bell *bell, int *signal,
                              AugError *error)
{
    while ((*signal = cli_signals_pending()) == 0) {
        AugBatch *batch;
        AUG_TRY(aug_loader_try_next(loader, &batch, error));
        if (!batch) {
            bell_wait(bell);
            continue;
        }
        AugStatus status = log_batch(log, batch, error);
        if (status == AUG_OK)
            status = cli_apply_output_check(log->output, error);
        aug_batch_free(batch);
        AUG_TRY(status);
    }
    return AUG_OK;
}

AugStatus cli_apply_run(CliApplyJob *job, CliApplyLog *log, uint32_t n_threads, int *signal,
                        AugError *error)
{
    Bell bell;
    bell_init(&bell);
    const AugLoaderOptions options = {
        .threads = n_threads,
        .depth = DEPTH,
        .epochs = 1,
        .on_ready = ring,
        .user = &bell,
        .each = {.make = cli_apply_make,
                 .drop = cli_apply_drop,
                 .user = job,
                 .batch_size = BATCH_SIZE},
    };
    AugLoader *loader;
    *signal = 0;
    AugStatus status = aug_loader_new(&loader, job->plan, &options, error);
    if (status == AUG_OK)
        status = take_results(loader, log, &bell, signal, error);
    aug_loader_free(loader);
    bell_fini(&bell);
    if (status == AUG_END)
        status = cli_apply_log_rest(log, job->wider, error);
    /* What fails in a folder that is gone fails because it is. */
    AugError gone = {0};
    if (cli_apply_output_check(&job->output, &gone) == AUG_OK)
        return status;
    *error = gone;
    return gone.status;
}
