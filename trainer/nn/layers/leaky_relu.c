/* Negative values become smaller (torch.nn.LeakyReLU): y = x for x > 0, else negative_slope * x (Maas, Hannun and Ng 2013). */
#include "trainer/nn/layers/activation.h"

typedef struct LeakyRelu {
    double negative_slope;
} LeakyRelu;

static const AugParamDesc rows[] = {
    AUG_PARAM(LeakyRelu, negative_slope, .fallback = "0.01", .low = -100, .high = 100,
              .help = "factor of values below 0"),
};

static const char *leaky_relu_onnx(NnOnnx *onnx, const NnNode *node)
{
    const LeakyRelu *leaky_relu = node->params;
    return nn_onnx_op(
        onnx, &(NnOnnxOp){.type = "LeakyRelu",
                          .inputs = {nn_onnx_input(onnx, node, 0)},
                          .attributes = {NN_ONNX_REAL("alpha", leaky_relu->negative_slope)}});
}

NN_ACTIVATION_HOOKS(hooks, LeakyRelu, NN_ACTIVATION_LEAKY_RELU, given->negative_slope, 0,
                    leaky_relu_onnx);

const NnLayerDesc nn_layer_leaky_relu = {
    .name = "leaky_relu",
    .summary = "Negative values become smaller (torch.nn.LeakyReLU)",
    .formula = "y = x for x > 0\n"
               "y = negative_slope * x else",
    .source = "Maas, Hannun and Ng 2013; torch.nn.LeakyReLU",
    .example = "[leaky_relu: 0.1, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(LeakyRelu, rows),
    .hooks = &hooks,
};
