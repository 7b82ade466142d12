/* Values between 0 and 1 (torch.nn.Sigmoid): y = 1 / (1 + e^-x). */
#include "trainer/nn/layers/activation.h"

static void sigmoid_forward(const NnTask *task, const NnNode *node)
{
    nn_activation_forward(task, node, NN_ACTIVATION_SIGMOID, 0, 0);
}

static void sigmoid_backward(const NnTask *task, const NnNode *node)
{
    nn_activation_backward(task, node, NN_ACTIVATION_SIGMOID, 0, 0);
}

static const char *sigmoid_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_onnx_same(onnx, node, "Sigmoid");
}

static const NnLayerHooks hooks =
    NN_ACTIVATION_HOOKS(sigmoid_forward, sigmoid_backward, sigmoid_onnx);

const NnLayerDesc nn_layer_sigmoid = {
    .name = "sigmoid",
    .summary = "Values between 0 and 1 (torch.nn.Sigmoid)",
    .formula = "y = 1 / (1 + e^-x)",
    .source = "torch.nn.Sigmoid",
    .example = "[sigmoid, flatten, linear: 3]",
    .hooks = &hooks,
};
