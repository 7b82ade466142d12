/* Up along a line (torch.optim.lr_scheduler.LinearLR), before another schedule or alone:
 *
 *   lr * (start_factor + (end_factor - start_factor) * min(t, total_iters) / total_iters)
 *
 * Source: Goyal et al., "Accurate, Large Minibatch SGD", 2017.
 */
#include "trainer/nn/schedule.h"

typedef struct Warmup {
    int32_t total_iters;
    double start_factor, end_factor;
} Warmup;

static const AugParamDesc rows[] = {
    AUG_PARAM(Warmup, total_iters, .fallback = "0", .low = 0, .high = 2e9, .unit = "steps",
              .help = "how long; 0: its whole stage"),
    AUG_PARAM(Warmup, start_factor, .fallback = "0.3333333333333333", .low = 0, .high = 1,
              .help = "of the rate, at the first step"),
    AUG_PARAM(Warmup, end_factor, .fallback = "1", .low = 0, .high = 1,
              .help = "of the rate, at the end"),
};

static uint64_t warmup_length(const void *params, uint64_t per_epoch)
{
    (void)per_epoch;
    return (uint64_t)((const Warmup *)params)->total_iters;
}

static NnRates warmup_at(const void *params, const double *state, const NnMoment *now)
{
    const Warmup *warmup = params;
    const uint64_t length = warmup->total_iters ? (uint64_t)warmup->total_iters : now->total;
    const double share = now->t < length ? (double)now->t / (double)length : 1;
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
    .params = AUG_PARAM_TABLE(Warmup, rows),
    .at = warmup_at,
    .length = warmup_length,
};
