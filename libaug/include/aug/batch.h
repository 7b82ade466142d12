/* A batch: named tensors in one buffer, laid out as a safetensors file.
 *
 * bytes 0..7     length of the header, little-endian
 * header         JSON, padded with spaces
 * tensors        "label", "index" and "data" (the samples), without holes
 *
 * The padding is such that "data" starts at a multiple of 64 from the start of the buffer, which is
 * itself aligned to 64; the order is such that "index" and "label" are then aligned for their
 * types.
 *
 * So a batch can be written to a file, sent, or read by any safetensors tool as it is.
 */
#ifndef AUG_BATCH_H
#define AUG_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Element types, with their safetensors names and sizes in bytes. */
#define AUG_DTYPE_MAP(X) \
    X(U8, 0, 1)          \
    X(I32, 1, 4)         \
    X(I64, 2, 8)         \
    X(F32, 3, 4)

/* Type of a tensor's elements. */
typedef enum AugDtype {
#define AUG_DTYPE_ENUM(name, number, size) AUG_DTYPE_##name = number,
    AUG_DTYPE_MAP(AUG_DTYPE_ENUM)
#undef AUG_DTYPE_ENUM
} AugDtype;

/* Name ("F32") and element size in bytes of a type. Any thread. */
AUG_API const char *aug_dtype_name(AugDtype dtype);
AUG_API size_t aug_dtype_size(AugDtype dtype);

#define AUG_MAX_DIMS 5

/* Type and shape, row-major. n_dims 0 is a scalar. */
typedef struct AugTensorDesc {
    AugDtype dtype;
    uint32_t n_dims;
    uint64_t shape[AUG_MAX_DIMS];
} AugTensorDesc;

/* Bytes of a tensor; 0 if a product overflows. Any thread. */
AUG_API size_t aug_tensor_size(const AugTensorDesc *desc);

/* One named tensor of a batch; bytes are borrowed from the batch. */
typedef struct AugTensor {
    const char *name;
    AugTensorDesc desc;
    const void *bytes;
    size_t size;
} AugTensor;

/* A batch is made by a loader and belongs to whoever took it (aug_loader_next), until
 * aug_batch_free gives it back. It does not change in between; any thread may read it. */
typedef struct AugBatch AugBatch;

/* Position: epoch from 0, step from 0 within the epoch, and whether it is the epoch's last. */
AUG_API uint32_t aug_batch_epoch(const AugBatch *batch);
AUG_API uint64_t aug_batch_step(const AugBatch *batch);
AUG_API bool aug_batch_is_last(const AugBatch *batch);

/* Samples in it. */
AUG_API uint32_t aug_batch_count(const AugBatch *batch);

/* The whole buffer, a valid safetensors file of *size bytes, 64-byte aligned; borrowed. */
AUG_API const void *aug_batch_bytes(const AugBatch *batch, size_t *size);

/* Tensor by name: "data"; "label" (I64 [B], -1 where unknown, or F32 [B, classes] if the spec
 * mixes); "index" (I64 [B], index in the data set). Returns false if there is none. */
AUG_API bool aug_batch_tensor(const AugBatch *batch, const char *name, AugTensor *tensor);

/* Gives the batch back; NULL does nothing. Any thread; the loader may already be gone. */
AUG_API void aug_batch_free(AugBatch *batch);

#ifdef __cplusplus
}
#endif
#endif
