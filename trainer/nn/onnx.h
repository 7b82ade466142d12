/* How a layer is written as ONNX: what its file provides, and what the library provides to it.
 *
 * Between layers a map is a tensor [N, channels, height, width], and a list of features [N, features]
 * in PyTorch's order. A layer's hook adds operators of operator set 13 and returns the name of the
 * tensor that is its output; a layer that does nothing in evaluation returns its input.
 *
 * Failures are remembered, so a hook need not look for them: after one, names are "".
 */
#ifndef NN_ONNX_H
#define NN_ONNX_H

#include "trainer/nn/layer.h"

/* A model that is being written; onnx.c. */
typedef struct NnOnnx NnOnnx;

/* Most values of an attribute, and attributes of an operator. */
#define NN_ONNX_MAX_INTS 4
#define NN_ONNX_MAX_ATTRIBUTES 7

/* Types of tensors. */
enum { NN_ONNX_FLOAT = 1, NN_ONNX_UINT8 = 2, NN_ONNX_INT32 = 6, NN_ONNX_INT64 = 7 };

/* An attribute of an operator: n whole numbers as a list; n 0: the one whole number ints[0], or with
 * is_real the real number. */
typedef struct NnOnnxAttribute {
    const char *name;
    size_t n;
    int64_t ints[NN_ONNX_MAX_INTS];
    bool is_real;
    double real;
} NnOnnxAttribute;

#define NN_ONNX_INT(key, value)           \
    {                                     \
        .name = (key), .ints = {(value) } \
    }
#define NN_ONNX_ONE(key, a)                   \
    {                                         \
        .name = (key), .n = 1, .ints = {(a) } \
    }
#define NN_ONNX_PAIR(key, a, b)                    \
    {                                              \
        .name = (key), .n = 2, .ints = {(a), (b) } \
    }
#define NN_ONNX_THREE(key, a, b, c)                     \
    {                                                   \
        .name = (key), .n = 3, .ints = {(a), (b), (c) } \
    }
#define NN_ONNX_FOUR(key, a, b, c, d)                        \
    {                                                        \
        .name = (key), .n = 4, .ints = {(a), (b), (c), (d) } \
    }
#define NN_ONNX_REAL(key, value)                        \
    {                                                   \
        .name = (key), .is_real = true, .real = (value) \
    }

/* An operator: its inputs up to the first NULL, its attributes up to the first without a name. */
typedef struct NnOnnxOp {
    const char *type;
    const char *inputs[NN_MAX_INPUTS + 1];
    NnOnnxAttribute attributes[NN_ONNX_MAX_ATTRIBUTES + 1];
} NnOnnxOp;

/* Adds an operator; returns the name of its output. */
const char *nn_onnx_op(NnOnnx *onnx, const NnOnnxOp *op);

/* An operator without attributes on one input, and on two. */
const char *nn_onnx_unary(NnOnnx *onnx, const char *type, const char *x);
const char *nn_onnx_binary(NnOnnx *onnx, const char *type, const char *a, const char *b);

/* A reduction over the axes first to last, which stay, of extent 1. */
const char *nn_onnx_reduce(NnOnnx *onnx, const char *type, const char *x, int64_t first,
                           int64_t last);

/* A reshaping to [N, dims...]. */
const char *nn_onnx_reshape(NnOnnx *onnx, const char *x, const int64_t *dims, size_t n_dims);

/* Name of a node's k-th input. */
const char *nn_onnx_input(const NnOnnx *onnx, const NnNode *node, uint32_t k);

/* Extents of a shape without the samples; returns how many. */
size_t nn_onnx_dims(NnShape shape, int64_t dims[3]);

/* A parameter or buffer as a constant; dims: another shape of as many values, n_dims of them, or
 * NULL. */
const char *nn_onnx_tensor(NnOnnx *onnx, uint32_t tensor, const int64_t *dims, size_t n_dims);

/* x times the node's weight plus its bias, each where there is one. spread: they have a value for each
 * channel, which is that of all its pixels. */
const char *nn_onnx_affine(NnOnnx *onnx, const NnNode *node, const char *x, bool spread);

/* Values of a parameter or buffer in PyTorch's order; NULL where there is none or memory is out. */
const double *nn_onnx_values(NnOnnx *onnx, uint32_t tensor);

/* Constants: float values in a shape, one such value, whole numbers in a row, and in rows. */
const char *nn_onnx_reals(NnOnnx *onnx, const double *values, const int64_t *dims, size_t n_dims);
const char *nn_onnx_real(NnOnnx *onnx, double value);
const char *nn_onnx_ints(NnOnnx *onnx, const int64_t *values, size_t n);
const char *nn_onnx_table(NnOnnx *onnx, const int64_t *values, size_t n_rows, size_t n);

/* Zeroed memory until the model is written; NULL if it is out. */
void *nn_onnx_take(NnOnnx *onnx, size_t size);

/* Weight and bias of a layer whose weight's first dimension are its outputs, as constants: with a
 * batch norm that follows, where it may be part of them. bias NULL: there is none. */
typedef struct NnOnnxWeights {
    const char *weight, *bias;
} NnOnnxWeights;

/* The same; dims: the weight's shape if it is another one, or NULL. */
NnOnnxWeights nn_onnx_weights(NnOnnx *onnx, const NnNode *node, const int64_t *dims, size_t n_dims);

/* Refuses a layer; reason continues "layer 5 (conv): ". Returns "". */
const char *nn_onnx_refuse(NnOnnx *onnx, const NnNode *node, const char *reason);

/* A layer that is one operator without attributes on its input. */
const char *nn_onnx_same(NnOnnx *onnx, const NnNode *node, const char *type);

/* Hook of a layer that does nothing in evaluation. */
const char *nn_onnx_nothing(NnOnnx *onnx, const NnNode *node);

/* x by the root of its variance plus eps over the axes first to last, less its mean; or, not
 * centered, by the root of its mean square plus eps. */
const char *nn_onnx_standardize(NnOnnx *onnx, const char *x, int64_t first, int64_t last,
                                double eps, bool centered);

/* Normalization of each channel by the node's mean and variance, with weight and bias where it has
 * them. */
const char *nn_onnx_running_norm(NnOnnx *onnx, const NnNode *node, double eps);

#endif
