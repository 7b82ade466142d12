/* Inside of the ONNX writer: a model while it grows. */
#ifndef NN_ONNX_MODEL_H
#define NN_ONNX_MODEL_H

#include "trainer/nn/export.h"
#include "trainer/nn/network.h"
#include "trainer/nn/onnx.h"
#include "trainer/nn/protobuf.h"

/* memory: of names and values
 * graph:  fields of the GraphProto so far: operators; constants: its initializers
 * values: name of each node's output; folded: what became part of the layer before it
 * node:   whose hook runs
 * n_ops:  operators so far, for names
 */
struct NnOnnx {
    const NnNetwork *network;
    const NnOnnxOptions *options;
    AugiArena *memory;
    NnProto graph, constants;
    const char **values;
    bool *folded;
    const NnNode *node;
    uint32_t n_ops;
    AugStatus status;
    AugError *error;
};

/* Formatted name; "" if memory is out. */
const char *nn_onnx_name(NnOnnx *onnx, const char *format, ...) AUG_PRINTF(2, 3);

/* A constant of n float values under a name. */
void nn_onnx_constant(NnOnnx *onnx, const char *name, const double *values, const int64_t *dims,
                      size_t n_dims);

#endif
