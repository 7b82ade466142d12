/* Halving, a schedule: half the rate after each part of the run. */
#include "trainer/nn/schedule.h"

typedef struct Halving {
    int32_t times;
} Halving;

static const AugParamDesc rows[] = {
    AUG_PARAM(Halving, times, .fallback = "4", .low = 1, .high = 100,
              .help = "how often in a run, and once less it becomes half"),
};

static NnRates halving_at(const void *params, const double *state, const NnMoment *now)
{
    const uint64_t times = (uint64_t)((const Halving *)params)->times;
    const uint64_t part = now->total ? now->t * times / now->total : 0;
    (void)state;
    return nn_scaled(now, nn_power(0.5, part < times ? part : times - 1));
}

const NnScheduleDesc nn_schedule_halving = {
    .name = "halving",
    .summary = "Half the rate after each part of the run",
    .formula = "lr * 0.5^floor(t * times / total)",
    .example = "{halving: 5}",
    .params = AUG_PARAM_TABLE(Halving, rows),
    .at = halving_at,
};
