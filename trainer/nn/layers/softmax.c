/* Shares of each pixel's channels, or of all features (torch.nn.Softmax): y = e^x / sum of e^x. For a
 * map the sums are over the channels of each pixel, as PyTorch's with dim 1; for a flat sample over
 * all its features. */
#include "trainer/nn/layers/rows.h"
#include "trainer/nn/onnx.h"

static void softmax_forward(const NnTask *task, const NnNode *node)
{
    nn_rows_forward(task, node, NN_ROW_SOFTMAX, 0);
}

static void softmax_backward(const NnTask *task, const NnNode *node)
{
    nn_rows_backward(task, node, NN_ROW_SOFTMAX, 0, node->y);
}

static const char *softmax_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_onnx_op(onnx, &(NnOnnxOp){.type = "Softmax",
                                        .inputs = {nn_onnx_input(onnx, node, 0)},
                                        .attributes = {NN_ONNX_INT("axis", 1)}});
}

static const NnLayerHooks hooks = {
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, softmax_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, softmax_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_Y | NN_USES_DX | NN_USES_DY, softmax_backward}},
    .onnx = softmax_onnx,
};

const NnLayerDesc nn_layer_softmax = {
    .name = "softmax",
    .summary = "Shares of each pixel's channels, or of all features (torch.nn.Softmax)",
    .formula = "y = e^x / sum of e^x over the channels of a pixel, or all features",
    .source = "torch.nn.Softmax with dim 1",
    .example = "[softmax, flatten, linear: 3]",
    .hooks = &hooks,
};
