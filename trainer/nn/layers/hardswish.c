/* Values times a gate of straight lines (torch.nn.Hardswish): y = x * min(max(x + 3, 0), 6) / 6 (Howard et al. 2019). The slope at -3 is 0 and at 3 it
 * is 1, as PyTorch's. */
#include "trainer/nn/layers/activation.h"

static const char *hardswish_onnx(NnOnnx *onnx, const NnNode *node)
{
    const char *x = nn_onnx_input(onnx, node, 0);
    const char *gate = nn_onnx_op(onnx, &(NnOnnxOp){.type = "HardSigmoid",
                                                    .inputs = {x},
                                                    .attributes = {NN_ONNX_REAL("alpha", 1.0 / 6),
                                                                   NN_ONNX_REAL("beta", 0.5)}});
    return nn_onnx_binary(onnx, "Mul", x, gate);
}

NN_ACTIVATION_HOOKS(hooks, void, NN_ACTIVATION_HARDSWISH, 0, 0, hardswish_onnx);

const NnLayerDesc nn_layer_hardswish = {
    .name = "hardswish",
    .summary = "Values times a gate of straight lines (torch.nn.Hardswish)",
    .formula = "y = x * min(max(x + 3, 0), 6) / 6",
    .source = "Howard et al. 2019; torch.nn.Hardswish",
    .example = "[hardswish, flatten, linear: 3]",
    .hooks = &hooks,
};
