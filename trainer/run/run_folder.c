/* Writes config.json. */
#include "trainer/run/run_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aug/version.h"
#include "libaug/base/processors.h"
#include "trainer/run/files.h"
#include "trainer/run/machine.h"

/* One stream: what it is, and the spec as the engine understood it. */
static void put_stream(AugiJsonWriter *json, const char *key, const TrainSource *source,
                       const AugSpec *spec)
{
    if (!source)
        return;
    augi_json_key(json, key);
    augi_json_object(json);
    augi_json_text_member(json, "name", train_source_name(source));
    augi_json_text_member(json, "stream_id", train_source_info(source)->stream_id);
    char *expanded = aug_spec_expanded(spec);
    if (expanded) {
        augi_json_key(json, "spec");
        augi_json_raw(json, expanded);
    } else {
        json->failed = true;
    }
    free(expanded);
    augi_json_object_end(json);
}

static void put_machine(AugiJsonWriter *json, const TrainRun *run)
{
    char cpu[128], system[256];
    train_machine_cpu(cpu, sizeof(cpu));
    train_machine_system(system, sizeof(system));
    augi_json_key(json, "machine");
    augi_json_object(json);
    augi_json_text_member(json, "cpu", cpu);
    augi_json_text_member(json, "system", system);
    augi_json_unsigned_member(json, "n_cpus", augi_processors());
    augi_json_text_member(json, "kernels", run->info.kernels);
    augi_json_unsigned_member(json, "threads", run->info.n_threads);
    augi_json_object_end(json);
}

/* Names of the data set's classes, where the model file has none. */
static void put_classes(AugiJsonWriter *json, const TrainRun *run)
{
    if (run->model->n_classes > 0 || !run->model->task->has_classes)
        return;
    augi_json_key(json, "classes");
    augi_json_list(json);
    for (uint32_t i = 0; i < run->info.n_classes; i++) {
        char text[16];
        augi_json_string(json, train_run_class_name(run, i, text));
    }
    augi_json_list_end(json);
}

static char *make_config(const TrainRun *run, const TrainRunSpecs *specs)
{
    AugiJsonWriter json = {.indent = 2};
    augi_json_object(&json);
    augi_json_text_member(&json, "augtrain", AUG_VERSION);
    augi_json_text_member(&json, "engine", AUG_ENGINE);
    augi_json_text_member(&json, "started", run->started);
    augi_json_text_member(&json, "model_file", run->model->path);
    train_model_file_write(run->model, &run->settings, &json);
    put_classes(&json, run);
    augi_json_key(&json, "data");
    augi_json_object(&json);
    augi_json_text_member(&json, "from", run->data_place);
    put_stream(&json, "train", run->train, specs->train);
    put_stream(&json, "validation", run->validation, specs->validation);
    put_stream(&json, "eval", run->eval, specs->eval);
    put_stream(&json, "train_eval", run->train_eval, specs->train_eval);
    augi_json_object_end(&json);
    put_machine(&json, run);
    augi_json_object_end(&json);
    return augi_json_take(&json);
}

AugStatus train_run_folder_write_config(const TrainRun *run, const TrainRunSpecs *specs,
                                        AugError *error)
{
    char *config = make_config(run, specs);
    char *path = train_path_join(run->folder, "config.json");
    AugStatus status = AUG_NO_MEMORY;
    if (config && path)
        status = train_file_save(path, config, strlen(config), error);
    else
        AUG_FAIL(error, AUG_NO_MEMORY, run->folder, "no memory for the configuration");
    free(config);
    free(path);
    return status;
}

/* Bytes of a file in the run's folder; 0 where there is none. */
static uint64_t size_of(const TrainRun *run, const char *name)
{
    struct stat status;
    char *path = train_path_join(run->folder, name);
    const bool is_there = path && stat(path, &status) == 0;
    free(path);
    return is_there ? (uint64_t)status.st_size : 0;
}

static void say_lost(const TrainRun *run, const char *name, uint64_t least)
{
    const uint64_t size = size_of(run, name);
    if (size < least)
        fprintf(stderr,
                "augtrain: %s: %s %s; what it said of the steps before does not come back\n",
                run->folder, name, size > 0 ? "was cut" : "is gone");
}

AugStatus train_run_folder_mend(const TrainRun *run, const TrainRunSpecs *specs, AugError *error)
{
    say_lost(run, "log.jsonl", run->log_size);
    say_lost(run, "steps.csv", run->history.n_steps > 0);
    say_lost(run, "epochs.csv", run->history.n_epochs > 0);
    return size_of(run, "config.json") > 0 ? AUG_OK
                                           : train_run_folder_write_config(run, specs, error);
}
