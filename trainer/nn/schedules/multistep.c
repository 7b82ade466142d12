/* Falls by a factor at given times (torch.optim.lr_scheduler.MultiStepLR):
 *
 *   lr * gamma^n, n of the milestones being at t or before
 */
#include "trainer/nn/schedule.h"

typedef struct MultiStep {
    AugNumbers milestones;
    double gamma;
    AugChoice per;
} MultiStep;

static const AugParamDesc rows[] = {
    AUG_PARAM(MultiStep, milestones, .low = 0, .high = 1e12,
              .help = "epochs, or steps, after which the rate falls"),
    AUG_PARAM(MultiStep, gamma, .fallback = "0.1", .low = 0, .high = 1,
              .help = "factor of each fall"),
    AUG_PARAM(MultiStep, per, .fallback = "epoch", .choices = nn_per_names,
              .help = "what t counts"),
};

static NnRates multistep_at(const void *params, const double *state, const NnMoment *now)
{
    const MultiStep *step = params;
    (void)state;
    const uint64_t t = nn_units(step->per, now->t, now->per_epoch);
    uint64_t n = 0;
    for (int32_t i = 0; i < step->milestones.n; i++)
        n += step->milestones.values[i] <= (double)t;
    return nn_scaled(now, nn_power(step->gamma, n));
}

const NnScheduleDesc nn_schedule_multistep = {
    .name = "multistep",
    .summary = "Falls by a factor at given epochs (MultiStepLR)",
    .formula = "lr * gamma^n, n of the milestones being at t or before",
    .source = "torch.optim.lr_scheduler.MultiStepLR",
    .example = "{multistep: {milestones: [30, 60], gamma: 0.1}}",
    .params = AUG_PARAM_TABLE(MultiStep, rows),
    .at = multistep_at,
};
