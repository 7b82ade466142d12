/* Values between 0 and 1 (torch.nn.Sigmoid): y = 1 / (1 + e^-x). */
#include "trainer/nn/layers/activation.h"

static const char *sigmoid_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_onnx_same(onnx, node, "Sigmoid");
}

NN_ACTIVATION_HOOKS(hooks, void, NN_ACTIVATION_SIGMOID, 0, 0, sigmoid_onnx);

const NnLayerDesc nn_layer_sigmoid = {
    .name = "sigmoid",
    .summary = "Values between 0 and 1 (torch.nn.Sigmoid)",
    .formula = "y = 1 / (1 + e^-x)",
    .source = "torch.nn.Sigmoid",
    .example = "[sigmoid, flatten, linear: 3]",
    .hooks = &hooks,
};
