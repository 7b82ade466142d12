/* Named tensors of a network: where they lie, and how PyTorch's layout maps to ours. */
#ifndef NN_TENSOR_H
#define NN_TENSOR_H

#include "trainer/nn/nn.h"

/* How fresh values are made. CONSTANT: scale itself; UNIFORM: in +-scale; NORMAL: with the standard
 * deviation scale. */
typedef enum NnInitKind {
    NN_INIT_CONSTANT,
    NN_INIT_UNIFORM,
    NN_INIT_NORMAL,
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
 * n_out:    outputs of a panelled matrix; 0: a plain vector of inner values
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
    size_t n_out, n_values, n_stored, offset;
    NnInit init;
    uint32_t of, group;
    bool decays, frozen;
} NnTensor;

/* Copies between a tensor's memory (at its own start) and n_values in PyTorch's order. */
void nn_tensor_unpack(const NnTensor *tensor, const NnReal *stored, NnReal *values);
void nn_tensor_pack(const NnTensor *tensor, const NnReal *values, NnReal *stored);

/* Fills a tensor's memory with fresh values: drawn in PyTorch's order by (seed, index), so they do
 * not depend on how it is stored. Padding becomes zero. */
void nn_tensor_init(const NnTensor *tensor, uint64_t seed, uint32_t index, NnReal *stored);

/* Ways to choose the scale, as a user names them in a layer's `init`. */
typedef enum NnInitRule {
    NN_INIT_HE_NORMAL,
    NN_INIT_HE_UNIFORM,
    NN_INIT_XAVIER_NORMAL,
    NN_INIT_XAVIER_UNIFORM,
    NN_INIT_TORCH,
    NN_N_INIT_RULES,
} NnInitRule;

/* Names of the rules, NULL-terminated, for a parameter row. */
extern const char *const nn_init_names[NN_N_INIT_RULES + 1];

/* Kind and scale. He: gain sqrt(2) (ReLU) over fan_in (He et al. 2015); Xavier: gain 1 over both
 * fans (Glorot and Bengio 2010); TORCH: uniform in +-1/sqrt(fan_in), PyTorch's default for linear
 * and convolution. Fans: inputs, or outputs, times the kernel's area. */
NnInit nn_init_rule(NnInitRule rule, double fan_in, double fan_out);

/* Bias that goes with a rule: zeros, or TORCH's uniform. */
NnInit nn_init_bias(NnInitRule rule, double fan_in);

#endif
