/* Log-cosh, a loss: squares near 0, absolute values beyond, without a bend between them. */
#include <math.h>

#include "libaug/base/exact_math.h"
#include "trainer/nn/losses/elements.h"

typedef struct LogCosh {
    double scale;
} LogCosh;

static const AugParamDesc rows[] = {
    AUG_PARAM(LogCosh, scale, .fallback = "1", .low = 1e-3, .high = 1000,
              .help = "what a difference is divided by"),
};

static double log_cosh(const void *params, size_t i, double x, double t, double *slope)
{
    const double scale = ((const LogCosh *)params)->scale, d = (x - t) / scale;
    const double e = augi_exp(-2 * fabs(d)), size = (1 - e) / (1 + e);
    (void)i;
    *slope = (d < 0 ? -size : size) / scale;
    return fabs(d) + augi_log((1 + e) / 2);
}

static const NnElementLoss loss = {.of = log_cosh};

NN_ELEMENT_LOSS(hooks, loss);

const NnLossDesc nn_loss_log_cosh = {
    .name = "log_cosh",
    .summary = "Squares near 0, absolute values beyond, without a bend",
    .formula = "mean of log(cosh((x - target) / scale))",
    .example = "{log_cosh: 0.5}",
    .params = AUG_PARAM_TABLE(LogCosh, rows),
    .targets = NN_TARGET_VALUES | NN_TARGET_INPUT,
    .hooks = &hooks,
};
