/* Reading every sample that is not known yet, on several threads. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libaug/base/processors.h"
#include "libaug/data/identity.h"

/* Samples that a thread takes at a time. */
#define STRIDE 16

/* How often the caller is asked whether to go on. */
#define ASK_NS 100000000L
#define NS_PER_S 1000000000L

/* What the threads share. verify: samples that are known are read, too; next: the first sample that
 * nobody took; n_done: samples that are read or were known; n_running: threads; lock guards what
 * follows it: the failure of the first sample that failed. */
typedef struct Recording {
    const AugDataset *dataset;
    bool verify;
    atomic_uint_least64_t next, n_done;
    atomic_bool is_stopped;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint32_t n_running;
    uint64_t failed;
    AugError failure;
} Recording;

static void fail(Recording *recording, uint64_t index, const AugError *error)
{
    pthread_mutex_lock(&recording->lock);
    if (recording->failure.status == AUG_OK || index < recording->failed) {
        recording->failure = *error;
        recording->failed = index;
    }
    pthread_mutex_unlock(&recording->lock);
    atomic_store(&recording->is_stopped, true);
}

static void read_range(Recording *recording, uint64_t begin, uint64_t end, AugBuffer *buffer)
{
    for (uint64_t i = begin; i < end && !atomic_load(&recording->is_stopped); i++) {
        AugSample sample;
        AugError error = {0};
        const bool reads = recording->verify || !augi_dataset_is_known(recording->dataset, i);
        if (reads && aug_dataset_read(recording->dataset, i, buffer, &sample, &error) != AUG_OK)
            fail(recording, i, &error);
        else
            atomic_fetch_add(&recording->n_done, 1);
    }
}

static void *work(void *argument)
{
    Recording *recording = argument;
    const uint64_t n = recording->dataset->info.n_samples;
    AugBuffer buffer = {0};
    for (uint64_t at = atomic_fetch_add(&recording->next, STRIDE);
         at < n && !atomic_load(&recording->is_stopped);
         at = atomic_fetch_add(&recording->next, STRIDE))
        read_range(recording, at, n - at < STRIDE ? n : at + STRIDE, &buffer);
    aug_buffer_fini(&buffer);
    pthread_mutex_lock(&recording->lock);
    recording->n_running--;
    pthread_cond_signal(&recording->changed);
    pthread_mutex_unlock(&recording->lock);
    return NULL;
}

/* Waits for the threads, and asks ten times a second whether to go on. */
static void watch(Recording *recording, const AugRecordOptions *options)
{
    pthread_mutex_lock(&recording->lock);
    while (recording->n_running > 0) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += ASK_NS;
        until.tv_sec += until.tv_nsec / NS_PER_S;
        until.tv_nsec %= NS_PER_S;
        pthread_cond_timedwait(&recording->changed, &recording->lock, &until);
        pthread_mutex_unlock(&recording->lock);
        if (options->go_on && !options->go_on(options->user, atomic_load(&recording->n_done)))
            atomic_store(&recording->is_stopped, true);
        pthread_mutex_lock(&recording->lock);
    }
    pthread_mutex_unlock(&recording->lock);
}

/* Runs on as many threads as can be had, this one if there are none. */
static void run(Recording *recording, const AugRecordOptions *options)
{
    const uint32_t wanted = augi_threads(options->threads, recording->dataset->limits.max_threads);
    pthread_t *threads = calloc(wanted, sizeof(*threads));
    uint32_t n = 0;
    recording->n_running = wanted;
    while (threads && n < wanted && pthread_create(&threads[n], NULL, work, recording) == 0)
        n++;
    pthread_mutex_lock(&recording->lock);
    recording->n_running -= wanted - n;
    pthread_mutex_unlock(&recording->lock);
    if (n == 0) {
        recording->n_running = 1;
        work(recording);
    }
    watch(recording, options);
    for (uint32_t i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}

static AugStatus record(Recording *recording, const AugRecordOptions *options, AugError *error)
{
    const AugDataset *dataset = recording->dataset;
    run(recording, options);
    if (recording->failure.status != AUG_OK) {
        if (error)
            *error = recording->failure;
        return recording->failure.status;
    }
    if (dataset->identity->file)
        augi_digests_flush(dataset->identity->digests);
    return atomic_load(&recording->n_done) == dataset->info.n_samples ? AUG_OK : AUG_END;
}

/* With the clock that nobody sets. */
static bool init_changed(pthread_cond_t *changed)
{
    pthread_condattr_t monotonic;
    if (pthread_condattr_init(&monotonic) != 0)
        return false;
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    const bool good = pthread_cond_init(changed, &monotonic) == 0;
    pthread_condattr_destroy(&monotonic);
    return good;
}

AugStatus aug_dataset_record(const AugDataset *dataset, const AugRecordOptions *options,
                             AugError *error)
{
    static const AugRecordOptions defaults = {0};
    if (!options)
        options = &defaults;
    if (options->threads > dataset->limits.max_threads)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "threads", "%u is outside 0..%u", options->threads,
                        dataset->limits.max_threads);
    AUG_TRY(options->renew ? augi_identity_renew(dataset, error)
                           : augi_identity_load(dataset, error));
    if (dataset->is_settled || dataset->info.n_samples == 0)
        return AUG_OK;
    if (!dataset->identity->digests)
        return AUG_FAIL(error, AUG_TOO_LARGE, augi_dataset_path(dataset),
                        "the digests of all samples need more memory than max_resident_size "
                        "allows");
    Recording recording = {.dataset = dataset, .verify = options->verify};
    if (pthread_mutex_init(&recording.lock, NULL) != 0)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to read the data");
    if (!init_changed(&recording.changed)) {
        pthread_mutex_destroy(&recording.lock);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to read the data");
    }
    const AugStatus status = record(&recording, options, error);
    pthread_cond_destroy(&recording.changed);
    pthread_mutex_destroy(&recording.lock);
    return status;
}
