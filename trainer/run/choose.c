/* Compares evaluations by one figure: shares are better when they are larger, others when they are
 * smaller. */
#include "trainer/run/choose.h"

#include <stdio.h>
#include <string.h>

static const NnScalar *find_scalar(const TrainRun *run, const char *name)
{
    for (size_t i = 0; i < run->n_scalars; i++)
        if (!strcmp(name, run->scalars[i].name))
            return &run->scalars[i];
    return NULL;
}

const char *train_choice_figure(const TrainRun *run)
{
    if (run->settings.best)
        return run->settings.best;
    if (run->settings.early_stop == 0)
        return NULL;
    for (size_t i = 0; i < run->n_scalars; i++)
        if (run->scalars[i].is_share)
            return run->scalars[i].name;
    return "loss";
}

AugStatus train_choice_check(const TrainRun *run, AugError *error)
{
    const char *name = train_choice_figure(run);
    if (!name || !run->train)
        return AUG_OK;
    AUG_TRY(
        train_run_check_choice(run, run->settings.best ? "train.best" : "train.early_stop", error));
    if (!strcmp(name, "loss") || find_scalar(run, name))
        return AUG_OK;
    char names[160] = "loss";
    for (size_t i = 0, used = 4; i < run->n_scalars && used < sizeof(names); i++)
        used += (size_t)snprintf(names + used, sizeof(names) - used, ", %s", run->scalars[i].name);
    return AUG_FAIL(error, AUG_BAD_SPEC, run->model->path,
                    "train: best is '%.60s', which evaluations do not have; allowed are %s", name,
                    names);
}

bool train_choice_observe(TrainRun *run)
{
    const char *name = train_choice_figure(run);
    double value;
    if (!name || !train_metrics_value(train_run_choice(run), name, &value))
        return false;
    TrainBest *best = &run->best;
    const NnScalar *scalar = find_scalar(run, name);
    const double gain = (value - best->value) * (scalar && scalar->is_share ? 1 : -1);
    if (!best->seen || gain > run->settings.min_delta) {
        *best = (TrainBest){.seen = true, .value = value, .step = run->evaluated_step};
        return true;
    }
    best->bad++;
    run->stopped_early =
        run->settings.early_stop > 0 && best->bad >= (uint64_t)run->settings.early_stop;
    return false;
}

bool train_choice_restores(const TrainRun *run)
{
    return run->settings.early_stop > 0 && run->settings.restore_best && run->best.seen &&
           run->best.step != run->step;
}
