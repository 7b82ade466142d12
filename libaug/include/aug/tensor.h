/* Tensors: element types, shapes, and the list of those that a plan states. */
#ifndef AUG_TENSOR_H
#define AUG_TENSOR_H

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
    X(F32, 3, 4)         \
    X(U16, 4, 2)

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

/* Most tensors of one plan. */
#define AUG_MAX_TENSORS 64

/* Longest name of one, in bytes. */
#define AUG_MAX_TENSOR_NAME 55

/* One tensor of every batch of a plan.
 *
 * name:   "data", "mask", "boxes"; further views have a number: "data.1"
 * sample: type and shape of one sample. Of a ragged one shape[0] is the most rows a sample can have
 * ragged: samples differ in their rows. The batch holds all rows one after another, and beside it
 *         the tensor NAME.offsets (I64 [B + 1]): sample i has the rows offsets[i] to
 *         offsets[i + 1] - 1
 * axes:   a letter for each dimension of a sample: "chw", "hwc", "n4" (rows of four numbers), ""
 *
 * Strings live as long as the plan. */
typedef struct AugTensorSpec {
    const char *name;
    AugTensorDesc sample;
    bool ragged;
    const char *axes;
} AugTensorSpec;

/* Type and shape of a tensor in a batch of n samples; of a ragged one with the most rows that such
 * a batch can hold. Any thread. */
AUG_API AugTensorDesc aug_tensor_spec_batch(const AugTensorSpec *spec, uint32_t n);

#ifdef __cplusplus
}
#endif
#endif
