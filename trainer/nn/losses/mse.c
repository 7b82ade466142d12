/* Mean squared error over all outputs of all samples (torch.nn.MSELoss), against values, or against
 * the network's input.
 */
#include "trainer/nn/losses/elements.h"

static double squared(const void *params, size_t i, double x, double t, double *slope)
{
    const double d = x - t;
    (void)params;
    (void)i;
    *slope = 2 * d;
    return d * d;
}

static const NnElementLoss loss = {.of = squared};

NN_ELEMENT_LOSS(hooks, loss);

const NnLossDesc nn_loss_mse = {
    .name = "mse",
    .summary = "Mean squared error over all outputs (torch.nn.MSELoss)",
    .formula = "mean of (x - target)^2",
    .source = "torch.nn.MSELoss",
    .example = "mse",
    .targets = NN_TARGET_VALUES | NN_TARGET_INPUT,
    .hooks = &hooks,
};
