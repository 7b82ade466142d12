/* Normalization by the root of the mean square (torch.nn.RMSNorm; Zhang and Sennrich 2019). */
#include "trainer/nn/layers/row_norm.h"

static const AugParamDesc rows[] = {
    NN_ROW_NORM_ROWS,
    AUG_PARAM(NnRowNormParams, eps, .fallback = "1.1920929e-7", .low = 0, .high = 1,
              .help = "added to the mean square, under the root"),
    AUG_PARAM(NnRowNormParams, elementwise_affine, .fallback = "true",
              .help = "train a factor for each value"),
};

static void rms_norm_forward(const NnTask *task, const NnNode *node)
{
    nn_row_norm_forward(task, node, false);
}

static void rms_norm_backward(const NnTask *task, const NnNode *node)
{
    nn_row_norm_backward(task, node, false);
}

static const char *rms_norm_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_row_norm_onnx(onnx, node, false);
}

static const NnLayerHooks hooks = {
    .shape = nn_row_norm_shape,
    .plan = nn_row_norm_plan,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, rms_norm_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, rms_norm_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX | NN_USES_DY | NN_USES_PARTIAL,
                  rms_norm_backward}},
    .finish = {NN_PHASE_ON_SLICE, NN_USES_PARTIAL, nn_row_norm_finish},
    .onnx = rms_norm_onnx,
};

const NnLayerDesc nn_layer_rms_norm = {
    .name = "rms_norm",
    .summary = "Unit mean square of each sample, or of each pixel (torch.nn.RMSNorm)",
    .formula = "y = x / sqrt(mean of x^2 + eps) * weight",
    .source = "Zhang and Sennrich 2019; torch.nn.RMSNorm, whose eps is that of the type: 2^-23",
    .example = "[rms_norm: channels, flatten, linear: 3]",
    .params = {.rows = rows,
               .n = AUG_COUNT(rows),
               .size = sizeof(NnRowNormParams),
               .settle = nn_row_norm_settle},
    .hooks = &hooks,
};
