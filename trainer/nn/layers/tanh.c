/* Values between -1 and 1 (torch.nn.Tanh): y = tanh(x). */
#include "trainer/nn/layers/activation.h"

static void tanh_forward(const NnTask *task, const NnNode *node)
{
    nn_activation_forward(task, node, NN_ACTIVATION_TANH, 0, 0);
}

static void tanh_backward(const NnTask *task, const NnNode *node)
{
    nn_activation_backward(task, node, NN_ACTIVATION_TANH, 0, 0);
}

static const char *tanh_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_onnx_same(onnx, node, "Tanh");
}

static const NnLayerHooks hooks = NN_ACTIVATION_HOOKS(tanh_forward, tanh_backward, tanh_onnx);

const NnLayerDesc nn_layer_tanh = {
    .name = "tanh",
    .summary = "Values between -1 and 1 (torch.nn.Tanh)",
    .formula = "y = tanh(x)",
    .source = "torch.nn.Tanh",
    .example = "[tanh, flatten, linear: 3]",
    .hooks = &hooks,
};
