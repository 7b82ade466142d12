/* A pool of working threads that run the parts of one job and meet at its end.
 *
 * Parts are handed out by a counter, so which thread runs a part is not fixed; a job must not let
 * its result depend on it. Between jobs the threads spin for some microseconds, then sleep, so that
 * they do not take a core from others while the program waits for data.
 */
#ifndef NN_POOL_H
#define NN_POOL_H

#include "aug/status.h"

#include <stdint.h>

/* Opaque. */
typedef struct NnPool NnPool;

/* One part of a job; thread is 0 for the caller, below n_threads for all. */
typedef void (*NnPoolTask)(void *context, uint32_t part, uint32_t thread);

/* Starts n_threads - 1 threads; the caller of nn_pool_run is the remaining one. n_threads >= 1. On
 * AUG_OK the caller owns *pool and ends it with nn_pool_free. */
AUG_MUST_CHECK AugStatus nn_pool_new(NnPool **pool, uint32_t n_threads, AugError *error);

/* Stops and joins the threads; NULL does nothing. No job may be running. */
void nn_pool_free(NnPool *pool);

/* Runs task for the parts 0..n_parts-1 and returns when all are done. One caller at a time. */
void nn_pool_run(NnPool *pool, uint32_t n_parts, NnPoolTask task, void *context);

#endif
