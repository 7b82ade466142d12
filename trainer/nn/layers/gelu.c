/* GELU (torch.nn.GELU; Hendrycks and Gimpel 2016): values times the share of the normal distribution
 * that lies below them, y = x * (1 + erf(x / sqrt(2))) / 2; or its approximation
 * y = x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2. */
#include <math.h>

#include "trainer/nn/layers/activation.h"

typedef struct Gelu {
    AugChoice approximate;
} Gelu;

static const char *const forms[] = {"none", "tanh", NULL};
static const NnActivation kinds[] = {NN_ACTIVATION_GELU, NN_ACTIVATION_GELU_TANH};

static const AugParamDesc rows[] = {
    AUG_PARAM(Gelu, approximate, .fallback = "none", .choices = forms,
              .help = "the function itself, or its approximation by tanh"),
};

static NnActivation gelu_kind(const NnNode *node)
{
    const Gelu *gelu = node->params;
    return kinds[gelu->approximate.value];
}

/* x times half of 1 + erf(x / sqrt(2)), or of 1 + tanh of the approximation. */
static const char *gelu_onnx(NnOnnx *onnx, const NnNode *node)
{
    const char *x = nn_onnx_input(onnx, node, 0), *bend;
    if (gelu_kind(node) == NN_ACTIVATION_GELU) {
        bend = nn_onnx_binary(onnx, "Mul", x, nn_onnx_real(onnx, sqrt(0.5)));
        bend = nn_onnx_unary(onnx, "Erf", bend);
    } else {
        const char *cube = nn_onnx_binary(onnx, "Mul", x, nn_onnx_binary(onnx, "Mul", x, x));
        bend = nn_onnx_binary(onnx, "Mul", cube, nn_onnx_real(onnx, 0.044715));
        bend = nn_onnx_binary(onnx, "Add", x, bend);
        bend = nn_onnx_binary(onnx, "Mul", bend, nn_onnx_real(onnx, sqrt(2 / M_PI)));
        bend = nn_onnx_unary(onnx, "Tanh", bend);
    }
    bend = nn_onnx_binary(onnx, "Add", bend, nn_onnx_real(onnx, 1));
    bend = nn_onnx_binary(onnx, "Mul", bend, nn_onnx_real(onnx, 0.5));
    return nn_onnx_binary(onnx, "Mul", x, bend);
}

NN_ACTIVATION_HOOKS(hooks, Gelu, gelu_kind(node), 0, 0, gelu_onnx);

const NnLayerDesc nn_layer_gelu = {
    .name = "gelu",
    .summary = "Values times the normal distribution's share below them (torch.nn.GELU)",
    .formula = "none: y = x * (1 + erf(x / sqrt(2))) / 2\n"
               "tanh: y = x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2",
    .source = "Hendrycks and Gimpel 2016; torch.nn.GELU",
    .example = "[gelu: tanh, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(Gelu, rows),
    .hooks = &hooks,
};
