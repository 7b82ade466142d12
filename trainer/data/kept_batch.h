/* A batch that outlives the stream it came from. Inside of reader.c. */
#ifndef TRAIN_KEPT_BATCH_H
#define TRAIN_KEPT_BATCH_H

#include "stream/stream.h"

/* batch:    whose bytes, tensors, offsets and replaced samples lie in the memory below; its tensors
 *           have no names
 * bytes:    at a 64-byte aligned address, with room for capacity
 * n_tensors: that tensors and offsets have room for
 * replaced: with room for n_replaced
 */
typedef struct TrainKeptBatch {
    StreamBatch batch;
    uint8_t *bytes;
    size_t capacity;
    AugTensor *tensors;
    const int64_t **offsets;
    uint32_t n_tensors;
    AugReplaced *replaced;
    uint32_t n_replaced;
} TrainKeptBatch;

/* Copies a batch over the one that is there; zero-initialised there is none. Memory grows only, so that batches of one
 * size take none after the first. Fails with AUG_NO_MEMORY, which names where. */
AUG_MUST_CHECK AugStatus train_kept_batch_set(TrainKeptBatch *kept, const StreamBatch *batch,
                                              const char *where, AugError *error);

/* Frees the memory; accepts a zeroed one. */
void train_kept_batch_fini(TrainKeptBatch *kept);

#endif
