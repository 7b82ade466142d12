/* Passes over the data that a run is measured on, and which of them choose. */
#include <stdio.h>
#include <stdlib.h>

#include "libaug/base/clock.h"
#include "trainer/data/check.h"
#include "trainer/nn/schedule.h"
#include "trainer/run/checkpoint.h"
#include "trainer/run/run.h"

/* How long a run that is to stop goes on with an evaluation: whoever stops a program for good waits
 * at least twice as long. */
#define LAST_S 5.0

/* Evaluations of one round: test, validation, training samples. */
#define N_ROUNDS 3

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
    const TrainTaskDesc *task = run->model->task;
    TrainMetrics *const all[] = {&run->metrics, &run->validation_metrics, &run->train_eval_metrics};
    for (size_t i = 0; i < AUG_COUNT(all); i++) {
        AUG_TRY(train_metrics_init(all[i], task->has_classes ? run->info.n_classes : 0,
                                   task->several, error));
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
    nn_average_free(run->average);
    free(run->buffers);
    run->average = NULL;
    run->buffers = NULL;
}

void train_run_choose_samples(TrainRun *run)
{
    TrainSourceBatch batch;
    if (run->train_eval && train_source_rewind(run->train_eval, NULL) == AUG_OK &&
        train_source_next(run->train_eval, &batch, NULL) == AUG_OK)
        train_sheet_choose(&run->sheet, run->train_eval, &batch);
}

/* One evaluation in the making. most: samples that are looked at, in the order of the stream. worst:
 * its mistakes; NULL: nobody wants them. metrics: its own until all are finished; result: where they
 * then go. */
typedef struct Round {
    TrainSource *source;
    uint64_t most;
    TrainMetrics metrics;
    TrainMetrics *result;
    TrainWorst *worst;
} Round;

/* All of them. limit_s: when they are given up, 0: never. */
typedef struct Rounds {
    Round items[N_ROUNDS];
    NnReal *logits;
    double limit_s;
} Rounds;

/* Rows of a batch that stand in for damaged samples, or hold something of one that does. */
static uint64_t count_replaced(const TrainSourceBatch *batch)
{
    const StreamBatch *stream = &batch->stream;
    uint64_t n = 0;
    /* A sample and its partner have one row; notes are in the order of rows. */
    for (uint32_t i = 0; i < stream->n_replaced && stream->replaced[i].row < batch->batch.n; i++)
        n += i == 0 || stream->replaced[i].row != stream->replaced[i - 1].row;
    return n;
}

/* Of the average where there is one. */
static AugStatus evaluate_batch(TrainRun *run, Round *round, NnReal *logits,
                                const TrainSourceBatch *batch, AugError *error)
{
    NnResult result;
    if (run->average)
        nn_average_swap(run->average);
    const AugStatus status =
        nn_network_evaluate(run->network, &batch->batch, logits, &result, error);
    if (run->average)
        nn_average_swap(run->average);
    AUG_TRY(status);
    train_metrics_add(&round->metrics, &batch->batch, logits, &result);
    round->metrics.n_replaced += count_replaced(batch);
    if (round->worst && !round->metrics.several && round->metrics.n_classes > 0)
        train_worst_add(round->worst, round->source, batch, logits, round->metrics.loss,
                        round->metrics.n_classes);
    return AUG_OK;
}

/* A run that is to stop first saves what it has. Whether there is no time left goes to *given_up. */
static AugStatus heed_stop(TrainRun *run, Rounds *rounds, bool *given_up, AugError *error)
{
    const bool is_first = atomic_load(run->stop) && rounds->limit_s <= 0;
    if (is_first)
        rounds->limit_s = augi_clock_seconds() + (run->train ? LAST_S : 0);
    *given_up = rounds->limit_s > 0 && augi_clock_seconds() >= rounds->limit_s;
    return is_first && run->train && run->folder && run->unsaved ? train_checkpoint_save(run, error)
                                                                 : AUG_OK;
}

/* What a source said to a run that is to stop is no failure, but the end of its evaluations. */
static AugStatus excuse(TrainRun *run, Rounds *rounds, AugStatus status, bool *given_up,
                        AugError *error)
{
    if (status != AUG_CLOSED || !atomic_load(run->stop))
        return status;
    AUG_TRY(heed_stop(run, rounds, given_up, error));
    *given_up = true;
    return AUG_OK;
}

static AugStatus evaluate_batches(TrainRun *run, Rounds *rounds, Round *round, bool *given_up,
                                  AugError *error)
{
    const TrainSourceInfo *info = train_source_info(round->source);
    AugStatus status = train_source_rewind(round->source, error);
    AUG_TRY(excuse(run, rounds, status, given_up, error));
    for (uint64_t step = 0; step < info->steps_per_epoch && !*given_up; step++) {
        const uint64_t left = round->most - round->metrics.n;
        TrainSourceBatch batch;
        if (left == 0)
            break;
        AUG_TRY(heed_stop(run, rounds, given_up, error));
        if (*given_up)
            break;
        status = train_source_next(round->source, &batch, error);
        AUG_TRY(excuse(run, rounds, status, given_up, error));
        if (*given_up)
            break;
        if (batch.batch.n > left)
            batch.batch.n = (uint32_t)left;
        AUG_TRY(evaluate_batch(run, round, rounds->logits, &batch, error));
    }
    return AUG_OK;
}

/* The rounds' counts become those of the run. */
static void take_rounds(TrainRun *run, Rounds *rounds)
{
    for (size_t i = 0; i < N_ROUNDS; i++) {
        Round *round = &rounds->items[i];
        const TrainMetrics before = *round->result;
        *round->result = round->metrics;
        round->metrics = before;
    }
    run->evaluated_step = run->step;
}

static AugStatus evaluate_all(TrainRun *run, Rounds *rounds, bool *finished, AugError *error)
{
    bool given_up = false;
    train_worst_fini(&run->worst);
    for (size_t i = 0; i < N_ROUNDS && !given_up; i++)
        if (rounds->items[i].source)
            AUG_TRY(evaluate_batches(run, rounds, &rounds->items[i], &given_up, error));
    *finished = !given_up;
    if (given_up)
        train_worst_fini(&run->worst);
    else
        take_rounds(run, rounds);
    return AUG_OK;
}

static AugStatus rounds_init(Rounds *rounds, TrainRun *run, AugError *error)
{
    const size_t n = (size_t)run->info.max_batch * run->info.output_rows * run->info.n_classes;
    *rounds = (Rounds){.items = {{.source = run->eval,
                                  .most = UINT64_MAX,
                                  .result = &run->metrics,
                                  .worst = &run->worst},
                                 {.source = run->validation,
                                  .most = UINT64_MAX,
                                  .result = &run->validation_metrics,
                                  .worst = run->eval ? NULL : &run->worst},
                                 {.source = run->train_eval,
                                  .most = (uint64_t)run->settings.train_eval,
                                  .result = &run->train_eval_metrics}},
                       .logits = malloc(n * sizeof(NnReal))};
    if (!rounds->logits)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %zu predictions", n);
    for (size_t i = 0; i < N_ROUNDS; i++) {
        TrainMetrics *metrics = &rounds->items[i].metrics;
        AUG_TRY(train_metrics_init(metrics, run->metrics.n_classes, run->metrics.several, error));
        metrics->loss = &run->model->loss;
        metrics->scalars = run->scalars;
        metrics->n_scalars = run->n_scalars;
    }
    return AUG_OK;
}

AugStatus train_run_evaluate(TrainRun *run, bool *finished, AugError *error)
{
    const double begin = augi_clock_seconds();
    Rounds rounds;
    *finished = false;
    AugStatus status = rounds_init(&rounds, run, error);
    if (status == AUG_OK)
        status = evaluate_all(run, &rounds, finished, error);
    run->gave_up = !*finished;
    for (size_t i = 0; i < N_ROUNDS; i++)
        train_metrics_fini(&rounds.items[i].metrics);
    free(rounds.logits);
    run->times.evaluation += augi_clock_seconds() - begin;
    return aug_error_prefix(error, status, "evaluation");
}

static bool has_test(const TrainRun *run)
{
    return run->metrics.n > 0 || run->validation_metrics.n == 0;
}

const TrainMetrics *train_run_result(const TrainRun *run)
{
    return has_test(run) ? &run->metrics : &run->validation_metrics;
}

const char *train_run_result_name(const TrainRun *run)
{
    return has_test(run) ? "test" : "validation";
}

bool train_run_is_evaluated(const TrainRun *run)
{
    return run->metrics.n > 0 || run->validation_metrics.n > 0;
}

static TrainEvaluation evaluation_of(const TrainMetrics *metrics)
{
    return (TrainEvaluation){metrics->n, train_metrics_loss(metrics),
                             train_metrics_figures(metrics)};
}

AugStatus train_run_evaluate_epoch(TrainRun *run, TrainEpochRecord *record, bool *finished,
                                   AugError *error)
{
    *finished = true;
    const bool is_last = record->epoch == (uint32_t)run->settings.epochs;
    if ((!run->eval && !run->validation) ||
        (!is_last && record->epoch % (uint32_t)run->settings.eval_every != 0))
        return AUG_OK;
    char place[32];
    snprintf(place, sizeof(place), "epoch %u", record->epoch);
    AUG_TRY(aug_error_prefix(error, train_run_evaluate(run, finished, error), place));
    if (!*finished)
        return AUG_OK;
    const TrainEvaluation test = evaluation_of(&run->metrics);
    record->has_eval = test.n > 0;
    record->eval_n = test.n;
    record->eval_loss = test.loss;
    record->eval_figures = test.figures;
    record->eval_n_replaced = run->metrics.n_replaced;
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
