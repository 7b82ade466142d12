/* Mean of windows (torch.nn.AvgPool2d). */
#include "trainer/nn/layers/pooling.h"

typedef struct AvgPool {
    NnPooling windows;
    bool count_include_pad;
} AvgPool;

#define WINDOW_ROW(field, ...)                                                         \
    {                                                                                  \
        .name = #field, .kind = AUG_KIND_OF(((NnPooling *)0)->field),                  \
        .offset = offsetof(AvgPool, windows) + offsetof(NnPooling, field), __VA_ARGS__ \
    }

static const AugParamDesc rows[] = {
    WINDOW_ROW(kernel, .low = 1, .high = 255, .scalar = AUG_SCALAR_SQUARE, .unit = "pixels",
               .help = "size of a window"),
    WINDOW_ROW(stride, .optional = true, .low = 1, .high = 255, .scalar = AUG_SCALAR_SQUARE,
               .unit = "pixels", .help = "distance between windows; the kernel's size if absent"),
    WINDOW_ROW(padding, .fallback = "0", .low = 0, .high = 127, .scalar = AUG_SCALAR_SQUARE,
               .unit = "pixels", .help = "zeros around the input, at most half the kernel"),
    AUG_PARAM(AvgPool, count_include_pad, .fallback = "true",
              .help = "padding counts in the number of values that the sum is divided by"),
};

static AugStatus avg_pool_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    const AvgPool *pool = params;
    return nn_pooling_shape(&pool->windows, in, out, error);
}

static NnPool2d avg_pool_job(const NnNode *node)
{
    const AvgPool *pool = node->params;
    NnPool2d job = nn_pooling_job(&pool->windows, node);
    job.count_padding = pool->count_include_pad;
    return job;
}

static void avg_pool_forward(const NnTask *task, const NnNode *node)
{
    nn_pooling_mean_forward(task, node, avg_pool_job(node));
}

static void avg_pool_backward(const NnTask *task, const NnNode *node)
{
    nn_pooling_mean_backward(task, node, avg_pool_job(node));
}

static const char *avg_pool_onnx(NnOnnx *onnx, const NnNode *node)
{
    const AvgPool *pool = node->params;
    NnOnnxOp op = nn_pooling_onnx(&pool->windows, "AveragePool", nn_onnx_input(onnx, node, 0));
    op.attributes[3] = (NnOnnxAttribute)NN_ONNX_INT("count_include_pad", pool->count_include_pad);
    return nn_onnx_op(onnx, &op);
}

static const NnLayerHooks hooks = {
    .shape = avg_pool_shape,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, avg_pool_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, avg_pool_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY, avg_pool_backward}},
    .onnx = avg_pool_onnx,
};

const NnLayerDesc nn_layer_avg_pool = {
    .name = "avg_pool",
    .summary = "Mean of each window (torch.nn.AvgPool2d)",
    .formula = "y = the sum of a window by the number of its values",
    .source = "torch.nn.AvgPool2d",
    .example = "[avg_pool: {kernel: 3, stride: 2, padding: 1}, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(AvgPool, rows),
    .hooks = &hooks,
};
