/* What stands in the place of a loss where a network is only used. */
#include "trainer/nn/loss.h"

static void no_loss_evaluate(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const size_t n = nn_shape_values(node->in) * nn_rows_in(pass, node, task->part);
    pass->results[task->part] =
        (NnShardResult){.finite = pass->kernels->all_finite(nn_slot(pass, node->x, task->part), n)};
}

static const NnLayerHooks hooks = {
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X, no_loss_evaluate}},
};

/* Rows of a sample that belong together are as good as one. */
const NnLossDesc nn_no_loss = {
    .name = "none",
    .summary = "No loss",
    .targets = NN_TARGET_PAIRS,
    .least_rows = 1,
    .most_rows = UINT32_MAX,
    .hooks = &hooks,
};
