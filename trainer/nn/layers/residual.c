/* Residual connection (He et al. 2016): the output of a branch of layers is added to the input, or
 * to what a shortcut makes of it.
 *
 * It unfolds to three nodes: fork (where the branch begins), tee (where the shortcut begins), both
 * with the input's memory, and the sum. Backward, both sides get the sum's gradient, and the fork
 * adds what comes out of them.
 */
#include "trainer/nn/graph.h"

static size_t node_values(const NnTask *task, const NnNode *node)
{
    return nn_shape_values(node->in) * nn_shard_samples(task->pass, task->part);
}

static void sum_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    pass->kernels->add(nn_slot(pass, node->y, task->part), nn_slot(pass, node->x, task->part),
                       nn_slot(pass, node->x_second, task->part), node_values(task, node),
                       node->relu);
}

/* The gradient is the same on both sides and shares the output's memory; only a rectifier changes
 * it, in place. */
static void sum_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (!node->relu)
        return;
    NnReal *d = nn_slot(pass, node->dy, task->part);
    pass->kernels->relu_backward(d, d, nn_slot(pass, node->y, task->part), node_values(task, node));
}

static const NnLayerHooks sum_hooks = {
    .fuses = true,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, sum_forward}},
    .evaluate = {NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, sum_forward},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_Y | NN_USES_DY, sum_backward}},
};

const NnLayerDesc nn_layer_residual = {
    .name = "residual",
    .summary = "Adds a branch of layers to its input, or to a shortcut of other layers",
    .example = "[residual: {branch: [conv: {filters: 3, padding: 1}]}, flatten, linear: 3]",
    .has_branches = true,
    .hooks = &sum_hooks,
};

static void fork_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (node->dx == NN_NONE)
        return;
    pass->kernels->add(nn_slot(pass, node->dx, task->part), nn_slot(pass, node->dy, task->part),
                       nn_slot(pass, node->dy_second, task->part), node_values(task, node), false);
}

static const NnLayerHooks fork_hooks = {
    .aliases = true,
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY, fork_backward}},
};

static const NnLayerHooks tee_hooks = {
    .aliases = true,
};

const NnLayerDesc nn_node_fork = {
    .name = "fork",
    .summary = "Where a residual's branch begins",
    .hooks = &fork_hooks,
};

const NnLayerDesc nn_node_tee = {
    .name = "tee",
    .summary = "Where a residual's shortcut begins",
    .hooks = &tee_hooks,
};
