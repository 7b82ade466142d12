#include "trainer/run/run_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "trainer/run/clock.h"
#include "trainer/run/files.h"
#include "trainer/run/machine.h"

struct TrainRunLog {
    FILE *file;
    char *path;
};

AugStatus train_run_log_open(TrainRunLog **out, const char *folder, AugError *error)
{
    *out = NULL;
    if (!folder)
        return AUG_OK;
    TrainRunLog *log = calloc(1, sizeof(*log));
    if (log)
        log->path = train_path_join(folder, "log.jsonl");
    if (!log || !log->path) {
        train_run_log_close(log);
        return AUG_FAIL(error, AUG_NO_MEMORY, folder, "no memory for the log");
    }
    log->file = fopen(log->path, "wxe");
    if (!log->file) {
        AugStatus status =
            AUG_FAIL(error, AUG_IO, log->path, "cannot be created: %s", strerror(errno));
        train_run_log_close(log);
        return status;
    }
    *out = log;
    return AUG_OK;
}

void train_run_log_close(TrainRunLog *log)
{
    if (!log)
        return;
    if (log->file)
        fclose(log->file);
    free(log->path);
    free(log);
}

static void put_text(AugiJsonWriter *json, const char *key, const char *value)
{
    augi_json_key(json, key);
    augi_json_string(json, value);
}

static void put_count(AugiJsonWriter *json, const char *key, uint64_t value)
{
    augi_json_key(json, key);
    augi_json_unsigned(json, value);
}

static void put_number(AugiJsonWriter *json, const char *key, double value)
{
    augi_json_key(json, key);
    augi_json_number(json, value);
}

/* Times and rates have no more meaning than this many digits; a log is read by people too. */
static void put_rounded(AugiJsonWriter *json, const char *key, double value)
{
    put_number(json, key, (double)(int64_t)(value * 1000 + 0.5) / 1000);
}

static void begin_line(AugiJsonWriter *json, const char *event)
{
    augi_json_object(json);
    put_text(json, "event", event);
}

static AugStatus end_line(const TrainRun *run, AugiJsonWriter *json, AugError *error)
{
    augi_json_object_end(json);
    char *line = augi_json_take(json);
    if (!line)
        return AUG_FAIL(error, AUG_NO_MEMORY, run->log->path, "no memory for a line");
    bool written = fprintf(run->log->file, "%s\n", line) > 0 && fflush(run->log->file) == 0;
    free(line);
    if (!written)
        return AUG_FAIL(error, AUG_IO, run->log->path, "writing failed: %s", strerror(errno));
    return AUG_OK;
}

static void put_stream(AugiJsonWriter *json, const char *key, const TrainSource *source)
{
    if (!source)
        return;
    const TrainSourceInfo *info = train_source_info(source);
    augi_json_key(json, key);
    augi_json_object(json);
    put_text(json, "stream_id", info->stream_id);
    put_count(json, "n_samples", info->n_samples);
    put_count(json, "batch_size", info->batch_size);
    put_count(json, "steps_per_epoch", info->steps_per_epoch);
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
    put_text(&json, "time", run->started);
    put_text(&json, "version", AUG_VERSION);
    put_text(&json, "model", run->model->path);
    put_text(&json, "cpu", cpu);
    put_text(&json, "kernels", run->info.kernels);
    put_count(&json, "threads", run->info.n_threads);
    put_count(&json, "seed", run->settings.seed);
    put_count(&json, "n_parameters", run->info.n_parameters);
    put_count(&json, "epochs", (uint64_t)run->settings.epochs);
    put_text(&json, "data", run->data_place);
    put_stream(&json, "train", run->train);
    put_stream(&json, "eval", run->eval);
    return end_line(run, &json, error);
}

AugStatus train_run_log_step(const TrainRun *run, const TrainStepRecord *record, AugError *error)
{
    if (!run->log)
        return AUG_OK;
    AugiJsonWriter json = {0};
    begin_line(&json, "step");
    put_count(&json, "epoch", record->epoch);
    put_count(&json, "step", record->step);
    put_number(&json, "loss", record->loss);
    put_number(&json, "accuracy", record->accuracy);
    put_number(&json, "lr", record->lr);
    put_number(&json, "momentum", record->momentum);
    put_rounded(&json, "images_per_second", record->images_per_s);
    put_rounded(&json, "waiting", record->waiting);
    put_rounded(&json, "seconds", record->seconds);
    return end_line(run, &json, error);
}

AugStatus train_run_log_epoch(const TrainRun *run, const TrainEpochRecord *record, AugError *error)
{
    if (!run->log)
        return AUG_OK;
    AugiJsonWriter json = {0};
    begin_line(&json, "epoch");
    put_count(&json, "epoch", record->epoch);
    put_count(&json, "step", record->step);
    put_number(&json, "train_loss", record->train_loss);
    put_number(&json, "train_accuracy", record->train_accuracy);
    if (record->has_eval) {
        put_number(&json, "test_loss", record->eval_loss);
        put_number(&json, "test_accuracy", record->eval_accuracy);
        put_number(&json, "test_accuracy_low", record->eval_low);
        put_number(&json, "test_accuracy_high", record->eval_high);
    }
    put_rounded(&json, "images_per_second", record->images_per_s);
    put_rounded(&json, "waiting", record->waiting);
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
    augi_json_object_end(json);
}

AugStatus train_run_log_end(const TrainRun *run, const char *outcome, const AugError *failure,
                            AugError *error)
{
    if (!run->log)
        return AUG_OK;
    AugiJsonWriter json = {0};
    begin_line(&json, "end");
    put_text(&json, "outcome", outcome);
    if (failure) {
        put_text(&json, "where", failure->where);
        put_text(&json, "message", failure->message);
    }
    put_count(&json, "epochs", run->epoch);
    put_count(&json, "step", run->step);
    const TrainMetrics *metrics = &run->metrics;
    if (metrics->n > 0) {
        TrainInterval interval = train_wilson(metrics->n_correct, metrics->n);
        put_number(&json, "test_loss", train_metrics_loss(metrics));
        put_number(&json, "test_accuracy", train_metrics_accuracy(metrics));
        put_number(&json, "test_accuracy_low", interval.low);
        put_number(&json, "test_accuracy_high", interval.high);
        put_number(&json, "test_macro_f1", train_metrics_macro_f1(metrics));
        put_count(&json, "test_samples", metrics->n);
    }
    put_times(&json, &run->times);
    return end_line(run, &json, error);
}
