/* Up along half a cosine, before another schedule or alone:
 *
 *   lr * (start_factor + (end_factor - start_factor) * (1 - cos(pi * min(t, n) / n)) / 2)
 *
 * with n = total_iters.
 */
#include "trainer/nn/schedules/warmup.h"

static const AugParamDesc rows[] = {NN_WARMUP_ROWS};

static NnRates warmup_at(const void *params, const double *state, const NnMoment *now)
{
    const NnWarmup *warmup = params;
    const double share = nn_warmup_share(warmup, now);
    (void)state;
    return nn_scaled(now, nn_cosine_between(warmup->start_factor, warmup->end_factor, share));
}

const NnScheduleDesc nn_schedule_warmup_cosine = {
    .name = "warmup_cosine",
    .summary = "Up along half a cosine, before another schedule",
    .formula = "lr * (start_factor + (end_factor - start_factor) * (1 - cos(pi * min(t, n) / n)) / "
               "2), n = total_iters",
    .example = "[{warmup_cosine: {total_iters: 500, start_factor: 0}}, exponential: 0.95]",
    .params = AUG_PARAM_TABLE(NnWarmup, rows),
    .at = warmup_at,
    .length = nn_warmup_length,
};
