/* Compares evaluations by one figure: shares are better when they are larger, others when they are
 * smaller. */
#include "trainer/run/choose.h"

#include <stdio.h>
#include <string.h>

#include "libaug/spec/param.h"
#include "trainer/nn/schedule.h"

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

bool train_choice_rises(const TrainRun *run, const char *name)
{
    const NnScalar *scalar = find_scalar(run, name);
    return scalar && scalar->is_share;
}

/* Names of figures by number: the loss's behind the loss itself. */
static const char *figure_at(const void *list, size_t i)
{
    const TrainRun *run = list;
    return i == 0 ? "loss" : run->scalars[i - 1].name;
}

/* who: what asks for a figure of this name */
static AugStatus check_figure(const TrainRun *run, const char *who, const char *name,
                              AugError *error)
{
    if (!strcmp(name, "loss") || find_scalar(run, name))
        return AUG_OK;
    char names[160] = "loss";
    for (size_t i = 0, used = 4; i < run->n_scalars && used < sizeof(names); i++)
        used += (size_t)snprintf(names + used, sizeof(names) - used, ", %s", run->scalars[i].name);
    const char *near = augi_nearest_name(name, figure_at, run, run->n_scalars + 1);
    return AUG_FAIL(error, AUG_BAD_SPEC, run->model->path,
                    "%s is '%.60s', which evaluations do not have; allowed are %s%s%s%s", who, name,
                    names, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static AugStatus check_stages(const TrainRun *run, AugError *error)
{
    const NnSchedule *schedule = &run->model->schedule;
    for (size_t i = 0; i < schedule->n_stages; i++) {
        const NnChoice *choice = &schedule->stages[i].choice;
        const NnScheduleDesc *desc = (const NnScheduleDesc *)(const void *)choice->module;
        char who[80];
        if (!desc->metric)
            continue;
        snprintf(who, sizeof(who), "schedule: the figure of %s", desc->name);
        AUG_TRY(check_figure(run, who, desc->metric(choice->params), error));
    }
    return AUG_OK;
}

AugStatus train_choice_check(const TrainRun *run, AugError *error)
{
    const char *name = train_choice_figure(run);
    if (!run->train)
        return AUG_OK;
    AUG_TRY(check_stages(run, error));
    if (!name)
        return AUG_OK;
    AUG_TRY(
        train_run_check_choice(run, run->settings.best ? "train.best" : "train.early_stop", error));
    return check_figure(run, "train: best", name, error);
}

bool train_choice_observe(TrainRun *run)
{
    const char *name = train_choice_figure(run);
    double value;
    if (!name || !train_metrics_value(train_run_choice(run), name, &value))
        return false;
    TrainBest *best = &run->best;
    const double gain = (value - best->value) * (train_choice_rises(run, name) ? 1 : -1);
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
