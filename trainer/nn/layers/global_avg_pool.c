/* Mean of the whole map (torch.nn.AdaptiveAvgPool2d(1)). */
#include "trainer/nn/layers/pooling.h"

/* A single window over everything. */
static NnPool2d global_job(const NnNode *node)
{
    return (NnPool2d){.in = node->in,
                      .out = node->out,
                      .kernel_h = node->in.height,
                      .kernel_w = node->in.width,
                      .stride_h = 1,
                      .stride_w = 1};
}

static AugStatus global_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    (void)params;
    if (in.flat)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs a map, but its input is %zu features; put it before flatten",
                        nn_shape_values(in));
    out->height = out->width = 1;
    return AUG_OK;
}

static void global_forward(const NnTask *task, const NnNode *node)
{
    nn_pooling_mean_forward(task, node, global_job(node));
}

static void global_backward(const NnTask *task, const NnNode *node)
{
    nn_pooling_mean_backward(task, node, global_job(node));
}

static const char *global_avg_pool_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_onnx_same(onnx, node, "GlobalAveragePool");
}

static const NnLayerHooks global_hooks = {
    .shape = global_shape,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, global_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, global_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY, global_backward}},
    .onnx = global_avg_pool_onnx,
};

const NnLayerDesc nn_layer_global_avg_pool = {
    .name = "global_avg_pool",
    .summary = "Mean of each channel's whole map (torch.nn.AdaptiveAvgPool2d(1))",
    .formula = "y = the mean of a channel over all pixels",
    .source = "Lin, Chen and Yan 2014; torch.nn.AdaptiveAvgPool2d(1)",
    .example = "[global_avg_pool, flatten, linear: 3]",
    .hooks = &global_hooks,
};
