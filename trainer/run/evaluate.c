/* Passes over the data that a run is measured on, and which of them choose. */
#include <stdio.h>
#include <stdlib.h>

#include "libaug/base/clock.h"
#include "trainer/data/check.h"
#include "trainer/nn/schedule.h"
#include "trainer/run/run.h"

const char *train_run_class_name(const TrainRun *run, uint32_t label, char text[16])
{
    if (label < run->model->n_classes)
        return run->model->classes[label];
    const TrainSource *source = run->train ? run->train : run->eval;
    const char *name = source ? train_source_class_name(source, label) : NULL;
    if (name)
        return name;
    snprintf(text, 16, "%u", label);
    return text;
}

uint64_t train_run_epoch_steps(const TrainRun *run)
{
    return (train_source_info(run->train)->steps_per_epoch + run->accumulate - 1) / run->accumulate;
}

AugStatus train_run_init_metrics(TrainRun *run, AugError *error)
{
    run->scalars = nn_loss_scalars(&run->model->loss, &run->n_scalars);
    TrainMetrics *const all[] = {&run->metrics, &run->validation_metrics, &run->train_eval_metrics};
    for (size_t i = 0; i < AUG_COUNT(all); i++) {
        AUG_TRY(train_metrics_init(all[i], run->model->task->has_classes ? run->info.n_classes : 0,
                                   error));
        all[i]->loss = &run->model->loss;
        all[i]->scalars = run->scalars;
        all[i]->n_scalars = run->n_scalars;
    }
    return AUG_OK;
}

void train_run_fini(TrainRun *run)
{
    train_history_fini(&run->history);
    train_metrics_fini(&run->metrics);
    train_metrics_fini(&run->validation_metrics);
    train_metrics_fini(&run->train_eval_metrics);
    train_worst_fini(&run->worst);
    train_sheet_fini(&run->sheet);
}

void train_run_choose_samples(TrainRun *run)
{
    TrainSourceBatch batch;
    if (run->train_eval && train_source_rewind(run->train_eval, NULL) == AUG_OK &&
        train_source_next(run->train_eval, &batch, NULL) == AUG_OK)
        train_sheet_choose(&run->sheet, run->train_eval, &batch);
}

/* One round. most: samples that are looked at, in the order of the stream. worst: its mistakes; NULL:
 * nobody wants them. */
typedef struct Round {
    TrainSource *source;
    uint64_t most;
    NnReal *logits;
    TrainMetrics *metrics;
    TrainWorst *worst;
} Round;

static AugStatus evaluate_batches(TrainRun *run, const Round *round, AugError *error)
{
    const TrainSourceInfo *info = train_source_info(round->source);
    AUG_TRY(train_source_rewind(round->source, error));
    for (uint64_t step = 0; step < info->steps_per_epoch && !atomic_load(run->stop); step++) {
        const uint64_t left = round->most - round->metrics->n;
        TrainSourceBatch batch;
        NnResult result;
        if (left == 0)
            break;
        AUG_TRY(train_source_next(round->source, &batch, error));
        if (batch.batch.n > left)
            batch.batch.n = (uint32_t)left;
        AUG_TRY(nn_network_evaluate(run->network, &batch.batch, round->logits, &result, error));
        train_metrics_add(round->metrics, &batch.batch, round->logits, &result);
        if (round->worst && round->metrics->n_classes > 0)
            train_worst_add(round->worst, round->source, &batch, round->logits,
                            round->metrics->n_classes);
    }
    return AUG_OK;
}

static AugStatus evaluate_all(TrainRun *run, NnReal *logits, AugError *error)
{
    const Round rounds[] = {
        {run->eval, UINT64_MAX, logits, &run->metrics, &run->worst},
        {run->validation, UINT64_MAX, logits, &run->validation_metrics,
         run->eval ? NULL : &run->worst},
        {run->train_eval, (uint64_t)run->settings.train_eval, logits, &run->train_eval_metrics,
         NULL},
    };
    train_worst_fini(&run->worst);
    for (size_t i = 0; i < AUG_COUNT(rounds); i++)
        train_metrics_reset(rounds[i].metrics);
    AugStatus status = AUG_OK;
    for (size_t i = 0; i < AUG_COUNT(rounds) && status == AUG_OK; i++)
        if (rounds[i].source)
            status = evaluate_batches(run, &rounds[i], error);
    for (size_t i = 0; i < AUG_COUNT(rounds) && atomic_load(run->stop); i++)
        train_metrics_reset(rounds[i].metrics);
    return status;
}

AugStatus train_run_evaluate(TrainRun *run, AugError *error)
{
    double begin = augi_clock_seconds();
    size_t n = (size_t)run->info.max_batch * run->info.output_rows * run->info.n_classes;
    NnReal *logits = malloc(n * sizeof(*logits));
    if (!logits)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %zu predictions", n);
    AugStatus status = evaluate_all(run, logits, error);
    free(logits);
    run->evaluated_step = run->step;
    run->times.evaluation += augi_clock_seconds() - begin;
    return aug_error_prefix(error, status, "evaluation");
}

static TrainEvaluation evaluation_of(const TrainMetrics *metrics)
{
    return (TrainEvaluation){metrics->n, train_metrics_loss(metrics),
                             train_metrics_figures(metrics)};
}

AugStatus train_run_evaluate_epoch(TrainRun *run, TrainEpochRecord *record, AugError *error)
{
    const bool is_last = record->epoch == (uint32_t)run->settings.epochs;
    if ((!run->eval && !run->validation) ||
        (!is_last && record->epoch % (uint32_t)run->settings.eval_every != 0))
        return AUG_OK;
    const uint64_t before = run->eval ? train_source_replaced(run->eval) : 0;
    char place[32];
    snprintf(place, sizeof(place), "epoch %u", record->epoch);
    AUG_TRY(aug_error_prefix(error, train_run_evaluate(run, error), place));
    const TrainEvaluation test = evaluation_of(&run->metrics);
    record->has_eval = test.n > 0;
    record->eval_n = test.n;
    record->eval_loss = test.loss;
    record->eval_figures = test.figures;
    record->eval_n_replaced = run->eval ? train_source_replaced(run->eval) - before : 0;
    record->validation = evaluation_of(&run->validation_metrics);
    record->train_eval = evaluation_of(&run->train_eval_metrics);
    return AUG_OK;
}

/* --- choosing --------------------------------------------------------------------------------- */

static bool chooses_on_test(const TrainRun *run)
{
    return run->settings.choose_on.value == TRAIN_CHOOSE_ON_TEST;
}

const TrainMetrics *train_run_choice(const TrainRun *run)
{
    return chooses_on_test(run) ? &run->metrics : &run->validation_metrics;
}

AugStatus train_run_check_choice(const TrainRun *run, const char *who, AugError *error)
{
    static const char advice[] =
        "give validation data, such as a part of the training data (split: {eval: 0.1} in both "
        "specs, with part: train and part: eval), or ask for the test's with train: {choose_on: "
        "test}";
    const char *path = run->model->path;
    if (chooses_on_test(run) && run->eval)
        return AUG_OK;
    if (chooses_on_test(run))
        return AUG_FAIL(error, AUG_BAD_SPEC, path,
                        "%s needs figures to choose by; train.choose_on is test, but data.eval is "
                        "missing",
                        who);
    if (!run->validation)
        return AUG_FAIL(error, AUG_BAD_SPEC, path,
                        "%s needs figures to choose by, but data.validation is missing; %s", who,
                        advice);
    if (train_data_same(run->validation, run->eval))
        return AUG_FAIL(error, AUG_BAD_SPEC, path,
                        "%s would choose by the test: data.validation and data.eval read the same "
                        "samples; %s",
                        who, advice);
    return AUG_OK;
}

AugStatus train_run_check_schedule(const TrainRun *run, AugError *error)
{
    const NnSchedule *schedule = &run->model->schedule;
    for (size_t i = 0; i < schedule->n_stages; i++) {
        const NnModuleDesc *module = schedule->stages[i].choice.module;
        const NnScheduleDesc *desc = (const NnScheduleDesc *)(const void *)module;
        if (desc->metric)
            return train_run_check_choice(run, module->name, error);
    }
    return AUG_OK;
}
