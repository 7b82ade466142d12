/* Mean absolute error over all outputs of all samples (torch.nn.L1Loss). */
#include <math.h>

#include "trainer/nn/losses/elements.h"

static double absolute(const void *params, size_t i, double x, double t, double *slope)
{
    const double d = x - t;
    (void)params;
    (void)i;
    *slope = (d > 0) - (d < 0);
    return fabs(d);
}

static const NnElementLoss loss = {.of = absolute};

NN_ELEMENT_LOSS(hooks, loss);

const NnLossDesc nn_loss_l1 = {
    .name = "l1",
    .summary = "Mean absolute error over all outputs (torch.nn.L1Loss)",
    .formula = "mean of |x - target|; the derivative at 0 is 0",
    .source = "torch.nn.L1Loss",
    .example = "l1",
    .targets = NN_TARGET_VALUES | NN_TARGET_INPUT,
    .hooks = &hooks,
};
