/* Maximum over all positions (Collobert et al. 2011; torch.nn.AdaptiveMaxPool1d(1)): what a network
 * for texts of any length ends with. */
#include "trainer/nn/layers/pooling.h"

static AugStatus over_time_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    (void)params;
    return nn_pooling_adaptive_shape((AugSize){1, 1}, in, out, error);
}

static const char *max_over_time_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_onnx_same(onnx, node, "GlobalMaxPool");
}

static const NnLayerHooks hooks = NN_ADAPTIVE_MAX_HOOKS(over_time_shape, max_over_time_onnx);

const NnLayerDesc nn_layer_max_over_time = {
    .name = "max_over_time",
    .summary = "Largest value of each channel over all positions (torch.nn.AdaptiveMaxPool1d(1))",
    .formula = "y = the largest x of a channel; the first of equals has the gradient",
    .source = "Collobert et al. 2011",
    .example = "[max_over_time, flatten, linear: 3]",
    .hooks = &hooks,
};
