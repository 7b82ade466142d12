/* Inside of a worker for single samples: a plan, and the memory of the thread that works by it. */
#ifndef AUGI_WORKER_H
#define AUGI_WORKER_H

#include "aug/changes.h"
#include "aug/sample.h"
#include "libaug/run/thread.h"

/* own: the thread's memory of a worker that a program made
 * n_counted: calls without a key
 * smoothing: part of the label of the last sample that was augmented that is to be spread over all
 *            classes; 0 if its domain does not smooth labels */
struct AugWorker {
    const AugPlan *plan;
    void *state; /* the domain's worker */
    AugiThread *thread;
    AugiThread *own;
    uint64_t n_counted;
    double smoothing;
    AugField fields[AUG_MAX_FIELDS];
    AugChange change;
};

/* A worker in memory of the caller that works with a thread's; needs no end. */
AUG_MUST_CHECK AugStatus augi_worker_init(AugWorker *worker, const AugPlan *plan,
                                          AugiThread *thread, AugError *error);

#endif
