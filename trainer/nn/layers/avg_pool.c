/* Mean of windows (torch.nn.AvgPool2d), and of the whole map (torch.nn.AdaptiveAvgPool2d(1)). */
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

static void pool_forward(const NnTask *task, const NnNode *node, NnPool2d job)
{
    const NnPass *pass = task->pass;
    job.x = nn_slot(pass, node->x, task->part);
    job.y = nn_slot(pass, node->y, task->part);
    for (uint32_t i = nn_shard_samples(pass, task->part); i--;) {
        pass->kernels->avg_pool_forward(&job);
        job.x += nn_shape_values(node->in);
        job.y += nn_shape_values(node->out);
    }
}

static void pool_backward(const NnTask *task, const NnNode *node, NnPool2d job)
{
    const NnPass *pass = task->pass;
    if (node->dx == NN_NONE)
        return;
    job.dy = nn_slot(pass, node->dy, task->part);
    job.dx = nn_slot(pass, node->dx, task->part);
    for (uint32_t i = nn_shard_samples(pass, task->part); i--;) {
        pass->kernels->avg_pool_backward(&job);
        job.dx += nn_shape_values(node->in);
        job.dy += nn_shape_values(node->out);
    }
}

static void avg_pool_forward(const NnTask *task, const NnNode *node)
{
    pool_forward(task, node, avg_pool_job(node));
}

static void avg_pool_backward(const NnTask *task, const NnNode *node)
{
    pool_backward(task, node, avg_pool_job(node));
}

static const NnLayerHooks hooks = {
    .shape = avg_pool_shape,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, avg_pool_forward}},
    .evaluate = {NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, avg_pool_forward},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY, avg_pool_backward}},
};

const NnLayerDesc nn_layer_avg_pool = {
    .name = "avg_pool",
    .summary = "Mean of each window (torch.nn.AvgPool2d)",
    .params = AUG_PARAM_TABLE(AvgPool, rows),
    .hooks = &hooks,
};

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
    pool_forward(task, node, global_job(node));
}

static void global_backward(const NnTask *task, const NnNode *node)
{
    pool_backward(task, node, global_job(node));
}

static const NnLayerHooks global_hooks = {
    .shape = global_shape,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, global_forward}},
    .evaluate = {NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, global_forward},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY, global_backward}},
};

const NnLayerDesc nn_layer_global_avg_pool = {
    .name = "global_avg_pool",
    .summary = "Mean of each channel's whole map (torch.nn.AdaptiveAvgPool2d(1))",
    .hooks = &global_hooks,
};
