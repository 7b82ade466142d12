/* A smooth rectifier (torch.nn.Softplus): y = log(1 + e^(beta x)) / beta, and x itself where beta x is above the
 * threshold. */
#include "trainer/nn/layers/activation.h"

typedef struct Softplus {
    double beta, threshold;
} Softplus;

static const AugParamDesc rows[] = {
    AUG_PARAM(Softplus, beta, .fallback = "1.0", .low = 1e-3, .high = 1e4,
              .help = "steepness of the bend"),
    AUG_PARAM(Softplus, threshold, .fallback = "20", .low = 0, .high = 1e6,
              .help = "beta x above it is taken as it is"),
};

/* Where beta x is above the threshold, x itself. */
static const char *softplus_onnx(NnOnnx *onnx, const NnNode *node)
{
    const Softplus *softplus = node->params;
    const char *x = nn_onnx_input(onnx, node, 0);
    const char *steep = nn_onnx_binary(onnx, "Mul", x, nn_onnx_real(onnx, softplus->beta));
    const char *bend = nn_onnx_binary(onnx, "Div", nn_onnx_unary(onnx, "Softplus", steep),
                                      nn_onnx_real(onnx, softplus->beta));
    const char *above =
        nn_onnx_binary(onnx, "Greater", steep, nn_onnx_real(onnx, softplus->threshold));
    return nn_onnx_op(onnx, &(NnOnnxOp){.type = "Where", .inputs = {above, x, bend}});
}

NN_ACTIVATION_HOOKS(hooks, Softplus, NN_ACTIVATION_SOFTPLUS, given->beta, given->threshold,
                    softplus_onnx);

const NnLayerDesc nn_layer_softplus = {
    .name = "softplus",
    .summary = "A smooth rectifier (torch.nn.Softplus)",
    .formula = "y = log(1 + e^(beta * x)) / beta\n"
               "y = x where beta * x > threshold",
    .source = "Dugas et al. 2000; torch.nn.Softplus",
    .example = "[softplus: 2, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(Softplus, rows),
    .hooks = &hooks,
};
