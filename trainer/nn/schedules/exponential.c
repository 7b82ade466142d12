/* Falls by a factor each epoch (torch.optim.lr_scheduler.ExponentialLR): lr * gamma^t. */
#include "trainer/nn/schedule.h"

typedef struct Exponential {
    double gamma;
    AugChoice per;
} Exponential;

static const AugParamDesc rows[] = {
    AUG_PARAM(Exponential, gamma, .low = 0, .high = 1, .help = "factor of each fall"),
    AUG_PARAM(Exponential, per, .fallback = "epoch", .choices = nn_per_names,
              .help = "what t counts"),
};

static NnRates exponential_at(const void *params, const double *state, const NnMoment *now)
{
    const Exponential *exponential = params;
    (void)state;
    return nn_scaled(
        now, nn_power(exponential->gamma, nn_units(exponential->per, now->t, now->per_epoch)));
}

const NnScheduleDesc nn_schedule_exponential = {
    .name = "exponential",
    .summary = "Falls by a factor each epoch (ExponentialLR)",
    .formula = "lr * gamma^t",
    .source = "torch.optim.lr_scheduler.ExponentialLR",
    .example = "{exponential: {gamma: 0.95}}",
    .params = AUG_PARAM_TABLE(Exponential, rows),
    .at = exponential_at,
};
