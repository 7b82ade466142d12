/* Leak, a layer: negative values are made smaller, not zero. */
#include "trainer/nn/layer.h"

typedef struct Leak {
    double slope;
} Leak;

static const AugParamDesc rows[] = {
    AUG_PARAM(Leak, slope, .fallback = "0.01", .low = 0, .high = 1,
              .help = "factor of negative values"),
};

static size_t n_values(const NnTask *task, const NnNode *node)
{
    return nn_shape_values(node->in) * nn_rows_in(task->pass, node, task->part);
}

static void leak_forward(const NnTask *task, const NnNode *node)
{
    const NnReal slope = (NnReal)((const Leak *)node->params)->slope;
    const NnReal *x = nn_slot(task->pass, node->x, task->part);
    NnReal *y = nn_slot(task->pass, node->y, task->part);
    for (size_t i = 0; i < n_values(task, node); i++)
        y[i] = x[i] > 0 ? x[i] : slope * x[i];
}

static void leak_backward(const NnTask *task, const NnNode *node)
{
    if (node->dx == NN_NONE)
        return;
    const NnReal slope = (NnReal)((const Leak *)node->params)->slope;
    const NnReal *x = nn_slot(task->pass, node->x, task->part);
    const NnReal *dy = nn_slot(task->pass, node->dy, task->part);
    NnReal *dx = nn_slot(task->pass, node->dx, task->part);
    for (size_t i = 0; i < n_values(task, node); i++)
        dx[i] = x[i] > 0 ? dy[i] : slope * dy[i];
}

static const NnLayerHooks hooks = {
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, leak_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, leak_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX | NN_USES_DY, leak_backward}},
};

const NnLayerDesc nn_layer_leak = {
    .name = "leak",
    .summary = "Negative values become smaller (torch.nn.LeakyReLU)",
    .example = "[leak: 0.1, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(Leak, rows),
    .hooks = &hooks,
};
