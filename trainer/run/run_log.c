/* Puts each event together as one line of JSON and flushes it. */
#include "trainer/run/run_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aug/version.h"
#include "trainer/run/choose.h"
#include "trainer/run/clock.h"
#include "trainer/run/files.h"
#include "trainer/run/machine.h"
#include "trainer/run/scalar_logs.h"

struct TrainRunLog {
    FILE *file;
    char *path;
    TrainScalarLogs *scalars;
};

static AugStatus fail_open(const TrainRunLog *log, AugError *error)
{
    return AUG_FAIL(error, AUG_IO, log->path, "cannot be opened: %s", strerror(errno));
}

/* Cuts off what is behind the bytes that are still good; a log that lost its end has nothing to cut. */
static AugStatus cut(const TrainRunLog *log, uint64_t size, AugError *error)
{
    struct stat status;
    const int fd = fileno(log->file);
    const bool good = fstat(fd, &status) == 0 &&
                      ((uint64_t)status.st_size <= size || ftruncate(fd, (off_t)size) == 0);
    return good ? AUG_OK : fail_open(log, error);
}

static AugStatus open_files(TrainRunLog *log, const char *folder, const TrainLogEnd *end,
                            AugError *error)
{
    log->path = train_path_join(folder, "log.jsonl");
    if (!log->path)
        return AUG_FAIL(error, AUG_NO_MEMORY, folder, "no memory for the log");
    log->file = fopen(log->path, end ? "ae" : "wxe");
    if (!log->file)
        return fail_open(log, error);
    if (end)
        AUG_TRY(cut(log, end->size, error));
    return train_scalar_logs_open(&log->scalars, folder, end ? end->steps : NULL, error);
}

static AugStatus open_log(TrainRunLog **out, const char *folder, const TrainLogEnd *end,
                          AugError *error)
{
    *out = NULL;
    if (!folder)
        return AUG_OK;
    TrainRunLog *log = calloc(1, sizeof(*log));
    if (!log)
        return AUG_FAIL(error, AUG_NO_MEMORY, folder, "no memory for the log");
    const AugStatus status = open_files(log, folder, end, error);
    if (status == AUG_OK)
        *out = log;
    else
        train_run_log_close(log);
    return status;
}

AugStatus train_run_log_open(TrainRunLog **out, const char *folder, AugError *error)
{
    return open_log(out, folder, NULL, error);
}

AugStatus train_run_log_reopen(TrainRunLog **out, const char *folder, const TrainLogEnd *end,
                               AugError *error)
{
    return open_log(out, folder, end, error);
}

AugStatus train_run_log_move(TrainRunLog *log, const char *folder, AugError *error)
{
    static const uint64_t everything[] = {UINT64_MAX, UINT64_MAX};
    char *path = train_path_join(folder, "log.jsonl");
    if (!path)
        return AUG_FAIL(error, AUG_NO_MEMORY, folder, "no memory for the log");
    free(log->path);
    log->path = path;
    train_scalar_logs_close(log->scalars);
    log->scalars = NULL;
    return train_scalar_logs_open(&log->scalars, folder, everything, error);
}

AugStatus train_run_log_flush(const TrainRun *run, uint64_t *size, AugError *error)
{
    struct stat status;
    *size = 0;
    if (!run->log)
        return AUG_OK;
    const int fd = fileno(run->log->file);
    if (fflush(run->log->file) != 0 || fsync(fd) != 0 || fstat(fd, &status) != 0)
        return AUG_FAIL(error, AUG_IO, run->log->path, "flushing to the disk failed: %s",
                        strerror(errno));
    *size = (uint64_t)status.st_size;
    return AUG_OK;
}

void train_run_log_close(TrainRunLog *log)
{
    if (!log)
        return;
    if (log->file)
        fclose(log->file);
    train_scalar_logs_close(log->scalars);
    free(log->path);
    free(log);
}

/* Times and rates have no more meaning than this many digits; a log is read by people too. */
static void put_rounded(AugiJsonWriter *json, const char *key, double value)
{
    augi_json_number_member(json, key, (double)(int64_t)(value * 1000 + 0.5) / 1000);
}

/* A value below 0 is not known: null. */
static void put_known(AugiJsonWriter *json, const char *key, double value)
{
    if (value >= 0) {
        put_rounded(json, key, value);
        return;
    }
    augi_json_key(json, key);
    augi_json_raw(json, "null");
}

static void put_true(AugiJsonWriter *json, const char *key)
{
    augi_json_key(json, key);
    augi_json_bool(json, true);
}

static void begin_line(AugiJsonWriter *json, const char *event)
{
    augi_json_object(json);
    augi_json_text_member(json, "event", event);
}

static AugStatus end_line(const TrainRun *run, AugiJsonWriter *json, AugError *error)
{
    augi_json_object_end(json);
    char *line = augi_json_take(json);
    if (!line)
        return AUG_FAIL(error, AUG_NO_MEMORY, run->log->path, "no memory for a line");
    AugStatus status = AUG_OK;
    if (fprintf(run->log->file, "%s\n", line) < 0 || fflush(run->log->file) != 0)
        status = AUG_FAIL(error, AUG_IO, run->log->path, "writing failed: %s", strerror(errno));
    if (status == AUG_OK)
        status = train_scalar_logs_add(run->log->scalars, line, error);
    free(line);
    return status;
}

static void put_stream(AugiJsonWriter *json, const char *key, const TrainSource *source)
{
    if (!source)
        return;
    const TrainSourceInfo *info = train_source_info(source);
    augi_json_key(json, key);
    augi_json_object(json);
    augi_json_text_member(json, "stream_id", info->stream_id);
    augi_json_unsigned_member(json, "n_samples", info->n_samples);
    augi_json_unsigned_member(json, "batch_size", info->batch_size);
    augi_json_unsigned_member(json, "steps_per_epoch", info->steps_per_epoch);
    augi_json_object_end(json);
}

AugStatus train_run_log_start(const TrainRun *run, AugError *error)
{
    if (!run->log)
        return AUG_OK;
    char cpu[128];
    train_machine_cpu(cpu, sizeof(cpu));
    AugiJsonWriter json = {0};
    begin_line(&json, "start");
    augi_json_text_member(&json, "time", run->started);
    augi_json_text_member(&json, "version", AUG_VERSION);
    augi_json_text_member(&json, "model", run->model->path);
    augi_json_text_member(&json, "cpu", cpu);
    augi_json_text_member(&json, "kernels", run->info.kernels);
    augi_json_unsigned_member(&json, "threads", run->info.n_threads);
    augi_json_unsigned_member(&json, "seed", run->settings.seed);
    augi_json_unsigned_member(&json, "n_parameters", run->info.n_parameters);
    augi_json_unsigned_member(&json, "epochs", (uint64_t)run->settings.epochs);
    augi_json_text_member(&json, "data", run->data_place);
    put_stream(&json, "train", run->train);
    put_stream(&json, "validation", run->validation);
    put_stream(&json, "eval", run->eval);
    augi_json_key(&json, "notes");
    augi_json_list(&json);
    for (size_t i = 0; run->notes && i < run->notes->n; i++)
        augi_json_string(&json, run->notes->items[i]);
    augi_json_list_end(&json);
    return end_line(run, &json, error);
}

AugStatus train_run_log_resume(const TrainRun *run, AugError *error)
{
    if (!run->log)
        return AUG_OK;
    char date[32];
    train_clock_date(date);
    AugiJsonWriter json = {0};
    begin_line(&json, "resume");
    augi_json_text_member(&json, "time", date);
    augi_json_unsigned_member(&json, "epoch", run->epoch);
    augi_json_unsigned_member(&json, "step", run->step);
    augi_json_unsigned_member(&json, "threads", run->info.n_threads);
    augi_json_text_member(&json, "data", run->data_place);
    return end_line(run, &json, error);
}

AugStatus train_run_log_step(const TrainRun *run, const TrainStepRecord *record, AugError *error)
{
    if (!run->log)
        return AUG_OK;
    AugiJsonWriter json = {0};
    begin_line(&json, "step");
    augi_json_unsigned_member(&json, "epoch", record->epoch);
    augi_json_unsigned_member(&json, "step", record->step);
    augi_json_number_member(&json, "loss", record->loss);
    train_figures_write(&record->figures, "", false, &json);
    augi_json_number_member(&json, "lr", record->lr);
    augi_json_number_member(&json, "momentum", record->momentum);
    augi_json_number_member(&json, "gradient_norm", record->gradient_norm);
    put_rounded(&json, "images_per_second", record->images_per_s);
    put_rounded(&json, "waiting", record->waiting);
    put_known(&json, "loading", record->loading);
    put_rounded(&json, "seconds", record->seconds);
    return end_line(run, &json, error);
}

/* metrics: those that were made, with what is not kept beyond a run. */
static void put_evaluation(AugiJsonWriter *json, const char *prefix, const TrainEvaluation *made,
                           const TrainMetrics *metrics)
{
    char key[64];
    if (made->n == 0)
        return;
    snprintf(key, sizeof(key), "%sloss", prefix);
    augi_json_number_member(json, key, made->loss);
    train_figures_write(&made->figures, prefix, true, json);
    snprintf(key, sizeof(key), "%ssamples", prefix);
    augi_json_unsigned_member(json, key, made->n);
    snprintf(key, sizeof(key), "%sreplaced", prefix);
    augi_json_unsigned_member(json, key, metrics->n_replaced);
}

AugStatus train_run_log_epoch(const TrainRun *run, const TrainEpochRecord *record, AugError *error)
{
    if (!run->log)
        return AUG_OK;
    const TrainGap gap = train_history_gap(record);
    AugiJsonWriter json = {0};
    begin_line(&json, "epoch");
    augi_json_unsigned_member(&json, "epoch", record->epoch);
    augi_json_unsigned_member(&json, "step", record->step);
    augi_json_number_member(&json, "train_loss", record->train_loss);
    train_figures_write(&record->train_figures, "train_", false, &json);
    augi_json_unsigned_member(&json, "replaced", record->n_replaced);
    if (record->has_eval) {
        augi_json_number_member(&json, "test_loss", record->eval_loss);
        train_figures_write(&record->eval_figures, "test_", true, &json);
        augi_json_unsigned_member(&json, "test_replaced", record->eval_n_replaced);
    }
    put_evaluation(&json, "validation_", &record->validation, &run->validation_metrics);
    put_evaluation(&json, "train_eval_", &record->train_eval, &run->train_eval_metrics);
    if (gap.known) {
        augi_json_number_member(&json, "gap_loss", gap.loss);
        train_figures_write(&gap.figures, "gap_", false, &json);
    }
    put_rounded(&json, "images_per_second", record->images_per_s);
    put_rounded(&json, "waiting", record->waiting);
    put_known(&json, "loading", record->loading);
    put_rounded(&json, "seconds", record->seconds);
    return end_line(run, &json, error);
}

static void put_times(AugiJsonWriter *json, const TrainTimes *times)
{
    augi_json_key(json, "seconds");
    augi_json_object(json);
    put_rounded(json, "total", times->total);
    put_rounded(json, "network", times->network);
    put_rounded(json, "waiting", times->waiting);
    put_rounded(json, "evaluation", times->evaluation);
    put_rounded(json, "saving", times->saving);
    put_known(json, "loader_cpu", times->loader_cpu);
    augi_json_object_end(json);
}

/* "test_loss", or without a test "validation_loss". */
static void put_figure(AugiJsonWriter *json, const TrainRun *run, const char *name, double value)
{
    char key[64];
    snprintf(key, sizeof(key), "%s_%s", train_run_result_name(run), name);
    augi_json_number_member(json, key, value);
}

static void put_result(AugiJsonWriter *json, const TrainRun *run)
{
    const TrainMetrics *metrics = train_run_result(run);
    const TrainFigures figures = train_metrics_figures(metrics);
    char prefix[32];
    if (metrics->n == 0)
        return;
    snprintf(prefix, sizeof(prefix), "%s_", train_run_result_name(run));
    put_figure(json, run, "loss", train_metrics_loss(metrics));
    train_figures_write(&figures, prefix, true, json);
    if (metrics->n_classes > 0)
        put_figure(json, run, "macro_f1", train_metrics_macro_f1(metrics));
    put_figure(json, run, "samples", (double)metrics->n);
    put_figure(json, run, "replaced", (double)metrics->n_replaced);
    put_figure(json, run, "step", (double)run->evaluated_step);
}

AugStatus train_run_log_end(const TrainRun *run, const char *outcome, const AugError *failure,
                            AugError *error)
{
    if (!run->log)
        return AUG_OK;
    AugiJsonWriter json = {0};
    begin_line(&json, "end");
    augi_json_text_member(&json, "outcome", outcome);
    if (failure) {
        augi_json_text_member(&json, "where", failure->where);
        augi_json_text_member(&json, "message", failure->message);
    }
    augi_json_unsigned_member(&json, "epochs", run->epoch);
    augi_json_unsigned_member(&json, "step", run->step);
    if (run->stopped_early)
        put_true(&json, "stopped_early");
    if (run->best.seen) {
        augi_json_text_member(&json, "best_figure", train_choice_figure(run));
        augi_json_number_member(&json, "best", run->best.value);
        augi_json_unsigned_member(&json, "best_step", run->best.step);
    }
    put_result(&json, run);
    put_times(&json, &run->times);
    return end_line(run, &json, error);
}
