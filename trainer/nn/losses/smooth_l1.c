/* Squares near 0 and absolute values beyond, as a mean over all outputs of all samples
 * (torch.nn.SmoothL1Loss).
 *
 * Source: Girshick, "Fast R-CNN", 2015.
 */
#include <math.h>

#include "trainer/nn/losses/elements.h"

typedef struct SmoothL1 {
    double beta;
} SmoothL1;

static const AugParamDesc rows[] = {
    AUG_PARAM(SmoothL1, beta, .fallback = "1", .low = 0, .high = 1e6,
              .help = "up to where it is a square; 0: nowhere"),
};

static double smooth(const void *params, size_t i, double x, double t, double *slope)
{
    const double beta = ((const SmoothL1 *)params)->beta, d = x - t;
    (void)i;
    *slope = fabs(d) < beta ? d / beta : (d > 0) - (d < 0);
    return fabs(d) < beta ? d * d / (2 * beta) : fabs(d) - beta / 2;
}

static const NnElementLoss loss = {.of = smooth};

NN_ELEMENT_LOSS(hooks, loss);

const NnLossDesc nn_loss_smooth_l1 = {
    .name = "smooth_l1",
    .summary = "Squares near 0, absolute values beyond (torch.nn.SmoothL1Loss)",
    .formula = "mean of, with d = |x - target|:\n"
               "d^2 / (2 * beta) for d < beta\n"
               "d - beta / 2 else",
    .source = "Girshick 2015; torch.nn.SmoothL1Loss",
    .example = "{smooth_l1: 0.5}",
    .params = AUG_PARAM_TABLE(SmoothL1, rows),
    .targets = NN_TARGET_VALUES | NN_TARGET_INPUT,
    .hooks = &hooks,
};
