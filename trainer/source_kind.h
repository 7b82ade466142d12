/* Inside of sources: what a kind provides. */
#ifndef NN_SOURCE_KIND_H
#define NN_SOURCE_KIND_H

#include "trainer/safetensors.h"
#include "trainer/source.h"

/* A batch as it arrived: a safetensors file, borrowed until the next call. */
typedef struct NnRawBatch {
    const void *bytes;
    size_t size;
    uint32_t epoch;
    uint64_t step;
    bool last;
} NnRawBatch;

/* next: waits for a batch. close: frees state; accepts NULL. */
typedef struct NnSourceKind {
    AugStatus (*next)(void *state, NnRawBatch *raw, AugError *error);
    void (*close)(void *state);
} NnSourceKind;

/* A source of any kind. tensors are those of the current batch; n_classes is the network's, 0
 * before nn_source_fit; waited_s counts seconds in next. */
struct NnSource {
    const NnSourceKind *kind;
    void *state;
    NnSourceInfo info;
    char *name;
    NnTensorFile tensors;
    uint32_t n_classes;
    double waited_s;
};

/* A source of a kind; takes state. info->layout is taken from the spec. On failure *out is NULL and
 * state still the caller's. */
AUG_MUST_CHECK AugStatus nn_source_new(NnSource **out, const NnSourceKind *kind, void *state,
                                       const NnSourceInfo *info, const NnSourceOptions *options,
                                       AugError *error);

#endif
