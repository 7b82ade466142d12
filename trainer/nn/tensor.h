/* Named tensors of a network: where they lie, and how PyTorch's layout maps to ours. */
#ifndef NN_TENSOR_H
#define NN_TENSOR_H

#include "trainer/nn/nn.h"

/* How fresh values are made. CONSTANT: scale itself; UNIFORM: in +-scale; NORMAL: with the standard
 * deviation scale; TRUNCATED: that, drawn again beyond 2; ORTHOGONAL: rows or columns of length scale
 * at right angles, of the matrix of the first dimension by the others. */
typedef enum NnInitKind {
    NN_INIT_CONSTANT,
    NN_INIT_UNIFORM,
    NN_INIT_NORMAL,
    NN_INIT_TRUNCATED,
    NN_INIT_ORTHOGONAL,
} NnInitKind;

/* A distribution. */
typedef struct NnInit {
    NnInitKind kind;
    double scale;
} NnInit;

/* One tensor.
 *
 * inner:    what an output's values are over, stored row, column, channel; PyTorch has channel,
 *           row, column
 * n_out:    outputs of a panelled matrix, of which there are as many as make all outputs; 0: a plain
 *           vector of inner values
 * n_zeros:  values that begin as 0 from number first_zero on, in PyTorch's order
 * n_stored: values in memory, padding included
 * offset:   in values, in the arena of its kind
 * of:       STATE: the parameter it belongs to
 * frozen:   stays as it is, and has no gradient
 * group:    PARAMETER: of the optimizer's groups that the network was given, or their number
 */
typedef struct NnTensor {
    char *name;
    NnTensorKind kind;
    AugTensorDesc desc;
    NnShape inner;
    size_t n_out, n_values, n_stored, offset, first_zero, n_zeros;
    NnInit init;
    uint32_t of, group;
    bool decays, frozen;
} NnTensor;

/* Copies between a tensor's memory (at its own start) and n_values in PyTorch's order. */
void nn_tensor_unpack(const NnTensor *tensor, const NnReal *stored, NnReal *values);
void nn_tensor_pack(const NnTensor *tensor, const NnReal *values, NnReal *stored);

/* Fills a tensor's memory with fresh values: drawn in PyTorch's order by (seed, index), so they do
 * not depend on how it is stored. Padding becomes zero. */
AUG_MUST_CHECK AugStatus nn_tensor_init(const NnTensor *tensor, uint64_t seed, uint32_t index,
                                        NnReal *stored, AugError *error);

#endif
