/* Falls by a factor when a figure stops getting better
 * (torch.optim.lr_scheduler.ReduceLROnPlateau). After each evaluation:
 *
 *   better: figure < best * (1 - threshold)            mode max: > best * (1 + threshold)
 *           with threshold_mode abs: best - threshold and best + threshold
 *           mode auto: max of a figure that is better when it is larger, as an accuracy, else min
 *   more than `patience` figures in a row that are not: rate = max(rate * factor, min_lr), then
 *   `cooldown` figures that do not count
 */
#include "trainer/nn/schedule.h"

typedef struct Plateau {
    AugText metric;
    AugChoice mode, threshold_mode;
    double factor, threshold, min_lr, eps;
    int32_t patience, cooldown;
} Plateau;

enum { MODE_AUTO, MODE_MIN, MODE_MAX };
enum { THRESHOLD_REL, THRESHOLD_ABS };

static const char *const modes[] = {"auto", "min", "max", NULL};
static const char *const threshold_modes[] = {"rel", "abs", NULL};

static const AugParamDesc rows[] = {
    AUG_PARAM(Plateau, metric, .fallback = "loss", .help = "figure of the evaluation to look at"),
    AUG_PARAM(Plateau, mode, .fallback = "auto", .choices = modes,
              .help =
                  "whether the figure is to be small or large; auto: max for shares of samples, "
                  "such as accuracy, else min"),
    AUG_PARAM(Plateau, factor, .fallback = "0.1", .low = 0, .high = 1, .high_open = true,
              .help = "factor of each fall"),
    AUG_PARAM(Plateau, patience, .fallback = "10", .low = 0, .high = 1e6, .unit = "evaluations",
              .help = "how many in a row may be no better"),
    AUG_PARAM(Plateau, threshold, .fallback = "1e-4", .low = 0, .high = 1e9,
              .help = "how much better counts as better"),
    AUG_PARAM(Plateau, threshold_mode, .fallback = "rel", .choices = threshold_modes,
              .help = "whether that is a share of the best or a difference"),
    AUG_PARAM(Plateau, cooldown, .fallback = "0", .low = 0, .high = 1e6, .unit = "evaluations",
              .help = "how many after a fall do not count"),
    AUG_PARAM(Plateau, min_lr, .fallback = "0", .low = 0, .high = 1000, .help = "least rate"),
    AUG_PARAM(Plateau, eps, .fallback = "1e-8", .low = 0, .high = 1,
              .help = "a fall by less is left out"),
};

/* What is kept. SEEN: 1 once there was a figure; BEST: of them; BAD: how many were no better, below
 * zero those that do not count yet; FACTOR: of the rate so far. */
enum { SEEN, BEST, BAD, FACTOR };

static NnRates plateau_at(const void *params, const double *state, const NnMoment *now)
{
    (void)params;
    return nn_scaled(now, state[SEEN] ? state[FACTOR] : 1);
}

static bool is_better(const Plateau *plateau, double value, double best, bool rises)
{
    const int32_t mode = plateau->mode.value;
    const double sign = mode == MODE_MAX || (mode == MODE_AUTO && rises) ? 1 : -1;
    if (plateau->threshold_mode.value == THRESHOLD_ABS)
        return sign * (value - best) > plateau->threshold;
    return sign * value > sign * (best * (1 + sign * plateau->threshold));
}

static void plateau_observe(const void *params, double *state, const NnMoment *now, double metric,
                            bool rises)
{
    const Plateau *plateau = params;
    const bool better = !state[SEEN] || is_better(plateau, metric, state[BEST], rises);
    if (!state[SEEN])
        state[SEEN] = state[FACTOR] = 1;
    if (better)
        state[BEST] = metric;
    if (state[BAD] < 0)
        state[BAD]++;
    else
        state[BAD] = better ? 0 : state[BAD] + 1;
    if (state[BAD] <= plateau->patience)
        return;
    const double rate = now->base.lr * state[FACTOR];
    const double next =
        rate * plateau->factor > plateau->min_lr ? rate * plateau->factor : plateau->min_lr;
    if (rate - next > plateau->eps)
        state[FACTOR] = next / now->base.lr;
    state[BAD] = -plateau->cooldown;
}

static const char *plateau_metric(const void *params)
{
    return ((const Plateau *)params)->metric;
}

const NnScheduleDesc nn_schedule_plateau = {
    .name = "plateau",
    .summary = "Falls when a figure of the evaluation gets no better (ReduceLROnPlateau)",
    .formula =
        "lr * factor^n; n grows after more than patience evaluations in a row without\n"
        "figure < best * (1 - threshold), for mode max figure > best * (1 + threshold);\n"
        "mode auto is max for figures that are better when larger (accuracy, top_5, f1), else "
        "min",
    .source = "torch.optim.lr_scheduler.ReduceLROnPlateau",
    .example = "{plateau: {factor: 0.5, patience: 3}}",
    .params = AUG_PARAM_TABLE(Plateau, rows),
    .at = plateau_at,
    .metric = plateau_metric,
    .observe = plateau_observe,
};
