/* From a map to a list of features (torch.nn.Flatten). Nothing moves in memory: what comes after it
 * numbers the values as PyTorch does when tensors are read or written. */
#include "trainer/nn/layer.h"
#include "trainer/nn/onnx.h"

static AugStatus flatten_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    (void)params;
    (void)error;
    *out = in;
    out->flat = true;
    return AUG_OK;
}

static const char *flatten_onnx(NnOnnx *onnx, const NnNode *node)
{
    return node->in.flat ? nn_onnx_input(onnx, node, 0) : nn_onnx_same(onnx, node, "Flatten");
}

static const NnLayerHooks hooks = {
    .shape = flatten_shape,
    .aliases = true,
    .onnx = flatten_onnx,
};

const NnLayerDesc nn_layer_flatten = {
    .name = "flatten",
    .summary = "A map becomes a list of features (torch.nn.Flatten)",
    .formula = "features in the order channel, row, column",
    .source = "torch.nn.Flatten",
    .example = "[flatten, linear: 3]",
    .hooks = &hooks,
};
