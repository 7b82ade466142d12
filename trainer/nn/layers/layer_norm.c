/* Layer normalization (torch.nn.LayerNorm; Ba, Kiros and Hinton 2016) with the biased variance. */
#include "trainer/nn/layers/row_norm.h"

static const AugParamDesc rows[] = {
    NN_ROW_NORM_ROWS,
    AUG_PARAM(NnRowNormParams, eps, .fallback = "1e-5", .low = 0, .high = 1,
              .help = "added to the variance, under the root"),
    AUG_PARAM(NnRowNormParams, elementwise_affine, .fallback = "true",
              .help = "train a factor and a summand for each value"),
    AUG_PARAM(NnRowNormParams, bias, .fallback = "true",
              .help = "false: of the two only the factor"),
};

static void layer_norm_forward(const NnTask *task, const NnNode *node)
{
    nn_row_norm_forward(task, node, true);
}

static void layer_norm_backward(const NnTask *task, const NnNode *node)
{
    nn_row_norm_backward(task, node, true);
}

static const char *layer_norm_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_row_norm_onnx(onnx, node, true);
}

static const NnLayerHooks hooks = {
    .shape = nn_row_norm_shape,
    .plan = nn_row_norm_plan,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, layer_norm_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, layer_norm_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX | NN_USES_DY | NN_USES_PARTIAL,
                  layer_norm_backward}},
    .finish = {NN_PHASE_ON_SLICE, NN_USES_PARTIAL, nn_row_norm_finish},
    .onnx = layer_norm_onnx,
};

const NnLayerDesc nn_layer_layer_norm = {
    .name = "layer_norm",
    .summary = "Zero mean and unit variance of each sample, or of each pixel (torch.nn.LayerNorm)",
    .formula = "y = (x - mean) / sqrt(variance + eps) * weight + bias\n"
               "over: sample is normalized_shape [channels, height, width], or [features];\n"
               "channels is that of tokens and of ConvNeXt",
    .source = "Ba, Kiros and Hinton 2016; torch.nn.LayerNorm",
    .example = "[layer_norm: channels, flatten, linear: 3]",
    .params = {.rows = rows,
               .n = AUG_COUNT(rows),
               .size = sizeof(NnRowNormParams),
               .settle = nn_row_norm_settle},
    .hooks = &hooks,
};
