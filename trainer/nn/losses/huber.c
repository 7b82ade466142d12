/* Squares near 0 and lines beyond, as a mean over all outputs of all samples (torch.nn.HuberLoss):
 * smooth_l1 times delta, so that the square does not depend on delta.
 *
 * Source: Huber, "Robust Estimation of a Location Parameter", 1964.
 */
#include <math.h>

#include "trainer/nn/losses/elements.h"

typedef struct Huber {
    double delta;
} Huber;

static const AugParamDesc rows[] = {
    AUG_PARAM(Huber, delta, .fallback = "1", .low = 0, .low_open = true, .high = 1e6,
              .help = "up to where it is a square"),
};

static double huber(const void *params, size_t i, double x, double t, double *slope)
{
    const double delta = ((const Huber *)params)->delta, d = x - t;
    (void)i;
    *slope = fabs(d) <= delta ? d : d > 0 ? delta : -delta;
    return fabs(d) <= delta ? d * d / 2 : delta * (fabs(d) - delta / 2);
}

static const NnElementLoss loss = {.of = huber};

NN_ELEMENT_LOSS(hooks, loss);

const NnLossDesc nn_loss_huber = {
    .name = "huber",
    .summary = "Squares near 0, lines beyond (torch.nn.HuberLoss)",
    .formula = "mean of, with d = |x - target|:\n"
               "d^2 / 2 for d <= delta\n"
               "delta * (d - delta / 2) else",
    .source = "Huber 1964; torch.nn.HuberLoss",
    .example = "{huber: 0.5}",
    .params = AUG_PARAM_TABLE(Huber, rows),
    .targets = NN_TARGET_VALUES | NN_TARGET_INPUT,
    .hooks = &hooks,
};
