/* The training loop. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libaug/base/clock.h"
#include "trainer/run/bad_batch.h"
#include "trainer/run/checkpoint.h"
#include "trainer/run/choose.h"
#include "trainer/run/run.h"
#include "trainer/run/run_log.h"

/* Gives the time since the last call to both windows. */
static void give_time(TrainRun *run)
{
    const TrainMark now = {.at_s = augi_clock_seconds(),
                           .waited_s = train_source_waited(run->train),
                           .cpu_s = train_source_cpu(run->train),
                           .n_replaced = train_source_replaced(run->train)};
    TrainWindow *const windows[] = {&run->windows.log, &run->windows.epoch};
    for (size_t i = 0; i < AUG_COUNT(windows); i++) {
        windows[i]->seconds += now.at_s - run->mark.at_s;
        windows[i]->waited_s += now.waited_s - run->mark.waited_s;
        windows[i]->cpu_s += now.cpu_s - run->mark.cpu_s;
        windows[i]->n_replaced += now.n_replaced - run->mark.n_replaced;
    }
    run->mark = now;
}

/* The windows go on, or begin, without what happened since the last step. */
static void skip_time(TrainRun *run)
{
    const TrainWindows windows = run->windows;
    give_time(run);
    run->windows = windows;
}

static void add_result(TrainWindow *window, const NnResult *result)
{
    window->loss_sum += result->loss * result->weight;
    window->weight += result->weight;
    window->n += result->n;
    window->n_counted += result->n - result->n_ignored;
    for (size_t k = 0; k < NN_MAX_SCALARS; k++)
        window->sums[k] += result->sums[k];
}

/* What a window says; its step, epoch and rates are the run's present ones. */
static TrainStepRecord summarize(const TrainRun *run, const TrainWindow *window, NnRates rates)
{
    const double seconds = window->seconds;
    return (TrainStepRecord){
        .step = run->step,
        .epoch = run->epoch + 1,
        .loss = window->weight > 0 ? window->loss_sum / window->weight : 0,
        .figures =
            train_figures_make(run->scalars, run->n_scalars, window->sums, window->n_counted),
        .lr = rates.lr,
        .momentum = rates.momentum,
        .images_per_s = seconds > 0 ? (double)window->n / seconds : 0,
        .waiting = seconds > 0 ? window->waited_s / seconds : 0,
        .loading =
            train_source_cpu(run->train) < 0 || !(seconds > 0) ? -1 : window->cpu_s / seconds,
        .seconds = augi_clock_seconds() - run->started_s,
    };
}

static void show(TrainRun *run, NnRates rates)
{
    TrainStepRecord record = summarize(run, &run->windows.epoch, rates);
    uint64_t per_epoch = train_run_epoch_steps(run);
    /* Evaluations and checkpoints are in the elapsed time, so they are in the estimate too. */
    double left = record.seconds / (double)run->step * (double)(run->n_steps - run->step);
    TrainProgressState state = {
        .epoch = record.epoch,
        .n_epochs = (uint32_t)run->settings.epochs,
        .step = run->step - (uint64_t)run->epoch * per_epoch,
        .n_steps = per_epoch,
        .loss = record.loss,
        .figures = record.figures,
        .images_per_s = record.images_per_s,
        .waiting = record.waiting,
        .left_s = run->step < 5 ? -1 : left,
    };
    if (run->history.n_epochs > 0) {
        const TrainGap gap = train_history_gap(&run->history.epochs[run->history.n_epochs - 1]);
        train_gap_text(&gap, state.gap);
    }
    train_progress_show(run->progress, &state);
}

static NnMoment moment_of(const TrainRun *run)
{
    return (NnMoment){.t = run->step,
                      .total = run->n_steps,
                      .per_epoch = train_run_epoch_steps(run),
                      .base = nn_optimizer_rates(&run->model->optimizer)};
}

/* One batch: its gradients, alone or added to those before. */
static AugStatus try_batch(TrainRun *run, AugError *error)
{
    TrainSourceBatch batch;
    NnResult result;
    AUG_TRY(train_source_next(run->train, &batch, error));
    train_sheet_see(&run->sheet, run->train, &batch);
    double begin = augi_clock_seconds();
    const AugStatus status = nn_network_gradients(run->network, &batch.batch, &result, error);
    if (status == AUG_CORRUPT)
        train_bad_batch_keep(run, &batch, error);
    AUG_TRY(status);
    if (run->accumulate > 1)
        nn_network_accumulate(run->network);
    run->times.network += augi_clock_seconds() - begin;
    add_result(&run->windows.log, &result);
    add_result(&run->windows.epoch, &result);
    return AUG_OK;
}

/* Whether the log gets an entry after the present step: every log_every, and at the end of an epoch. */
static bool is_logged(const TrainRun *run)
{
    const uint64_t step = run->step + 1;
    return step % (uint64_t)run->settings.log_every == 0 || step % train_run_epoch_steps(run) == 0;
}

/* A step of n batches. */
static AugStatus try_step(TrainRun *run, uint64_t n, NnRates *rates, AugError *error)
{
    for (uint64_t i = 0; i < n; i++)
        AUG_TRY(try_batch(run, error));
    const NnMoment moment = moment_of(run);
    *rates = nn_schedule_rates(&run->model->schedule, &run->schedule, &moment);
    double begin = augi_clock_seconds();
    if (is_logged(run))
        run->gradient_norm = nn_network_gradient_norm(run->network);
    AUG_TRY(nn_network_update(run->network, *rates, error));
    if (run->average)
        nn_average_update(run->average, run->settings.ema);
    run->times.network += augi_clock_seconds() - begin;
    run->step++;
    run->batch += n;
    run->n_batches += n;
    run->unsaved = true;
    return AUG_OK;
}

/* Statistics of layers move with every batch, so those of a step that was not finished have to go
 * back. Copies them to run->buffers, or back. */
static void copy_buffers(TrainRun *run, bool back)
{
    NnReal *at = run->buffers;
    NnTensorInfo info;
    for (size_t i = 0; at && i < nn_network_n_tensors(run->network); i++) {
        nn_network_tensor(run->network, i, &info);
        if (info.kind != NN_TENSOR_BUFFER)
            continue;
        if (back)
            nn_network_write_tensor(run->network, i, at);
        else
            nn_network_read_tensor(run->network, i, at);
        at += info.n_values;
    }
}

/* A step that fails leaves the run as it was before. */
static AugStatus train_step(TrainRun *run, uint64_t n, NnRates *rates, AugError *error)
{
    const TrainWindows before = run->windows;
    char place[96];
    copy_buffers(run, false);
    const AugStatus status = try_step(run, n, rates, error);
    if (status == AUG_OK) {
        give_time(run);
        return AUG_OK;
    }
    run->windows = before;
    copy_buffers(run, true);
    snprintf(place, sizeof(place), "epoch %u, step %" PRIu64, run->epoch + 1, run->step + 1);
    return aug_error_prefix(error, status, place);
}

static AugStatus log_window(TrainRun *run, NnRates rates, AugError *error)
{
    TrainStepRecord record = summarize(run, &run->windows.log, rates);
    record.gradient_norm = run->gradient_norm;
    run->windows.log = (TrainWindow){0};
    AUG_TRY(train_history_add_step(&run->history, &record, error));
    return train_run_log_step(run, &record, error);
}

/* Between the steps of an epoch. */
static bool checkpoint_is_due(const TrainRun *run)
{
    const TrainSettings *settings = &run->settings;
    if (settings->checkpoint_steps > 0)
        return run->step % settings->checkpoint_steps == 0;
    return settings->checkpoint_s > 0 &&
           augi_clock_seconds() - run->saved_s >= (double)settings->checkpoint_s;
}

static AugStatus save_if_due(TrainRun *run, AugError *error)
{
    if (!run->folder || !checkpoint_is_due(run))
        return AUG_OK;
    AUG_TRY(train_checkpoint_save(run, error));
    skip_time(run);
    return AUG_OK;
}

/* One step, with what belongs to it. */
static AugStatus make_step(TrainRun *run, uint64_t n_batches, AugError *error)
{
    const uint64_t left = n_batches - run->batch;
    NnRates rates;
    AUG_TRY(train_step(run, left < run->accumulate ? left : run->accumulate, &rates, error));
    show(run, rates);
    if (run->step % (uint64_t)run->settings.log_every == 0 || run->batch == n_batches)
        AUG_TRY(log_window(run, rates, error));
    return save_if_due(run, error);
}

/* The steps of one epoch, or what is left of them; ends early if the run is to stop. */
static AugStatus train_epoch(TrainRun *run, AugError *error)
{
    const uint64_t n_batches = train_source_info(run->train)->steps_per_epoch;
    if (run->batch == 0)
        run->windows = (TrainWindows){0};
    skip_time(run);
    while (run->batch < n_batches && !atomic_load(run->stop)) {
        const AugStatus status = make_step(run, n_batches, error);
        /* A run that is to stop does not wait for data. */
        if (status == AUG_CLOSED && atomic_load(run->stop))
            break;
        AUG_TRY(status);
    }
    return AUG_OK;
}

/* "  test loss 0.3875  accuracy 85.75 % (85.05 to 86.42)" */
static void evaluation_text(const char *name, double loss, const TrainFigures *figures,
                            char text[240])
{
    char values[200];
    train_figures_text(figures, 2, true, values, sizeof(values));
    snprintf(text, 240, "  %s loss %.4f%s", name, loss, values);
}

static void say_epoch(const TrainRun *run, const TrainEpochRecord *record)
{
    char rate[32], trained[160], test[240] = "", validation[240] = "", gap[64], loading[48];
    const TrainGap of_test = train_history_gap(record);
    train_format_count(record->images_per_s, rate);
    train_figures_text(&record->train_figures, 2, false, trained, sizeof(trained));
    if (record->validation.n > 0)
        evaluation_text("validation", record->validation.loss, &record->validation.figures,
                        validation);
    if (record->has_eval)
        evaluation_text("test", record->eval_loss, &record->eval_figures, test);
    train_gap_text(&of_test, gap);
    if (record->loading >= 0)
        snprintf(loading, sizeof(loading), "  loading %.2g %% of a CPU", 100 * record->loading);
    else
        snprintf(loading, sizeof(loading), "  loading not known");
    train_progress_say(run->progress,
                       "epoch %u/%d  train loss %.4f%s%s%s%s  %s images/s  waiting %.0f %%%s",
                       record->epoch, run->settings.epochs, record->train_loss, trained, validation,
                       test, gap, rate, 100 * record->waiting, loading);
    const uint64_t n_validation = record->validation.n > 0 ? run->validation_metrics.n_replaced : 0;
    const uint64_t n_replaced = record->n_replaced + record->eval_n_replaced + n_validation;
    if (n_replaced > 0)
        train_progress_say(run->progress, "  %" PRIu64 " damaged samples were replaced",
                           n_replaced);
}

/* Tells the schedule the figure that it wants of the evaluation behind. */
static AugStatus observe(TrainRun *run, AugError *error)
{
    const NnSchedule *schedule = &run->model->schedule;
    const NnMoment moment = moment_of(run);
    const char *name = nn_schedule_metric(schedule, &moment);
    const TrainMetrics *metrics = train_run_choice(run);
    double value;
    if (!name || metrics->n == 0 || run->evaluated_step != run->step)
        return AUG_OK;
    if (!train_metrics_value(metrics, name, &value))
        return AUG_FAIL(error, AUG_BAD_SPEC, run->model->path,
                        "schedule: the evaluation has no figure '%.60s'", name);
    nn_schedule_observe(schedule, &run->schedule, &moment, value, train_choice_rises(run, name));
    return AUG_OK;
}

/* What is decided by an evaluation. */
static AugStatus decide(TrainRun *run, AugError *error)
{
    AUG_TRY(observe(run, error));
    if (run->evaluated_step == run->step && train_choice_observe(run) && run->folder)
        return train_checkpoint_save_best(run, error);
    return AUG_OK;
}

static AugStatus note_epoch(TrainRun *run, TrainEpochRecord *record, AugError *error)
{
    record->seconds = augi_clock_seconds() - run->started_s;
    AUG_TRY(train_history_add_epoch(&run->history, record, error));
    AUG_TRY(train_run_log_epoch(run, record, error));
    say_epoch(run, record);
    return AUG_OK;
}

/* Everything behind an epoch that was trained to its end. */
static AugStatus finish_epoch(TrainRun *run, AugError *error)
{
    const TrainStepRecord trained = summarize(run, &run->windows.epoch, (NnRates){0, 0});
    TrainEpochRecord record = {
        .epoch = run->epoch + 1,
        .step = run->step,
        .train_loss = trained.loss,
        .train_figures = trained.figures,
        .n_replaced = run->windows.epoch.n_replaced,
        .images_per_s = trained.images_per_s,
        .waiting = trained.waiting,
        .loading = trained.loading,
    };
    bool finished;
    AUG_TRY(train_run_evaluate_epoch(run, &record, &finished, error));
    if (!finished)
        return AUG_OK;
    run->epoch++;
    run->batch = 0;
    run->unsaved = true;
    AUG_TRY(decide(run, error));
    AUG_TRY(note_epoch(run, &record, error));
    const uint32_t every = run->settings.checkpoint_epochs;
    if (run->folder && every > 0 && run->epoch % every == 0)
        return train_checkpoint_save(run, error);
    return AUG_OK;
}

static bool is_over(const TrainRun *run)
{
    return run->epoch >= (uint32_t)run->settings.epochs || run->stopped_early;
}

static AugStatus run_epochs(TrainRun *run, AugError *error)
{
    const uint64_t n_batches = train_source_info(run->train)->steps_per_epoch;
    run->saved_s = augi_clock_seconds();
    while (!is_over(run) && !atomic_load(run->stop)) {
        AUG_TRY(train_epoch(run, error));
        if (run->batch < n_batches)
            break;
        AUG_TRY(finish_epoch(run, error));
    }
    return AUG_OK;
}

/* However the loop ended, the last whole step is kept, unless its values are broken. A run that was
 * killed may have its last checkpoint, but not the weights of it. */
static AugStatus save_last(TrainRun *run, AugStatus status, AugError *error)
{
    AugError second = {0};
    const bool wanted = run->folder && (run->unsaved || !run->saved);
    if (!wanted && run->folder && !run->weights_saved && status == AUG_OK)
        return train_checkpoint_save_weights(run, error);
    if (!wanted || (status != AUG_OK && status != AUG_CLOSED && status != AUG_NOT_FOUND))
        return status;
    if (status == AUG_OK)
        return train_checkpoint_save(run, error);
    /* What ended the run is the news. */
    if (train_checkpoint_save(run, &second) != AUG_OK)
        train_progress_say(run->progress, "%s: %s", second.where, second.message);
    return status;
}

/* The weights that the run was for, and figures that belong to what is saved. */
static AugStatus settle_weights(TrainRun *run, AugError *error)
{
    bool finished;
    const bool complete = is_over(run);
    const bool restores = complete && run->folder && train_choice_restores(run);
    if (restores) {
        AUG_TRY(train_checkpoint_restore_best(run, error));
        run->restored = true;
    }
    const uint64_t step = restores ? run->best.step : run->step;
    const bool is_known = train_run_is_evaluated(run) && run->evaluated_step == step;
    if ((run->eval || run->validation) && !run->gave_up && !is_known) {
        AUG_TRY(train_run_evaluate(run, &finished, error));
        if (finished)
            run->evaluated_step = step;
    }
    return AUG_OK;
}

void train_run_take_times(TrainRun *run)
{
    const double cpu_s = train_source_cpu(run->train);
    run->times.waiting = run->before.waiting + train_source_waited(run->train);
    run->times.loader_cpu = cpu_s < 0 ? -1 : run->before.loader_cpu + cpu_s;
    run->times.total = augi_clock_seconds() - run->started_s;
}

AugStatus train_run_settle(TrainRun *run, AugError *error)
{
    if (!run->place)
        return AUG_OK;
    const bool waits = strcmp(run->place->path, run->place->writes) != 0;
    AUG_TRY(train_folder_settle(run->place, error));
    run->folder = run->place->writes;
    return waits && run->log ? train_run_log_move(run->log, run->folder, error) : AUG_OK;
}

AugStatus train_run_train(TrainRun *run, AugError *error)
{
    run->n_steps = (uint64_t)run->settings.epochs * train_run_epoch_steps(run);
    train_run_choose_samples(run);
    AugStatus status = save_last(run, run_epochs(run, error), error);
    if (status == AUG_OK)
        status = settle_weights(run, error);
    train_progress_clear(run->progress);
    run->interrupted = status == AUG_OK && !is_over(run);
    train_run_take_times(run);
    return status;
}
