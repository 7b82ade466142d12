/* Up along a line (torch.optim.lr_scheduler.LinearLR), before another schedule or alone:
 *
 *   lr * (start_factor + (end_factor - start_factor) * min(t, total_iters) / total_iters)
 *
 * Source: Goyal et al., "Accurate, Large Minibatch SGD", 2017.
 */
#include "trainer/nn/schedules/warmup.h"

static const AugParamDesc rows[] = {NN_WARMUP_ROWS};

static NnRates warmup_at(const void *params, const double *state, const NnMoment *now)
{
    const NnWarmup *warmup = params;
    const double share = nn_warmup_share(warmup, now);
    (void)state;
    return nn_scaled(now,
                     warmup->start_factor + (warmup->end_factor - warmup->start_factor) * share);
}

const NnScheduleDesc nn_schedule_warmup_linear = {
    .name = "warmup_linear",
    .summary = "Up along a line, before another schedule (LinearLR)",
    .formula = "lr * (start_factor + (end_factor - start_factor) * min(t, total_iters) / "
               "total_iters)",
    .source = "Goyal et al. 2017",
    .example = "[{warmup_linear: {total_iters: 500, start_factor: 0.1}}, cosine]",
    .params = AUG_PARAM_TABLE(NnWarmup, rows),
    .at = warmup_at,
    .length = nn_warmup_length,
};
