/* Falls by a factor every so often (torch.optim.lr_scheduler.StepLR):
 *
 *   lr * gamma^floor(t / step_size)
 */
#include "trainer/nn/schedule.h"

typedef struct Step {
    int32_t step_size;
    double gamma;
    AugChoice per;
} Step;

static const AugParamDesc rows[] = {
    AUG_PARAM(Step, step_size, .low = 1, .high = 1e9,
              .help = "epochs, or steps, between two falls"),
    AUG_PARAM(Step, gamma, .fallback = "0.1", .low = 0, .high = 1, .help = "factor of each fall"),
    AUG_PARAM(Step, per, .fallback = "epoch", .choices = nn_per_names, .help = "what t counts"),
};

static NnRates step_at(const void *params, const double *state, const NnMoment *now)
{
    const Step *step = params;
    (void)state;
    const uint64_t t = nn_units(step->per, now->t, now->per_epoch);
    return nn_scaled(now, nn_power(step->gamma, t / (uint64_t)step->step_size));
}

const NnScheduleDesc nn_schedule_step = {
    .name = "step",
    .summary = "Falls by a factor every so many epochs (StepLR)",
    .formula = "lr * gamma^floor(t / step_size)",
    .source = "torch.optim.lr_scheduler.StepLR",
    .example = "{step: {step_size: 30, gamma: 0.1}}",
    .params = AUG_PARAM_TABLE(Step, rows),
    .at = step_at,
};
