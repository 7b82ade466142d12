/* One cycle (torch.optim.lr_scheduler.OneCycleLR): the rate goes up to the optimizer's and down to
 * almost zero, the momentum down and up. Behind the last step the last rates hold, where PyTorch
 * raises an error.
 *
 *   turning points at steps 0, pct_start * total - 1 and total - 1; three_phase: 0, pct_start * total
 *   - 1, twice that, and total - 1
 *   rates there: lr / div_factor, lr, (lr / div_factor,) lr / div_factor / final_div_factor
 *
 * Source: Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large
 * Learning Rates", 2017.
 */
#include "trainer/nn/schedule.h"

typedef struct OneCycle {
    double pct_start, div_factor, final_div_factor;
    AugChoice anneal;
    bool cycle_momentum;
    double base_momentum, max_momentum;
    bool three_phase;
} OneCycle;

enum { ANNEAL_COS, ANNEAL_LINEAR };

static const char *const anneals[] = {"cos", "linear", NULL};

static const AugParamDesc rows[] = {
    AUG_PARAM(OneCycle, pct_start, .fallback = "0.3", .low = 0, .high = 1,
              .help = "share of the steps in which the rate grows"),
    AUG_PARAM(OneCycle, div_factor, .fallback = "25", .low = 1, .high = 1e9,
              .help = "peak rate over first rate"),
    AUG_PARAM(OneCycle, final_div_factor, .fallback = "1e4", .low = 1, .high = 1e12,
              .help = "first rate over last rate"),
    AUG_PARAM(OneCycle, anneal, .fallback = "cos", .choices = anneals,
              .help = "curve between the turning points"),
    AUG_PARAM(OneCycle, cycle_momentum, .fallback = "true",
              .help = "momentum falls while the rate grows; only if the optimizer has one"),
    AUG_PARAM(OneCycle, base_momentum, .fallback = "0.85", .low = 0, .high = 1, .high_open = true,
              .help = "momentum at the peak rate"),
    AUG_PARAM(OneCycle, max_momentum, .fallback = "0.95", .low = 0, .high = 1, .high_open = true,
              .help = "momentum at the first and last rate"),
    AUG_PARAM(OneCycle, three_phase, .fallback = "false",
              .help = "fall as long as grow, then to the last rate"),
};

/* A turning point: the step at which it is reached, and the rates there. */
typedef struct Knot {
    double step, lr, momentum;
} Knot;

/* Three or four turning points, the first at step 0; returns how many. */
static int one_cycle_knots(const OneCycle *cycle, double peak, double total, Knot knots[4])
{
    const double first = peak / cycle->div_factor, last = first / cycle->final_div_factor;
    const double up = cycle->pct_start * total - 1;
    int n = 0;
    knots[n++] = (Knot){0, first, cycle->max_momentum};
    knots[n++] = (Knot){up, peak, cycle->base_momentum};
    if (cycle->three_phase)
        knots[n++] = (Knot){2 * up, first, cycle->max_momentum};
    knots[n++] = (Knot){total - 1, last, cycle->max_momentum};
    return n;
}

static double between(int anneal, double start, double end, double share)
{
    if (anneal == ANNEAL_LINEAR)
        return start + (end - start) * share;
    return nn_cosine_between(start, end, share);
}

static NnRates one_cycle_at(const void *params, const double *state, const NnMoment *now)
{
    const OneCycle *cycle = params;
    const NnRates base = now->base;
    const uint64_t t = now->t, total = now->total;
    (void)state;
    Knot knots[4];
    const int n = one_cycle_knots(cycle, base.lr, (double)total, knots);
    const double step = (double)(t < total ? t : total - 1);
    int next = 1;
    while (next < n - 1 && step > knots[next].step)
        next++;
    const Knot *a = &knots[next - 1], *b = &knots[next];
    const double length = b->step - a->step;
    const double share = length > 0 ? (step - a->step) / length : 1;
    NnRates rates = {between(cycle->anneal.value, a->lr, b->lr, share), base.momentum};
    if (cycle->cycle_momentum && base.momentum > 0)
        rates.momentum = between(cycle->anneal.value, a->momentum, b->momentum, share);
    return rates;
}

static AugStatus one_cycle_check(const void *params, uint64_t total, AugError *error)
{
    const OneCycle *cycle = params;
    if (total == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, "schedule",
                        "one_cycle over 0 steps; needs at least 1");
    if (cycle->base_momentum > cycle->max_momentum)
        return AUG_FAIL(error, AUG_BAD_SPEC, "schedule",
                        "base_momentum %g is above max_momentum %g; allowed is up to it",
                        cycle->base_momentum, cycle->max_momentum);
    if (cycle->three_phase && cycle->pct_start > 0.5)
        return AUG_FAIL(error, AUG_BAD_SPEC, "schedule",
                        "pct_start is %g; with three_phase it can be at most 0.5, as growing and "
                        "falling take as long",
                        cycle->pct_start);
    return AUG_OK;
}

const NnScheduleDesc nn_schedule_one_cycle = {
    .name = "one_cycle",
    .summary = "Up to the peak rate, then down to almost zero (OneCycleLR)",
    .formula = "from lr / div_factor up to lr at step pct_start * total - 1, then down to\n"
               "lr / div_factor / final_div_factor at total - 1; three_phase: down to\n"
               "lr / div_factor as fast as up, then on to the last rate",
    .source = "Smith and Topin 2017",
    .example = "{one_cycle: {pct_start: 0.25}}",
    .params = AUG_PARAM_TABLE(OneCycle, rows),
    .at = one_cycle_at,
    .check = one_cycle_check,
};
