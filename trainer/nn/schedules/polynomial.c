/* Falls to zero along a power (torch.optim.lr_scheduler.PolynomialLR):
 *
 *   lr * (1 - min(t, total_iters) / total_iters)^power
 */
#include "trainer/nn/schedule.h"

typedef struct Polynomial {
    int32_t total_iters;
    double power;
    AugChoice per;
} Polynomial;

static const AugParamDesc rows[] = {
    AUG_PARAM(Polynomial, total_iters, .fallback = "0", .low = 0, .high = 2e9,
              .help = "when zero is reached; 0: at the end of the run"),
    AUG_PARAM(Polynomial, power, .fallback = "1", .low = 0, .high = 100, .low_open = true,
              .help = "1: along a line"),
    AUG_PARAM(Polynomial, per, .fallback = "step", .choices = nn_per_names,
              .help = "what t counts"),
};

static NnRates polynomial_at(const void *params, const double *state, const NnMoment *now)
{
    const Polynomial *p = params;
    (void)state;
    const double t = (double)nn_units(p->per, now->t, now->per_epoch);
    const uint64_t whole = nn_units(p->per, now->total, now->per_epoch);
    const double length = p->total_iters ? (double)p->total_iters : (double)(whole ? whole : 1);
    const double left = t < length ? 1 - t / length : 0;
    return nn_scaled(now, left > 0 ? augi_exp(p->power * augi_log(left)) : 0);
}

const NnScheduleDesc nn_schedule_polynomial = {
    .name = "polynomial",
    .summary = "Falls to zero along a power (PolynomialLR)",
    .formula = "lr * (1 - min(t, total_iters) / total_iters)^power",
    .source = "torch.optim.lr_scheduler.PolynomialLR",
    .example = "{polynomial: {power: 2}}",
    .params = AUG_PARAM_TABLE(Polynomial, rows),
    .at = polynomial_at,
};
