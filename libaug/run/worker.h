/* Inside of a worker: the domain's state behind the public interface for single samples. */
#ifndef AUGI_WORKER_H
#define AUGI_WORKER_H

#include "aug/sample.h"

/* The domain's own worker, for its run hook. Borrowed. */
void *augi_worker_state(const AugWorker *worker);

#endif
