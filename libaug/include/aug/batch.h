/* A batch: named tensors in one buffer, laid out as a safetensors file.
 *
 * bytes 0..7     length of the header, little-endian
 * header         JSON, padded with spaces
 * tensors        without holes, in this order: by the size of their elements, rows of ragged
 *                tensors and (from 4 bytes on) the others, among them "label" and "index"; "data"
 *                (the plan's first tensor); other tensors of smaller elements
 *
 * The padding is such that "data" starts at a multiple of 64 from the start of the buffer, which is
 * itself aligned to 64; the order is such that the others are then aligned for their types.
 *
 * So a batch can be written to a file, sent, or read by any safetensors tool as it is.
 */
#ifndef AUG_BATCH_H
#define AUG_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/export.h"
#include "aug/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A batch is made by a loader and belongs to whoever took it (aug_loader_next), until
 * aug_batch_free gives it back. It does not change in between; any thread may read it. */
typedef struct AugBatch AugBatch;

/* Position: epoch from 0, step from 0 within the epoch, and whether it is the epoch's last. */
AUG_API uint32_t aug_batch_epoch(const AugBatch *batch);
AUG_API uint64_t aug_batch_step(const AugBatch *batch);
AUG_API bool aug_batch_is_last(const AugBatch *batch);

/* Samples in it: of a rank's batch those of its slice, which may be none in a short global
 * batch. */
AUG_API uint32_t aug_batch_count(const AugBatch *batch);

/* Where its first sample stands in the global batch, from 0, and how many that has. */
AUG_API uint32_t aug_batch_first_row(const AugBatch *batch);
AUG_API uint32_t aug_batch_global_count(const AugBatch *batch);

/* The whole buffer, a valid safetensors file of *size bytes, 64-byte aligned; borrowed. */
AUG_API const void *aug_batch_bytes(const AugBatch *batch, size_t *size);

/* Tensor by name: those that the plan states (aug_plan_tensors), and NAME.offsets of the ragged
 * ones. Returns false if there is none. */
AUG_API bool aug_batch_tensor(const AugBatch *batch, const char *name, AugTensor *tensor);

/* Tensors in the order in which they lie, offsets counted too; number from 0. */
AUG_API uint32_t aug_batch_n_tensors(const AugBatch *batch);
AUG_API AugTensor aug_batch_tensor_at(const AugBatch *batch, uint32_t number);

/* Bytes of a reason, its NUL included. */
#define AUG_MAX_REASON 360

/* A sample that another one stands in for, because it cannot be read (batch.on_error: replace).
 *
 * row:         of the batch (of a rank: of its part), from 0
 * of_partner:  the sample is not the row's own, whose replacement "index" names, but one that an
 *              operation takes part of
 * index:       of the sample that cannot be read
 * replacement: index of the one that was made in its place
 * reason:      place and sentence of the failure, cut where it is longer
 */
typedef struct AugReplaced {
    uint32_t row;
    bool of_partner;
    uint64_t index, replacement;
    char reason[AUG_MAX_REASON];
} AugReplaced;

/* What was replaced in it, in the order of rows; n receives how many. Borrowed. The header's
 * metadata has the same without reasons: a JSON list of [row, index, replacement] in the string
 * "replaced", and those of partners in "replaced_partners", each only where it is not empty. */
AUG_API const AugReplaced *aug_batch_replaced(const AugBatch *batch, uint32_t *n);

/* Most words for what becomes of a value. */
#define AUG_MAX_OUTCOMES 16

/* What became of the values that operations worked on, counted: n words of a domain ("applied",
 * "not_applicable"), static strings, each with how many values it is true of. */
typedef struct AugOutcomes {
    uint32_t n;
    const char *words[AUG_MAX_OUTCOMES];
    uint64_t n_of[AUG_MAX_OUTCOMES];
} AugOutcomes;

/* Those of the samples of a batch that is made; none of a domain that does not say. */
AUG_API void aug_batch_outcomes(const AugBatch *batch, AugOutcomes *outcomes);

/* What AugEach.make left for sample i of the batch; NULL if nothing, or if the loader makes
 * tensors. Belongs to the batch. */
AUG_API void *aug_batch_result(const AugBatch *batch, uint32_t i);

/* What AugLoaderOptions.finish returned for the batch; 0 without it. */
AUG_API uint64_t aug_batch_mark(const AugBatch *batch);

/* Gives the batch back; NULL does nothing. Any thread; the loader may already be gone. */
AUG_API void aug_batch_free(AugBatch *batch);

#ifdef __cplusplus
}
#endif
#endif
