/* Finds or makes the folder of a run, clears what an earlier one left, and writes its config.json.
 */
#include "trainer/run/run_folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aug/version.h"
#include "libaug/base/processors.h"
#include "trainer/run/files.h"
#include "trainer/run/machine.h"

/* Every file that a run may leave. */
static const char *const file_names[] = {"config.json",
                                         "log.jsonl",
                                         "steps.csv",
                                         "epochs.csv",
                                         "events.out.tfevents.augtrain",
                                         "model.safetensors",
                                         "state.safetensors",
                                         "report.html"};

/* Folders tried for a run whose folder was not chosen. */
#define MAX_FOLDERS 10000

static AugStatus fail_make(const char *path, AugError *error)
{
    return AUG_FAIL(error, errno == EACCES || errno == ENOTDIR ? AUG_BAD_ARGUMENT : AUG_IO, path,
                    "the folder cannot be made: %s", strerror(errno));
}

/* The folders above path, which may exist. */
static AugStatus make_parents(const char *path, AugError *error)
{
    char *copy = strdup(path);
    if (!copy)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for a path");
    AugStatus status = AUG_OK;
    for (char *slash = strchr(copy + 1, '/'); slash && status == AUG_OK;
         slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            status = fail_make(copy, error);
        *slash = '/';
    }
    free(copy);
    return status;
}

/* Name of a file that an earlier run left; NULL if there is none. */
static const char *find_old(const char *folder)
{
    for (size_t i = 0; i < AUG_COUNT(file_names); i++) {
        char *path = train_path_join(folder, file_names[i]);
        struct stat status;
        bool exists = path && lstat(path, &status) == 0;
        free(path);
        if (exists)
            return file_names[i];
    }
    return NULL;
}

static AugStatus remove_old(const char *folder, AugError *error)
{
    for (size_t i = 0; i < AUG_COUNT(file_names); i++) {
        char *path = train_path_join(folder, file_names[i]);
        if (!path)
            return AUG_FAIL(error, AUG_NO_MEMORY, folder, "no memory for a path");
        int result = unlink(path);
        int code = errno;
        free(path);
        if (result != 0 && code != ENOENT)
            return AUG_FAIL(error, AUG_IO, folder, "%s cannot be removed: %s", file_names[i],
                            strerror(code));
    }
    return AUG_OK;
}

static AugStatus make_wanted(const char *path, bool overwrite, AugError *error)
{
    AUG_TRY(make_parents(path, error));
    if (mkdir(path, 0777) == 0)
        return AUG_OK;
    struct stat status;
    if (errno != EEXIST || stat(path, &status) != 0)
        return fail_make(path, error);
    if (!S_ISDIR(status.st_mode))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path, "this is a file; a folder is needed");
    const char *old = find_old(path);
    if (!old)
        return AUG_OK;
    if (!overwrite)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, path,
                        "there is a run in this folder (%s); choose another one, or give "
                        "--overwrite to replace it",
                        old);
    return remove_old(path, error);
}

/* File name without folders and ending. */
static void stem(const char *path, char text[128])
{
    const char *slash = strrchr(path, '/');
    snprintf(text, 128, "%.100s", slash ? slash + 1 : path);
    char *dot = strrchr(text, '.');
    if (dot && dot != text)
        *dot = 0;
}

static AugStatus make_numbered(char **out, const char *model_path, AugError *error)
{
    char name[128];
    stem(model_path, name);
    for (int i = 1; i <= MAX_FOLDERS; i++) {
        char path[192];
        if (i == 1)
            snprintf(path, sizeof(path), "runs/%s", name);
        else
            snprintf(path, sizeof(path), "runs/%s-%d", name, i);
        AUG_TRY(make_parents(path, error));
        if (mkdir(path, 0777) == 0) {
            *out = strdup(path);
            return *out ? AUG_OK : AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for a path");
        }
        if (errno != EEXIST)
            return fail_make(path, error);
    }
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, "runs", "there are %d runs of %s; give --output",
                    MAX_FOLDERS, name);
}

AugStatus train_run_folder_make(char **out, const char *wanted, const char *model_path,
                                bool overwrite, AugError *error)
{
    *out = NULL;
    if (!wanted)
        return make_numbered(out, model_path, error);
    AUG_TRY(make_wanted(wanted, overwrite, error));
    *out = strdup(wanted);
    return *out ? AUG_OK : AUG_FAIL(error, AUG_NO_MEMORY, wanted, "no memory for a path");
}

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

static char *make_config(const TrainRun *run, const TrainRunSpecs *specs)
{
    AugiJsonWriter json = {.indent = 2};
    augi_json_object(&json);
    augi_json_text_member(&json, "augtrain", AUG_VERSION);
    augi_json_text_member(&json, "engine", AUG_ENGINE);
    augi_json_text_member(&json, "started", run->started);
    augi_json_text_member(&json, "model_file", run->model->path);
    train_model_file_write(run->model, &run->settings, &json);
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
