/* What OPENs share: lanes in libuv's pool, and the reading of a data set that several wait for.
 *
 * Any number of OPENs may wait, without a thread each. Specs are parsed by a part of the pool; then
 * OPENs of one data set take turns, so that the first look at it, which may find a slow disk, is
 * had once and holds one thread; and a content that clients demand is read once, for all of them.
 *
 * Everything here is called on the loop's thread.
 */
#ifndef AUGD_OPENINGS_H
#define AUGD_OPENINGS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "aug/catalog.h"
#include "augd/lane.h"

struct AugdSource;

/* Somebody who waits until all of a data set was read; embedded in what it belongs to.
 *
 * source:  NULL: it waits for nothing
 * on_read: called once, unless it left before; error is NULL where all went well
 */
typedef struct AugdWaiter {
    struct AugdSource *source;
    struct AugdWaiter *next, *previous;
    void *user;
    void (*on_read)(struct AugdWaiter *waiter, const AugError *error);
} AugdWaiter;

/* A data set that is served.
 *
 * openings:   of the server
 * dataset:    borrowed from the catalog
 * looks:      of its OPENs at it, one at a time
 * reading, status, error: the job that reads what was never read, and how it went
 * is_reading: it waits or is at work
 * is_stopped: it is not to go on
 * first:      of those who wait for it
 */
typedef struct AugdSource {
    struct AugdOpenings *openings;
    AugDataset *dataset;
    AugdLane looks;
    AugdJob reading;
    AugStatus status;
    AugError error;
    bool is_reading;
    atomic_bool is_stopped;
    AugdWaiter *first;
} AugdSource;

/* What all OPENs of a server share. The server's memory.
 *
 * parsing:  of specs
 * readings: of data sets that are read as a whole
 * sources:  owned; one for each data set of the catalog
 * on_gone:  called on the loop after a reading ended; the server's to set
 */
typedef struct AugdOpenings {
    AugdLane parsing, readings;
    AugdSource *sources;
    size_t n_sources;
    void (*on_gone)(void *user);
    void *user;
} AugdOpenings;

/* Makes what the data sets of a catalog need, which outlives it; the struct has its on_gone, and is
 * zero else. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augd_openings_init(AugdOpenings *openings, uv_loop_t *loop,
                                            const AugCatalog *catalog, AugError *error);

/* Frees it; nothing waits any more. Accepts a zeroed struct. */
void augd_openings_fini(AugdOpenings *openings);

/* Threads of libuv's pool. */
uint32_t augd_openings_threads(void);

/* Readings that are at work, also those that were told to stop and are not there yet. */
uint32_t augd_openings_reading(const AugdOpenings *openings);

/* What belongs to a data set of the catalog. */
AugdSource *augd_openings_find(const AugdOpenings *openings, const AugDataset *dataset);

/* Lets a waiter, whose on_read is set, wait until all of the data set was read; starts the reading
 * if nobody else waits for it. on_read is called later. */
void augd_source_await(AugdSource *source, AugdWaiter *waiter);

/* Takes a waiter out; the reading ends if it was the last one. False if it does not wait. */
bool augd_waiter_leave(AugdWaiter *waiter);

#endif
