/* Up along a line, then down with the root of the steps:
 *
 *   lr * min((t + 1) / warmup, sqrt(warmup / (t + 1)))
 *
 * which is the paper's d^-0.5 * min(s^-0.5, s * warmup^-1.5), s = t + 1, with the peak called lr.
 *
 * Source: Vaswani et al., "Attention Is All You Need", 2017.
 */
#include <math.h>

#include "trainer/nn/schedule.h"

typedef struct InverseSqrt {
    int32_t warmup;
} InverseSqrt;

static const AugParamDesc rows[] = {
    AUG_PARAM(InverseSqrt, warmup, .fallback = "4000", .low = 1, .high = 2e9, .unit = "steps",
              .help = "when the peak is reached"),
};

static NnRates inverse_sqrt_at(const void *params, const double *state, const NnMoment *now)
{
    const double warmup = (double)((const InverseSqrt *)params)->warmup;
    const double s = (double)now->t + 1;
    (void)state;
    return nn_scaled(now, s < warmup ? s / warmup : sqrt(warmup / s));
}

const NnScheduleDesc nn_schedule_inverse_sqrt = {
    .name = "inverse_sqrt",
    .summary = "Up along a line, then down with the root of the steps",
    .formula = "lr * min((t + 1) / warmup, sqrt(warmup / (t + 1)))",
    .source = "Vaswani et al. 2017",
    .example = "{inverse_sqrt: {warmup: 4000}}",
    .params = AUG_PARAM_TABLE(InverseSqrt, rows),
    .at = inverse_sqrt_at,
};
