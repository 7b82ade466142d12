/* Values between -1 and 1 (torch.nn.Tanh): y = tanh(x). */
#include "trainer/nn/layers/activation.h"

static const char *tanh_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_onnx_same(onnx, node, "Tanh");
}

NN_ACTIVATION_HOOKS(hooks, void, NN_ACTIVATION_TANH, 0, 0, tanh_onnx);

const NnLayerDesc nn_layer_tanh = {
    .name = "tanh",
    .summary = "Values between -1 and 1 (torch.nn.Tanh)",
    .formula = "y = tanh(x)",
    .source = "torch.nn.Tanh",
    .example = "[tanh, flatten, linear: 3]",
    .hooks = &hooks,
};
