/* The optimizer's rates at every step. */
#include "trainer/nn/schedule.h"

static NnRates constant_at(const void *params, const double *state, const NnMoment *now)
{
    (void)params;
    (void)state;
    return now->base;
}

const NnScheduleDesc nn_schedule_constant = {
    .name = "constant",
    .summary = "The optimizer's rates at every step",
    .formula = "lr",
    .example = "constant",
    .is_default = true,
    .at = constant_at,
};
