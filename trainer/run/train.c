/* The training loop. */
#include <inttypes.h>
#include <stdio.h>

#include "libaug/base/clock.h"
#include "trainer/run/checkpoint.h"
#include "trainer/run/run.h"
#include "trainer/run/run_log.h"

/* Sums over some steps, and where the clocks stood at their begin. n_counted: of the n samples, those
 * that the figures are of. */
typedef struct Window {
    double loss_sum, weight, sums[NN_MAX_SCALARS];
    uint64_t n, n_counted, replaced;
    double begin_s, waited_s, cpu_s;
} Window;

/* Of the steps since the last entry of the log, and of the epoch. gradient_norm: of the last step before
 * an entry. */
typedef struct Windows {
    Window log, epoch;
    double gradient_norm;
} Windows;

static Window open_window(const TrainRun *run)
{
    return (Window){.replaced = train_source_replaced(run->train),
                    .begin_s = augi_clock_seconds(),
                    .waited_s = train_source_waited(run->train),
                    .cpu_s = train_source_cpu(run->train)};
}

static void add_result(Window *window, const NnResult *result)
{
    window->loss_sum += result->loss * result->weight;
    window->weight += result->weight;
    window->n += result->n;
    window->n_counted += result->n - result->n_ignored;
    for (size_t k = 0; k < NN_MAX_SCALARS; k++)
        window->sums[k] += result->sums[k];
}

/* What a window says; its step, epoch and rates are the run's present ones. */
static TrainStepRecord summarize(const TrainRun *run, const Window *window, NnRates rates)
{
    double now = augi_clock_seconds();
    double seconds = now - window->begin_s;
    return (TrainStepRecord){
        .step = run->step,
        .epoch = run->epoch + 1,
        .loss = window->weight > 0 ? window->loss_sum / window->weight : 0,
        .figures =
            train_figures_make(run->scalars, run->n_scalars, window->sums, window->n_counted),
        .lr = rates.lr,
        .momentum = rates.momentum,
        .images_per_s = seconds > 0 ? (double)window->n / seconds : 0,
        .waiting = seconds > 0 ? (train_source_waited(run->train) - window->waited_s) / seconds : 0,
        .loading = window->cpu_s < 0 || !(seconds > 0)
                       ? -1
                       : (train_source_cpu(run->train) - window->cpu_s) / seconds,
        .seconds = now - run->started_s,
    };
}

static void show(TrainRun *run, const Window *epoch, NnRates rates)
{
    TrainStepRecord record = summarize(run, epoch, rates);
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
static AugStatus try_batch(TrainRun *run, Windows *windows, AugError *error)
{
    TrainSourceBatch batch;
    NnResult result;
    AUG_TRY(train_source_next(run->train, &batch, error));
    train_sheet_see(&run->sheet, run->train, &batch);
    double begin = augi_clock_seconds();
    AUG_TRY(nn_network_gradients(run->network, &batch.batch, &result, error));
    if (run->accumulate > 1)
        nn_network_accumulate(run->network);
    run->times.network += augi_clock_seconds() - begin;
    add_result(&windows->log, &result);
    add_result(&windows->epoch, &result);
    return AUG_OK;
}

/* Whether the log gets an entry after the present step: every log_every, and at the end of an epoch. */
static bool is_logged(const TrainRun *run)
{
    const uint64_t step = run->step + 1;
    return step % (uint64_t)run->settings.log_every == 0 || step % train_run_epoch_steps(run) == 0;
}

/* A step of n batches. */
static AugStatus try_step(TrainRun *run, uint64_t n, Windows *windows, NnRates *rates,
                          AugError *error)
{
    for (uint64_t i = 0; i < n; i++)
        AUG_TRY(try_batch(run, windows, error));
    const NnMoment moment = moment_of(run);
    *rates = nn_schedule_rates(&run->model->schedule, &run->schedule, &moment);
    double begin = augi_clock_seconds();
    if (is_logged(run))
        windows->gradient_norm = nn_network_gradient_norm(run->network);
    nn_network_update(run->network, *rates);
    run->times.network += augi_clock_seconds() - begin;
    run->step++;
    return AUG_OK;
}

static AugStatus train_step(TrainRun *run, uint64_t n, Windows *windows, NnRates *rates,
                            AugError *error)
{
    AugStatus status = try_step(run, n, windows, rates, error);
    char place[96];
    snprintf(place, sizeof(place), "epoch %u, step %" PRIu64, run->epoch + 1, run->step + 1);
    return aug_error_prefix(error, status, place);
}

static AugStatus log_window(TrainRun *run, Windows *windows, NnRates rates, AugError *error)
{
    TrainStepRecord record = summarize(run, &windows->log, rates);
    record.gradient_norm = windows->gradient_norm;
    windows->log = open_window(run);
    AUG_TRY(train_history_add_step(&run->history, &record, error));
    return train_run_log_step(run, &record, error);
}

/* The steps of one epoch; ends early if the run is to stop. */
static AugStatus train_epoch(TrainRun *run, Window *epoch, AugError *error)
{
    const uint64_t n_batches = train_source_info(run->train)->steps_per_epoch;
    const Window window = open_window(run);
    Windows windows = {window, window, 0};
    AugStatus status = AUG_OK;
    for (uint64_t batch = 0; batch < n_batches && status == AUG_OK && !atomic_load(run->stop);) {
        const uint64_t left = n_batches - batch;
        const uint64_t n = left < run->accumulate ? left : run->accumulate;
        NnRates rates;
        status = train_step(run, n, &windows, &rates, error);
        batch += n;
        if (status != AUG_OK)
            break;
        show(run, &windows.epoch, rates);
        if (run->step % (uint64_t)run->settings.log_every == 0 || batch == n_batches)
            status = log_window(run, &windows, rates, error);
    }
    *epoch = windows.epoch;
    return status;
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
    char rate[32], trained[160], test[240] = "", validation[240] = "", gap[64], loading[48] = "";
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
    train_progress_say(run->progress,
                       "epoch %u/%d  train loss %.4f%s%s%s%s  %s images/s  waiting %.0f %%%s",
                       record->epoch, run->settings.epochs, record->train_loss, trained, validation,
                       test, gap, rate, 100 * record->waiting, loading);
    const uint64_t n_replaced = record->n_replaced + record->eval_n_replaced;
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
    nn_schedule_observe(schedule, &run->schedule, &moment, value);
    return AUG_OK;
}

/* Evaluation, record, log and line of an epoch that was trained to its end. */
static AugStatus finish_epoch(TrainRun *run, const TrainStepRecord *trained, uint64_t n_replaced,
                              AugError *error)
{
    run->epoch++;
    TrainEpochRecord record = {
        .epoch = run->epoch,
        .step = run->step,
        .train_loss = trained->loss,
        .train_figures = trained->figures,
        .n_replaced = n_replaced,
        .images_per_s = trained->images_per_s,
        .waiting = trained->waiting,
        .loading = trained->loading,
    };
    AUG_TRY(train_run_evaluate_epoch(run, &record, error));
    AUG_TRY(observe(run, error));
    record.seconds = augi_clock_seconds() - run->started_s;
    AUG_TRY(train_history_add_epoch(&run->history, &record, error));
    AUG_TRY(train_run_log_epoch(run, &record, error));
    say_epoch(run, &record);
    return AUG_OK;
}

static AugStatus run_epochs(TrainRun *run, AugError *error)
{
    uint64_t per_epoch = train_run_epoch_steps(run);
    while (run->epoch < (uint32_t)run->settings.epochs && !atomic_load(run->stop)) {
        Window epoch;
        AUG_TRY(train_epoch(run, &epoch, error));
        TrainStepRecord trained = summarize(run, &epoch, (NnRates){0, 0});
        if (run->step < (uint64_t)(run->epoch + 1) * per_epoch)
            break;
        const uint64_t n_replaced = train_source_replaced(run->train) - epoch.replaced;
        AUG_TRY(finish_epoch(run, &trained, n_replaced, error));
        if (run->folder && run->epoch % (uint32_t)run->settings.checkpoint_every == 0)
            AUG_TRY(train_checkpoint_save(run, error));
    }
    /* However the loop ended, the last step is kept. */
    if (run->folder && (!run->saved || run->saved_step != run->step))
        return train_checkpoint_save(run, error);
    return AUG_OK;
}

AugStatus train_run_train(TrainRun *run, AugError *error)
{
    run->n_steps = (uint64_t)run->settings.epochs * train_run_epoch_steps(run);
    train_run_choose_samples(run);
    AugStatus status = run_epochs(run, error);
    train_progress_clear(run->progress);
    bool complete = run->step == run->n_steps && (!run->eval || run->metrics.n > 0);
    run->interrupted = status == AUG_OK && !complete;
    run->times.waiting = train_source_waited(run->train);
    run->times.loader_cpu = train_source_cpu(run->train);
    run->times.total = augi_clock_seconds() - run->started_s;
    return status;
}
