/* Lanes of specs, looks and readings; and who waits for a reading. */
#include "augd/openings.h"

#include <stdlib.h>

/* Threads of libuv's pool if the environment does not say; program.c describes the variable. */
#define FALLBACK_THREADS 4

/* More than so many libuv does not make. */
#define MOST_THREADS 1024

/* Parsing and reading take a part of the threads each; the rest is for looks at data and for taking
 * streams down. */
#define PARTS 4

uint32_t augd_openings_threads(void)
{
    const char *text = getenv("UV_THREADPOOL_SIZE");
    const unsigned long n = text ? strtoul(text, NULL, 10) : FALLBACK_THREADS;
    return n < 1 ? 1 : n > MOST_THREADS ? MOST_THREADS : (uint32_t)n;
}

static uint32_t part_of_threads(void)
{
    const uint32_t n = augd_openings_threads() / PARTS;
    return n > 0 ? n : 1;
}

static bool go_on(void *user, uint64_t n_done)
{
    (void)n_done;
    const AugdSource *source = user;
    return !atomic_load(&source->is_stopped);
}

/* On one thread, so that one file at a time is held. */
static void read_all(AugdJob *job)
{
    AugdSource *source = job->user;
    const AugRecordOptions how = {.threads = 1, .go_on = go_on, .user = source};
    source->status = aug_dataset_record(source->dataset, &how, &source->error);
}

static void start_reading(AugdSource *source)
{
    source->is_reading = true;
    atomic_store(&source->is_stopped, false);
    /* What a job says that was cancelled before it began. */
    source->status = AUG_END;
    source->error = (AugError){0};
    augd_lane_add(&source->openings->readings, &source->reading);
}

static void unlink_waiter(AugdWaiter *waiter)
{
    if (waiter->previous)
        waiter->previous->next = waiter->next;
    else
        waiter->source->first = waiter->next;
    if (waiter->next)
        waiter->next->previous = waiter->previous;
    *waiter = (AugdWaiter){.user = waiter->user, .on_read = waiter->on_read};
}

static void answer_waiters(AugdSource *source)
{
    while (source->first) {
        AugdWaiter *waiter = source->first;
        unlink_waiter(waiter);
        waiter->on_read(waiter, source->status == AUG_OK ? NULL : &source->error);
    }
}

static void after_reading(AugdJob *job)
{
    AugdSource *source = job->user;
    const AugdOpenings *openings = source->openings;
    source->is_reading = false;
    if (source->status != AUG_END)
        answer_waiters(source);
    else if (source->first)
        /* It was stopped when the last waiter had left; others have come since. */
        start_reading(source);
    openings->on_gone(openings->user);
}

AugStatus augd_openings_init(AugdOpenings *openings, uv_loop_t *loop, const AugCatalog *catalog,
                             AugError *error)
{
    const size_t n = aug_catalog_count(catalog);
    const AugdLane part = {.uv = loop, .most = part_of_threads()};
    openings->parsing = openings->readings = part;
    openings->sources = calloc(n ? n : 1, sizeof(*openings->sources));
    if (!openings->sources)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the data sets");
    openings->n_sources = n;
    for (size_t i = 0; i < n; i++) {
        AugdSource *source = &openings->sources[i];
        source->dataset = aug_catalog_dataset(catalog, i);
        source->openings = openings;
        source->looks = (AugdLane){.uv = loop, .most = 1};
        source->reading = (AugdJob){.user = source, .run = read_all, .done = after_reading};
    }
    return AUG_OK;
}

void augd_openings_fini(AugdOpenings *openings)
{
    free(openings->sources);
    *openings = (AugdOpenings){0};
}

uint32_t augd_openings_reading(const AugdOpenings *openings)
{
    return openings->readings.n_working;
}

AugdSource *augd_openings_find(const AugdOpenings *openings, const AugDataset *dataset)
{
    size_t i = 0;
    while (openings->sources[i].dataset != dataset)
        i++;
    return &openings->sources[i];
}

void augd_source_await(AugdSource *source, AugdWaiter *waiter)
{
    waiter->source = source;
    waiter->previous = NULL;
    waiter->next = source->first;
    if (source->first)
        source->first->previous = waiter;
    source->first = waiter;
    if (!source->is_reading)
        start_reading(source);
}

bool augd_waiter_leave(AugdWaiter *waiter)
{
    AugdSource *source = waiter->source;
    if (!source)
        return false;
    unlink_waiter(waiter);
    if (source->first || !source->is_reading)
        return true;
    if (augd_job_remove(&source->reading))
        source->is_reading = false;
    else
        atomic_store(&source->is_stopped, true);
    return true;
}
