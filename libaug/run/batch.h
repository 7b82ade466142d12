/* Inside of a batch: its buffer, its layout and its progress while workers fill it. */
#ifndef AUGI_BATCH_H
#define AUGI_BATCH_H

#include "aug/batch.h"
#include "libaug/base/json_writer.h"
#include "libaug/run/mix.h"
#include "libaug/run/plan.h"

struct AugLoader;

/* Where the tensors of a batch of n samples lie in its buffer. */
typedef struct AugiBatchLayout {
    uint32_t n;
    AugTensor label, index, data; /* bytes are not set */
    size_t label_offset, index_offset, data_offset;
    size_t size;
} AugiBatchLayout;

/* A buffer that is used again for one step after another. */
struct AugBatch {
    /* Fixed when made. */
    struct AugLoader *loader;
    uint8_t *bytes;   /* capacity bytes, aligned to 64 */
    uint8_t *staged;  /* samples before mixing; NULL if the plan does not mix */
    int64_t *classes; /* labels as the data set gives them; each written by its sample's worker */
    size_t capacity;

    /* Set when a step begins; then read by all workers. */
    uint32_t epoch;
    uint64_t step;
    uint64_t sequence;
    bool last;
    AugiBatchLayout layout;
    AugiMixPasses mix;

    /* Guarded by the pool's lock. The work of a batch is a number of rounds over its samples: round
     * 0 makes them, each further one is a mix pass. */
    uint32_t round;
    uint32_t next;      /* sample of this round to give out next */
    uint32_t remaining; /* samples of this round not finished */
    bool ready;
    AugError error; /* of the failed sample with the lowest number */
    uint32_t error_sample;
    struct AugBatch *next_idle;
};

/* A tensor's member in a safetensors header: type, shape, and where its bytes lie, counted from the
 * header's end. */
void augi_tensor_write_entry(AugiJsonWriter *writer, const AugTensor *tensor, uint64_t offset);

/* Computes the layout of a batch of n samples and, if header is not NULL, writes the first bytes up
 * to the first tensor there. */
void augi_batch_layout(const AugPlan *plan, uint32_t n, AugiBatchLayout *layout, uint8_t *header);

/* Buffer of one batch of the plan; NULL if memory is out. */
AugBatch *augi_batch_new(const AugPlan *plan);

/* Frees its memory. NULL does nothing. */
void augi_batch_delete(AugBatch *batch);

#endif
