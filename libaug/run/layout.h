/* Where the tensors of a batch lie in its buffer, and the header that says so.
 *
 * A batch is a safetensors file, which has no holes. Its buffer has an *anchor*, a multiple of 64
 * at which the plan's first tensor begins whatever the batch holds. What is before the anchor grows
 * towards the start of the buffer: tensors of wide elements and rows of ragged tensors (whose
 * number is known last), the widest elements nearest to the anchor, so that all are aligned; then
 * the header, padded with spaces so that the file's start is a multiple of 64, too. Tensors of
 * narrow elements lie behind the first one. So workers can write every tensor but the ragged ones
 * before any row is counted; the few that rows of wider elements push away move when these are
 * known.
 */
#ifndef AUGI_LAYOUT_H
#define AUGI_LAYOUT_H

#include "aug/tensor.h"
#include "libaug/run/replaced.h"

/* The tensors of a plan, and what follows from them for batches of up to batch_size samples.
 *
 * class_names:     value of that key in the header's metadata, as JSON; NULL: none
 * replaceable:     samples of each row that may be replaced; 0: none ever is
 * n_samples:       of the data set, if some may be
 * header_capacity: bytes of the longest header
 * capacity:        bytes of a buffer that holds any batch
 */
typedef struct AugiLayoutPlan {
    const AugTensorSpec *tensors;
    uint32_t n_tensors;
    uint32_t batch_size;
    const char *class_names;
    uint32_t replaceable;
    uint64_t n_samples;
    size_t header_capacity;
    size_t anchor;
    size_t capacity;
} AugiLayoutPlan;

/* Fills the last three members from the others. False if a size overflows. */
bool augi_layout_plan(AugiLayoutPlan *plan);

/* One tensor in a batch: the rows or the offsets of a ragged one, or a fixed one. number: in the
 * plan's list. offset: in the buffer. bytes of the tensor are not set. */
typedef struct AugiPlaced {
    AugTensor tensor;
    uint32_t number;
    bool is_offsets;
    size_t offset;
    char name[AUG_MAX_TENSOR_NAME + sizeof(".offsets")]; /* of offsets */
} AugiPlaced;

/* Where things are in one batch of n samples. In the order of the file; the file is the bytes start
 * to start + size - 1 of the buffer. */
typedef struct AugiBatchLayout {
    uint32_t n;
    uint32_t n_placed;
    AugiPlaced placed[2 * AUG_MAX_TENSORS];
    size_t start, size;
} AugiBatchLayout;

/* Places everything but rows, for n samples; augi_layout_end may find other places before the
 * anchor.
 */
void augi_layout_begin(const AugiLayoutPlan *plan, uint32_t n, AugiBatchLayout *layout);

/* Places the rows, n_rows[t] in all of tensor t (ragged ones count), and finds start and size.
 * replaced: what the header says was replaced. header: room for header_capacity bytes, receives the
 * JSON; returns its length. */
size_t augi_layout_end(const AugiLayoutPlan *plan, const uint64_t *n_rows,
                       const AugiReplacedList *replaced, AugiBatchLayout *layout, char *header);

/* Writes the first bytes of the file into the buffer. */
void augi_layout_write_header(const AugiBatchLayout *layout, const char *header, size_t length,
                              uint8_t *buffer);

/* Bytes of the largest file: all rows that there can be, and all replaced that may be. header:
 * scratch of header_capacity. */
size_t augi_layout_most(const AugiLayoutPlan *plan, char *header);

#endif
