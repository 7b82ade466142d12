/* Mean of windows that follow from the output's size (torch.nn.AdaptiveAvgPool2d). */
#include "trainer/nn/layers/pooling.h"

typedef struct Adaptive {
    AugSize output_size;
} Adaptive;

static const AugParamDesc rows[] = {
    AUG_PARAM(Adaptive, output_size, .low = 1, .high = 4096, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "size of the output"),
};

static AugStatus adaptive_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    return nn_pooling_adaptive_shape(((const Adaptive *)params)->output_size, in, out, error);
}

static void adaptive_forward(const NnTask *task, const NnNode *node)
{
    nn_pooling_mean_forward(task, node, nn_pooling_adaptive_job(node));
}

static void adaptive_backward(const NnTask *task, const NnNode *node)
{
    nn_pooling_mean_backward(task, node, nn_pooling_adaptive_job(node));
}

/* Share of each input row (or column) in each output. */
static const char *shares(NnOnnx *onnx, int32_t n_out, int32_t n_in, bool turned)
{
    const size_t in = (size_t)n_in, out = (size_t)n_out;
    double *values = nn_onnx_take(onnx, in * out * sizeof(*values));
    for (size_t i = 0; values && i < out; i++) {
        const size_t first = i * in / out, end = ((i + 1) * in + out - 1) / out;
        for (size_t k = first; k < end; k++)
            values[turned ? k * out + i : i * in + k] = 1 / (double)(end - first);
    }
    return nn_onnx_reals(onnx, values,
                         (const int64_t[]){turned ? n_in : n_out, turned ? n_out : n_in}, 2);
}

/* Windows of different sizes are a product with a matrix on each side of the map. */
static const char *adaptive_onnx(NnOnnx *onnx, const NnNode *node)
{
    const char *rows_shares = shares(onnx, node->out.height, node->in.height, false);
    const char *cols_shares = shares(onnx, node->out.width, node->in.width, true);
    const char *x = nn_onnx_binary(onnx, "MatMul", rows_shares, nn_onnx_input(onnx, node, 0));
    return nn_onnx_binary(onnx, "MatMul", x, cols_shares);
}

static const NnLayerHooks hooks = {
    .shape = adaptive_shape,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, adaptive_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, adaptive_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY, adaptive_backward}},
    .onnx = adaptive_onnx,
};

const NnLayerDesc nn_layer_adaptive_avg_pool = {
    .name = "adaptive_avg_pool",
    .summary = "Means of as many windows as the output has values (torch.nn.AdaptiveAvgPool2d)",
    .formula =
        "output i of n is over rows floor(i * height / n) to ceil((i + 1) * height / n) - 1;\n"
        "columns likewise",
    .source = "torch.nn.AdaptiveAvgPool2d",
    .example = "[adaptive_avg_pool: 3, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(Adaptive, rows),
    .hooks = &hooks,
};
