/* Inside of sources: what a kind provides. */
#ifndef TRAIN_SOURCE_KIND_H
#define TRAIN_SOURCE_KIND_H

#include "libaug/base/safetensors.h"
#include "trainer/data/source.h"

/* A batch as it arrived: a safetensors file, borrowed until the next call. */
typedef struct TrainRawBatch {
    const void *bytes;
    size_t size;
    uint32_t epoch;
    uint64_t step;
    bool last;
} TrainRawBatch;

/* next: waits for a batch. close: frees state; accepts NULL. */
typedef struct TrainSourceKind {
    AugStatus (*next)(void *state, TrainRawBatch *raw, AugError *error);
    void (*close)(void *state);
} TrainSourceKind;

/* A source of any kind. tensors are those of the current batch; n_classes is the network's, 0
 * before train_source_fit; waited_s counts seconds in next. */
struct TrainSource {
    const TrainSourceKind *kind;
    void *state;
    TrainSourceInfo info;
    char *name;
    AugiTensorFile tensors;
    uint32_t n_classes;
    double waited_s;
};

/* A source of a kind; takes state. info->layout is taken from the spec. On failure *out is NULL and
 * state still the caller's. */
AUG_MUST_CHECK AugStatus train_source_new(TrainSource **out, const TrainSourceKind *kind,
                                          void *state, const TrainSourceInfo *info,
                                          const TrainSourceOptions *options, AugError *error);

#endif
