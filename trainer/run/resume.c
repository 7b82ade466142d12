/* Reads checkpoints, newest first, and restores a run from one. */
#include "trainer/run/resume.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "libaug/base/clock.h"
#include "trainer/model/weights.h"
#include "trainer/run/checkpoint.h"
#include "trainer/run/checkpoint_names.h"
#include "trainer/run/files.h"
#include "trainer/run/state.h"

/* Twice what a network may take in all (NnNetworkSpec.max_memory): weights, states, averages. */
#define MAX_FILE_SIZE (UINT64_C(16) << 30)

#define WEIGHTS (1u << NN_TENSOR_PARAMETER | 1u << NN_TENSOR_BUFFER)

/* --- finding ---------------------------------------------------------------------------------- */

static AugStatus check_digest(const TrainResume *resume, AugError *error)
{
    const AugiTensorFile *file = &resume->file;
    const char *said = augi_tensor_file_metadata(file, TRAIN_META_SHA256);
    char found[65];
    AUG_TRY(train_checkpoint_digest(file->tensors, file->n_tensors, file->metadata,
                                    file->n_metadata, found, error));
    if (!said)
        return AUG_FAIL(error, AUG_CORRUPT, resume->path,
                        "this is no checkpoint: it has no digest of its content");
    if (!strcmp(said, found))
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, resume->path,
                    "the checkpoint is damaged: its content is not what was written");
}

static AugStatus read_position(TrainResume *resume, AugError *error)
{
    TrainRun run = {0};
    AUG_TRY(train_state_peek(&run, &resume->file, resume->path, error));
    resume->step = run.step;
    resume->epoch = run.epoch;
    resume->batch = run.batch;
    return AUG_OK;
}

static AugStatus load(TrainResume *resume, AugError *error)
{
    AUG_TRY(augi_safetensors_load(&resume->file, resume->path, MAX_FILE_SIZE, error));
    AUG_TRY(check_digest(resume, error));
    return read_position(resume, error);
}

/* Whether an older checkpoint may do where this came of the newest: it is damaged, or no file. */
static bool is_useless(AugStatus status)
{
    return status == AUG_CORRUPT || status == AUG_NOT_FOUND || status == AUG_BAD_ARGUMENT;
}

/* A damaged checkpoint must not count as the newest again. */
static void put_aside(const char *path)
{
    char *aside;
    if (asprintf(&aside, "%s.damaged", path) < 0)
        return;
    (void)rename(path, aside);
    free(aside);
}

static AugStatus try_one(TrainResume *resume, const char *folder, uint64_t step, AugError *error)
{
    char name[64];
    train_checkpoint_name(step, name);
    resume->path = train_path_join(folder, name);
    if (!resume->path)
        return AUG_FAIL(error, AUG_NO_MEMORY, folder, "no memory for a path");
    return load(resume, error);
}

AugStatus train_resume_find(TrainResume *resume, const char *folder, TrainProgress *progress,
                            AugError *error)
{
    uint64_t *steps;
    size_t n;
    AugError found = {0};
    AUG_TRY(train_checkpoints_list(folder, &steps, &n, error));
    AugStatus status = AUG_FAIL(error, AUG_NOT_FOUND, folder,
                                "there is no checkpoint in this folder; --resume needs one");
    for (size_t i = 0; i < n; i++) {
        status = try_one(resume, folder, steps[i], &found);
        if (status == AUG_OK)
            break;
        if (error)
            *error = found;
        if (!is_useless(status))
            break;
        train_progress_clear(progress);
        fprintf(stderr, "augtrain: %s: %s; an older one is looked for\n", found.where,
                found.message);
        put_aside(resume->path);
        train_resume_fini(resume);
    }
    free(steps);
    return status;
}

void train_resume_fini(TrainResume *resume)
{
    free(resume->path);
    augi_tensor_file_fini(&resume->file);
    *resume = (TrainResume){0};
}

const char *train_resume_call(const TrainResume *resume)
{
    const char *call = augi_tensor_file_metadata(&resume->file, TRAIN_META_CALL);
    return call ? call : "";
}

/* --- comparing -------------------------------------------------------------------------------- */

char *train_resume_config(const TrainRun *run)
{
    /* What changes no number of a run may be another one when it goes on. */
    static char every[] = "1 epoch";
    TrainSettings settings = run->settings;
    settings.threads = 0;
    settings.prefetch = 1;
    settings.checkpoint_every = every;
    settings.checkpoint_keep = 1;
    settings.kernels.value = NN_KERNELS_AUTO;
    AugiJsonWriter json = {0};
    augi_json_object(&json);
    train_model_file_write(run->model, &settings, &json);
    augi_json_text_member(&json, "kernels", run->info.kernels);
    augi_json_text_member(&json, "training stream", train_source_info(run->train)->stream_id);
    if (run->validation)
        augi_json_text_member(&json, "validation stream",
                              train_source_info(run->validation)->stream_id);
    if (run->eval)
        augi_json_text_member(&json, "evaluation stream", train_source_info(run->eval)->stream_id);
    augi_json_object_end(&json);
    return augi_json_take(&json);
}

/* The first difference of two values. path: of keys; then, now: the values there, or "nothing". */
typedef struct Difference {
    char path[256], then[96], now[96];
} Difference;

static void put_value(char text[96], const json_t *value)
{
    char *dumped =
        value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    snprintf(text, 96, "%s", dumped ? dumped : "nothing");
    free(dumped);
}

static void enter(Difference *difference, const char *key)
{
    const size_t used = strlen(difference->path);
    snprintf(difference->path + used, sizeof(difference->path) - used, "%s%s", used ? "." : "",
             key);
}

static bool find_difference(const json_t *then, const json_t *now, Difference *difference);

static bool find_in_map(const json_t *then, const json_t *now, Difference *difference)
{
    const size_t used = strlen(difference->path);
    for (int side = 0; side < 2; side++) {
        const json_t *keys = side ? now : then;
        for (void *at = json_object_iter((json_t *)(uintptr_t)keys); at;
             at = json_object_iter_next((json_t *)(uintptr_t)keys, at)) {
            const char *key = json_object_iter_key(at);
            enter(difference, key);
            if (find_difference(json_object_get(then, key), json_object_get(now, key), difference))
                return true;
            difference->path[used] = 0;
        }
    }
    return false;
}

static bool find_in_list(const json_t *then, const json_t *now, Difference *difference)
{
    const size_t used = strlen(difference->path);
    const size_t n_then = json_array_size(then), n_now = json_array_size(now);
    for (size_t i = 0; i < (n_then > n_now ? n_then : n_now); i++) {
        char index[24];
        snprintf(index, sizeof(index), "%zu", i);
        enter(difference, index);
        if (find_difference(json_array_get(then, i), json_array_get(now, i), difference))
            return true;
        difference->path[used] = 0;
    }
    return false;
}

static bool find_difference(const json_t *then, const json_t *now, Difference *difference)
{
    if (then && now && json_equal(then, now))
        return false;
    if (json_is_object(then) && json_is_object(now))
        return find_in_map(then, now, difference);
    if (json_is_array(then) && json_is_array(now))
        return find_in_list(then, now, difference);
    put_value(difference->then, then);
    put_value(difference->now, now);
    return true;
}

AugStatus train_resume_check(const TrainResume *resume, const TrainRun *run, AugError *error)
{
    const char *config = augi_tensor_file_metadata(&resume->file, TRAIN_META_CONFIG);
    if (config && run->config && !strcmp(config, run->config))
        return AUG_OK;
    json_t *then = json_loads(config ? config : "", JSON_REJECT_DUPLICATES, NULL);
    json_t *now = json_loads(run->config ? run->config : "", JSON_REJECT_DUPLICATES, NULL);
    Difference difference = {.path = ""};
    if (!then || !now || !find_difference(then, now, &difference))
        snprintf(difference.path, sizeof(difference.path), "something");
    json_decref(then);
    json_decref(now);
    /* What was asked for, or data that are others by now. */
    const AugStatus status = strstr(difference.path, " stream") ? AUG_CHANGED : AUG_BAD_ARGUMENT;
    return AUG_FAIL(error, status, resume->path,
                    "%s was %s and is %s; a run goes on only with what it was begun with",
                    difference.path, difference.then[0] ? difference.then : "something else",
                    difference.now[0] ? difference.now : "another");
}

/* --- restoring -------------------------------------------------------------------------------- */

/* Through the network's weights, where the average is read and then exchanged. */
static AugStatus restore_average(const TrainResume *resume, TrainRun *run, AugError *error)
{
    AUG_TRY(train_weights_read(run->network, &resume->file, WEIGHTS, TRAIN_EMA_PREFIX, resume->path,
                               error));
    nn_average_swap(run->average);
    return AUG_OK;
}

AugStatus train_resume_restore(const TrainResume *resume, TrainRun *run, AugError *error)
{
    const char *started = augi_tensor_file_metadata(&resume->file, TRAIN_META_STARTED);
    const char *version = augi_tensor_file_metadata(&resume->file, "augtrain");
    if (run->average)
        AUG_TRY(restore_average(resume, run, error));
    AUG_TRY(train_weights_read(run->network, &resume->file, WEIGHTS | 1u << NN_TENSOR_STATE, "",
                               resume->path, error));
    AUG_TRY(train_state_restore(run, &resume->file, resume->path, error));
    nn_network_set_steps(run->network, run->step);
    nn_network_set_batches(run->network, run->n_batches);
    run->before = run->times;
    run->started_s = augi_clock_seconds() - run->times.total;
    snprintf(run->started, sizeof(run->started), "%s", started ? started : "");
    run->saved = true;
    run->saved_step = run->step;
    run->saved_s = augi_clock_seconds();
    if (version && strcmp(version, AUG_VERSION) != 0)
        train_progress_say(run->progress,
                           "the run was begun with version %s of augtrain; this is " AUG_VERSION
                           ", which may round otherwise",
                           version);
    return AUG_OK;
}
