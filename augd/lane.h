/* Lanes: jobs in libuv's pool of which so many work at once.
 *
 * libuv runs jobs in the order in which they came, on as many threads as its pool has. A job that
 * waits for a slow disk holds its thread, and a few like it hold them all. So jobs that may wait
 * for the same thing share a lane: so many of them are with libuv at once, and the others cost
 * memory only, which is given back as soon as nobody wants them any more.
 *
 * Everything here is called on the loop's thread.
 */
#ifndef AUGD_LANE_H
#define AUGD_LANE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct AugdLane;

/* One job; embedded in what it works for, which outlives it.
 *
 * user:   the owner's
 * run:    the work, on a thread of libuv's pool
 * done:   called on the loop behind it; the job may be added again from there
 * lane:   where it waits or works; NULL: nowhere
 * is_working: it is with libuv
 * cost_ns:    processor time of all its runs; not to be read while it works
 */
typedef struct AugdJob {
    uv_work_t work;
    struct AugdLane *lane;
    struct AugdJob *next, *previous;
    bool is_working;
    uint64_t cost_ns;
    void *user;
    void (*run)(struct AugdJob *job);
    void (*done)(struct AugdJob *job);
} AugdJob;

/* At most so many work; the first of the list is next. */
typedef struct AugdLane {
    uv_loop_t *uv;
    AugdJob *first, *last;
    uint32_t n_working, most;
} AugdLane;

/* Starts a job whose run and done are set, or lets it wait in its lane. It must not be at work or
 * waiting. */
void augd_lane_add(AugdLane *lane, AugdJob *job);

/* Takes out a job that waits: it never runs, and done is not called. False if it does not wait: it
 * is with libuv, and done follows, behind run or instead of it, or it is nowhere. */
bool augd_job_remove(AugdJob *job);

#endif
