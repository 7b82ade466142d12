/* Rectifier: max(x, 0), with gradient 0 at 0 (torch.nn.ReLU). */
#include "trainer/nn/layer.h"

static size_t relu_values(const NnTask *task, const NnNode *node)
{
    return nn_shape_values(node->in) * nn_shard_samples(task->run, task->part);
}

static void relu_forward(const NnTask *task, const NnNode *node)
{
    const NnRun *run = task->run;
    run->kernels->relu_forward(nn_slot(run, node->y, task->part), nn_slot(run, node->x, task->part),
                               relu_values(task, node));
}

static void relu_backward(const NnTask *task, const NnNode *node)
{
    const NnRun *run = task->run;
    if (node->dx != NN_NONE)
        run->kernels->relu_backward(nn_slot(run, node->dx, task->part),
                                    nn_slot(run, node->dy, task->part),
                                    nn_slot(run, node->y, task->part), relu_values(task, node));
}

static const NnLayerHooks hooks = {
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, relu_forward}},
    .evaluate = {NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, relu_forward},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_Y | NN_USES_DX | NN_USES_DY, relu_backward}},
};

const NnLayerDesc nn_layer_relu = {
    .name = "relu",
    .summary = "Negative values become zero (torch.nn.ReLU)",
    .hooks = &hooks,
};
