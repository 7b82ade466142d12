/* Half a cosine from the rate to the least one (torch.optim.lr_scheduler.CosineAnnealingLR):
 *
 *   eta_min + (lr - eta_min) * (1 + cos(pi * t / T_max)) / 2
 *
 * Step T_max is the one that would reach the minimum. Behind it the rate rises again, as PyTorch's.
 *
 * Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017.
 */
#include "trainer/nn/schedule.h"

typedef struct Cosine {
    int32_t T_max;
    double eta_min;
    AugChoice per;
} Cosine;

static const AugParamDesc rows[] = {
    AUG_PARAM(Cosine, T_max, .fallback = "0", .low = 0, .high = 2e9,
              .help = "when the minimum is reached; 0: at the end of the run"),
    AUG_PARAM(Cosine, eta_min, .fallback = "0", .low = 0, .high = 1000, .help = "least rate"),
    AUG_PARAM(Cosine, per, .fallback = "step", .choices = nn_per_names, .help = "what t counts"),
};

static NnRates cosine_at(const void *params, const double *state, const NnMoment *now)
{
    const Cosine *cosine = params;
    (void)state;
    const double t = (double)nn_units(cosine->per, now->t, now->per_epoch);
    const uint64_t whole = nn_units(cosine->per, now->total, now->per_epoch);
    const double length = cosine->T_max ? (double)cosine->T_max : (double)(whole ? whole : 1);
    return (NnRates){nn_cosine_between(now->base.lr, cosine->eta_min, t / length),
                     now->base.momentum};
}

const NnScheduleDesc nn_schedule_cosine = {
    .name = "cosine",
    .summary = "Half a cosine down to the least rate (CosineAnnealingLR)",
    .formula = "eta_min + (lr - eta_min) * (1 + cos(pi * t / T_max)) / 2",
    .source = "Loshchilov and Hutter 2017",
    .example = "cosine",
    .params = AUG_PARAM_TABLE(Cosine, rows),
    .at = cosine_at,
};
