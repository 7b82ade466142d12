/* Rows of length 1 (torch.nn.functional.normalize): y = x / max(norm of x, eps). For a map the norm is
 * of the channels of each pixel, as PyTorch's with dim 1; for a flat sample of all its features. */
#include "trainer/nn/layers/rows.h"
#include "trainer/nn/onnx.h"

typedef struct L2Normalize {
    double eps;
} L2Normalize;

static const AugParamDesc rows[] = {
    AUG_PARAM(L2Normalize, eps, .fallback = "1e-12", .low = 0, .high = 1e6,
              .help = "smallest norm that is divided by"),
};

static void l2_normalize_forward(const NnTask *task, const NnNode *node)
{
    const L2Normalize *normalize = node->params;
    nn_rows_forward(task, node, NN_ROW_L2_NORMALIZE, normalize->eps);
}

static void l2_normalize_backward(const NnTask *task, const NnNode *node)
{
    const L2Normalize *normalize = node->params;
    nn_rows_backward(task, node, NN_ROW_L2_NORMALIZE, normalize->eps, node->x);
}

static const char *l2_normalize_onnx(NnOnnx *onnx, const NnNode *node)
{
    const L2Normalize *normalize = node->params;
    const char *x = nn_onnx_input(onnx, node, 0);
    const char *norm = nn_onnx_reduce(onnx, "ReduceL2", x, 1, 1);
    norm = nn_onnx_binary(onnx, "Max", norm, nn_onnx_real(onnx, normalize->eps));
    return nn_onnx_binary(onnx, "Div", x, norm);
}

static const NnLayerHooks hooks = {
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, l2_normalize_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, l2_normalize_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX | NN_USES_DY, l2_normalize_backward}},
    .onnx = l2_normalize_onnx,
};

const NnLayerDesc nn_layer_l2_normalize = {
    .name = "l2_normalize",
    .summary = "Channels of a pixel, or all features, of length 1 (torch.nn.functional.normalize)",
    .formula = "y = x / max(norm, eps), the norm of the channels of a pixel, or of all features",
    .source = "torch.nn.functional.normalize with dim 1",
    .example = "[l2_normalize, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(L2Normalize, rows),
    .hooks = &hooks,
};
