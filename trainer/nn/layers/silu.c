/* Values times their sigmoid (torch.nn.SiLU): y = x / (1 + e^-x), called swish, too (Ramachandran, Zoph and Le 2017). */
#include "trainer/nn/layers/activation.h"

static void silu_forward(const NnTask *task, const NnNode *node)
{
    nn_activation_forward(task, node, NN_ACTIVATION_SILU, 0, 0);
}

static void silu_backward(const NnTask *task, const NnNode *node)
{
    nn_activation_backward(task, node, NN_ACTIVATION_SILU, 0, 0);
}

static const char *silu_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_onnx_binary(onnx, "Mul", nn_onnx_input(onnx, node, 0),
                          nn_onnx_same(onnx, node, "Sigmoid"));
}

static const NnLayerHooks hooks = NN_ACTIVATION_HOOKS(silu_forward, silu_backward, silu_onnx);

const NnLayerDesc nn_layer_silu = {
    .name = "silu",
    .summary = "Values times their sigmoid (torch.nn.SiLU)",
    .formula = "y = x / (1 + e^-x)",
    .source = "Ramachandran, Zoph and Le 2017; torch.nn.SiLU",
    .example = "[silu, flatten, linear: 3]",
    .hooks = &hooks,
};
