/* A loader with single samples whose one consumer also looks for the signals that end a program. */
#ifndef CLI_EACH_RUN_H
#define CLI_EACH_RUN_H

#include "aug/loader.h"

/* How it goes.
 *
 * each:      what is done with every sample
 * first:     the batch of the data set to begin with
 * depth:     batches that may be at work or wait for their turn
 * take:      gets every batch in order, on the calling thread; a failure ends the run
 */
typedef struct CliEachRun {
    const AugPlan *plan;
    AugEach each;
    uint64_t first;
    uint32_t n_threads, depth;
    AugStatus (*take)(void *user, const AugBatch *batch, AugError *error);
    void *user;
} CliEachRun;

/* Goes through the data set: AUG_END behind its last batch. The signals that end a program must be
 * held; when one comes *signal receives it, and the status is AUG_OK; else *signal is 0. */
AUG_MUST_CHECK AugStatus cli_each_run(const CliEachRun *run, int *signal, AugError *error);

#endif
