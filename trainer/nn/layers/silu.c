/* Values times their sigmoid (torch.nn.SiLU): y = x / (1 + e^-x), called swish, too (Ramachandran, Zoph and Le 2017). */
#include "trainer/nn/layers/activation.h"

static const char *silu_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_onnx_binary(onnx, "Mul", nn_onnx_input(onnx, node, 0),
                          nn_onnx_same(onnx, node, "Sigmoid"));
}

NN_ACTIVATION_HOOKS(hooks, void, NN_ACTIVATION_SILU, 0, 0, silu_onnx);

const NnLayerDesc nn_layer_silu = {
    .name = "silu",
    .summary = "Values times their sigmoid (torch.nn.SiLU)",
    .formula = "y = x / (1 + e^-x)",
    .source = "Ramachandran, Zoph and Le 2017; torch.nn.SiLU",
    .example = "[silu, flatten, linear: 3]",
    .hooks = &hooks,
};
