/* Negative values approach -alpha (torch.nn.ELU): y = x for x > 0, else alpha * (e^x - 1) (Clevert, Unterthiner and Hochreiter 2016). */
#include "trainer/nn/layers/activation.h"

typedef struct Elu {
    double alpha;
} Elu;

static const AugParamDesc rows[] = {
    AUG_PARAM(Elu, alpha, .fallback = "1.0", .low = 0, .high = 100,
              .help = "what values far below 0 approach, negated"),
};

static const char *elu_onnx(NnOnnx *onnx, const NnNode *node)
{
    const Elu *elu = node->params;
    return nn_onnx_op(onnx, &(NnOnnxOp){.type = "Elu",
                                        .inputs = {nn_onnx_input(onnx, node, 0)},
                                        .attributes = {NN_ONNX_REAL("alpha", elu->alpha)}});
}

NN_ACTIVATION_HOOKS(hooks, Elu, NN_ACTIVATION_ELU, given->alpha, 0, elu_onnx);

const NnLayerDesc nn_layer_elu = {
    .name = "elu",
    .summary = "Negative values approach -alpha (torch.nn.ELU)",
    .formula = "y = x for x > 0\n"
               "y = alpha * (e^x - 1) else",
    .source = "Clevert, Unterthiner and Hochreiter 2016; torch.nn.ELU",
    .example = "[elu: 0.5, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(Elu, rows),
    .hooks = &hooks,
};
