/* Half a cosine again and again, each T_mult times as long as the one before
 * (torch.optim.lr_scheduler.CosineAnnealingWarmRestarts):
 *
 *   eta_min + (lr - eta_min) * (1 + cos(pi * T_cur / T_i)) / 2,   T_i = T_0 * T_mult^i
 *
 * Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017.
 */
#include "trainer/nn/schedule.h"

typedef struct Restarts {
    int32_t T_0, T_mult;
    double eta_min;
    AugChoice per;
} Restarts;

static const AugParamDesc rows[] = {
    AUG_PARAM(Restarts, T_0, .low = 1, .high = 1e9, .help = "length of the first cosine"),
    AUG_PARAM(Restarts, T_mult, .fallback = "1", .low = 1, .high = 1000,
              .help = "length of each cosine over that of the one before"),
    AUG_PARAM(Restarts, eta_min, .fallback = "0", .low = 0, .high = 1000, .help = "least rate"),
    AUG_PARAM(Restarts, per, .fallback = "epoch", .choices = nn_per_names,
              .help = "what the lengths count; the rate moves at every step"),
};

static NnRates restarts_at(const void *params, const double *state, const NnMoment *now)
{
    const Restarts *restarts = params;
    (void)state;
    const uint64_t unit =
        restarts->per.value == NN_PER_EPOCH && now->per_epoch ? now->per_epoch : 1;
    uint64_t t = now->t, length = (uint64_t)restarts->T_0 * unit;
    if (restarts->T_mult == 1)
        t %= length;
    for (; t >= length; length *= (uint64_t)restarts->T_mult)
        t -= length;
    const double share = (double)t / (double)length;
    return (NnRates){nn_cosine_between(now->base.lr, restarts->eta_min, share), now->base.momentum};
}

const NnScheduleDesc nn_schedule_cosine_warm_restarts = {
    .name = "cosine_warm_restarts",
    .summary = "Half a cosine down, again and again (CosineAnnealingWarmRestarts)",
    .formula = "eta_min + (lr - eta_min) * (1 + cos(pi * T_cur / T_i)) / 2, T_i = T_0 * T_mult^i",
    .source = "Loshchilov and Hutter 2017",
    .example = "{cosine_warm_restarts: {T_0: 10, T_mult: 2}}",
    .params = AUG_PARAM_TABLE(Restarts, rows),
    .at = restarts_at,
};
