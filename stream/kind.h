/* Inside of streams: what a place that batches come from provides. */
#ifndef STREAM_KIND_H
#define STREAM_KIND_H

#include "stream/stream.h"

/* A batch as it arrived, borrowed until the next call.
 *
 * made: the engine's batch, which knows its tensors; NULL: they are read from the bytes
 */
typedef struct StreamArrival {
    const AugBatch *made;
    const void *bytes;
    size_t size;
    uint32_t epoch;
    uint64_t step;
    bool last;
} StreamArrival;

/* A kind of place.
 *
 * next:       waits for a batch
 * identify:   see stream_identify
 * class_name: see stream_class_name; may be NULL
 * interrupt:  see stream_interrupt; may be NULL where nothing waits for long
 * close:      frees state; accepts NULL
 */
typedef struct StreamKind {
    AugStatus (*next)(void *state, StreamArrival *arrival, AugError *error);
    AugStatus (*identify)(const void *state, StreamIdentity *out, AugError *error);
    const char *(*class_name)(const void *state, uint32_t label);
    void (*interrupt)(void *state);
    void (*close)(void *state);
} StreamKind;

/* A stream of a kind; takes state. The list of tensors is copied; what else info points to, names
 * and axes included, state must own. Fails with AUG_CORRUPT if no such stream can be (no batches,
 * a tensor without bytes); then *out is NULL and state still the caller's. */
AUG_MUST_CHECK AugStatus stream_new(Stream **out, const StreamKind *kind, void *state,
                                    const StreamInfo *info, AugError *error);

#endif
