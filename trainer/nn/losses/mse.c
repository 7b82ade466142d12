/* Mean squared error over all outputs of all samples (torch.nn.functional.mse_loss, reduction mean),
 * against values, or against the network's input.
 */
#include "trainer/nn/loss.h"

/* Target of output i of a sample. Where a list of features is compared with a map, the features are
 * numbered as PyTorch does: channel, row, column. */
static double target_of(const NnPass *pass, const NnNode *node, const NnReal *input,
                        uint32_t sample, size_t i)
{
    const size_t n = nn_shape_values(node->in);
    if (!input)
        return (double)pass->batch->values[sample * n + i];
    const size_t channels = (size_t)node->ins[1].channels, pixels = n / channels;
    const bool as_it_lies = node->in.channels == node->ins[1].channels;
    return (double)input[as_it_lies ? i : i % pixels * channels + i / pixels];
}

/* One shard; dx NULL: evaluation. */
static void mse_shard(const NnTask *task, const NnNode *node, NnReal *dx)
{
    const NnPass *pass = task->pass;
    const size_t n = nn_shape_values(node->in);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    const NnReal *input = node->n_inputs > 1 ? nn_slot(pass, node->xs[1], task->part) : NULL;
    const double share = 2 / ((double)n * pass->batch->n);
    const bool compares = input || pass->batch->values;
    NnShardResult result = {.finite = true,
                            .weight = compares ? nn_shard_samples(pass, task->part) : 0};
    for (uint32_t s = pass->first[task->part]; s < pass->first[task->part + 1]; s++, x += n) {
        double sum = 0;
        result.finite = result.finite && pass->kernels->all_finite(x, n);
        for (size_t i = 0; i < n && compares; i++) {
            const double d = (double)x[i] - target_of(pass, node, input, s, i);
            sum += d * d;
            if (dx)
                dx[i] = (NnReal)(d * share);
        }
        result.loss += sum / (double)n;
        input = input ? input + n : NULL;
        dx = dx ? dx + n : NULL;
    }
    pass->results[task->part] = result;
}

static void mse_train(const NnTask *task, const NnNode *node)
{
    mse_shard(task, node, nn_slot(task->pass, node->dx, task->part));
}

static void mse_evaluate(const NnTask *task, const NnNode *node)
{
    mse_shard(task, node, NULL);
}

static const NnLayerHooks hooks = {
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_DX, mse_train}},
    .evaluate = {NN_PHASE_ON_SHARD, NN_USES_X, mse_evaluate},
};

const NnLossDesc nn_loss_mse = {
    .name = "mse",
    .summary = "Mean squared error over all outputs (torch.nn.MSELoss)",
    .formula = "mean of (x - target)^2",
    .source = "torch.nn.MSELoss",
    .example = "mse",
    .targets = NN_TARGET_VALUES | NN_TARGET_INPUT,
    .hooks = &hooks,
};
