/* Up along half a cosine, before another schedule or alone:
 *
 *   lr * (start_factor + (end_factor - start_factor) * (1 - cos(pi * min(t, n) / n)) / 2)
 *
 * with n = total_iters.
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
    return nn_scaled(now, nn_cosine_between(warmup->start_factor, warmup->end_factor, share));
}

const NnScheduleDesc nn_schedule_warmup_cosine = {
    .name = "warmup_cosine",
    .summary = "Up along half a cosine, before another schedule",
    .formula = "lr * (start_factor + (end_factor - start_factor) * (1 - cos(pi * min(t, n) / n)) / "
               "2), n = total_iters",
    .example = "[{warmup_cosine: {total_iters: 500, start_factor: 0}}, exponential: 0.95]",
    .params = AUG_PARAM_TABLE(Warmup, rows),
    .at = warmup_at,
    .length = warmup_length,
};
