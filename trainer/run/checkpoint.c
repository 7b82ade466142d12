/* Copies all tensors of a run and saves them as safetensors files. */
#include "trainer/run/checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aug/version.h"
#include "libaug/base/clock.h"
#include "libaug/base/hash.h"
#include "libaug/base/input_file.h"
#include "trainer/model/weights.h"
#include "trainer/run/checkpoint_names.h"
#include "trainer/run/files.h"
#include "trainer/run/run_log.h"
#include "trainer/run/state.h"

/* Files hold F32, whatever precision a build computes in. */
_Static_assert(sizeof(NnReal) == sizeof(float), "augtrain is built with float networks");

#define WEIGHTS (1u << NN_TENSOR_PARAMETER | 1u << NN_TENSOR_BUFFER)
#define EVERYTHING (WEIGHTS | 1u << NN_TENSOR_STATE)

/* Tensors of a network, copied. names are owned where they are not NULL. */
typedef struct Snapshot {
    AugTensor *tensors;
    char **names;
    float *values;
    size_t n, n_values;
} Snapshot;

static void snapshot_fini(Snapshot *snapshot)
{
    for (size_t i = 0; snapshot->names && i < snapshot->n; i++)
        free(snapshot->names[i]);
    free(snapshot->tensors);
    free(snapshot->names);
    free(snapshot->values);
}

/* Room for everything of a network, twice, and some more tensors. */
static AugStatus snapshot_init(Snapshot *snapshot, const NnNetwork *network, AugError *error)
{
    const size_t n = nn_network_n_tensors(network);
    size_t n_values = 0;
    NnTensorInfo info;
    for (size_t i = 0; i < n; i++) {
        nn_network_tensor(network, i, &info);
        n_values += info.n_values;
    }
    const size_t room = 2 * n + TRAIN_STATE_TENSORS;
    *snapshot = (Snapshot){.tensors = calloc(room, sizeof(AugTensor)),
                           .names = calloc(room, sizeof(char *)),
                           .values = malloc((2 * n_values + 1) * sizeof(float))};
    if (snapshot->tensors && snapshot->names && snapshot->values)
        return AUG_OK;
    snapshot_fini(snapshot);
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a copy of the weights");
}

/* Adds those tensors that kinds names, called prefix and their names. */
static AugStatus snapshot_add(Snapshot *snapshot, const NnNetwork *network, unsigned kinds,
                              const char *prefix, AugError *error)
{
    NnTensorInfo info;
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        nn_network_tensor(network, i, &info);
        if (!(kinds >> info.kind & 1))
            continue;
        float *values = snapshot->values + snapshot->n_values;
        char *name;
        if (asprintf(&name, "%s%s", prefix, info.name) < 0)
            return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a name");
        nn_network_read_tensor(network, i, values);
        snapshot->names[snapshot->n] = name;
        snapshot->tensors[snapshot->n++] =
            (AugTensor){name, info.desc, values, info.n_values * sizeof(float)};
        snapshot->n_values += info.n_values;
    }
    return AUG_OK;
}

/* Weights as they are evaluated: averaged where there is an average. */
static AugStatus add_evaluated(Snapshot *snapshot, const TrainRun *run, const char *prefix,
                               AugError *error)
{
    if (run->average)
        nn_average_swap(run->average);
    const AugStatus status = snapshot_add(snapshot, run->network, WEIGHTS, prefix, error);
    if (run->average)
        nn_average_swap(run->average);
    return status;
}

/* --- metadata --------------------------------------------------------------------------------- */

/* Entries of a file; texts that were made are owned. */
typedef struct Metadata {
    AugiMetadata items[16];
    size_t n;
    char epoch[16], step[24], weights[16], stream_id[65], sha256[65], started[32];
    char *model, *config, *call;
} Metadata;

static void put(Metadata *metadata, const char *key, char *value)
{
    /* The writer reads them only. */
    metadata->items[metadata->n++] = (AugiMetadata){(char *)(uintptr_t)key, value};
}

static char *model_text(const TrainModelFile *model)
{
    AugiJsonWriter json = {0};
    augi_json_object(&json);
    train_model_file_write_network(model, &json);
    augi_json_object_end(&json);
    return augi_json_take(&json);
}

static void metadata_fini(Metadata *metadata)
{
    free(metadata->model);
    free(metadata->config);
    free(metadata->call);
}

static AugStatus metadata_init(Metadata *metadata, const TrainRun *run, const char *weights,
                               AugError *error)
{
    static char format[] = "pt", version[] = AUG_VERSION;
    *metadata = (Metadata){.model = model_text(run->model),
                           .config = strdup(run->config ? run->config : ""),
                           .call = strdup(run->call ? run->call : "")};
    if (!metadata->model || !metadata->config || !metadata->call) {
        metadata_fini(metadata);
        return AUG_FAIL(error, AUG_NO_MEMORY, run->folder, "no memory for the model's text");
    }
    snprintf(metadata->epoch, sizeof(metadata->epoch), "%u", run->epoch);
    snprintf(metadata->step, sizeof(metadata->step), "%" PRIu64, run->step);
    snprintf(metadata->weights, sizeof(metadata->weights), "%s", weights);
    snprintf(metadata->started, sizeof(metadata->started), "%s", run->started);
    snprintf(metadata->stream_id, sizeof(metadata->stream_id), "%s",
             train_source_info(run->train)->stream_id);
    put(metadata, "format", format);
    put(metadata, "augtrain", version);
    put(metadata, "epoch", metadata->epoch);
    put(metadata, "step", metadata->step);
    put(metadata, "weights", metadata->weights);
    put(metadata, "stream_id", metadata->stream_id);
    put(metadata, "model", metadata->model);
    return AUG_OK;
}

static void hash_metadata(AugiHash *hash, const AugiMetadata *metadata, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(metadata[i].key, TRAIN_META_SHA256))
            continue;
        augi_hash_add_text(hash, metadata[i].key);
        augi_hash_add_text(hash, metadata[i].value);
    }
}

AugStatus train_checkpoint_digest(const AugTensor *tensors, size_t n, const AugiMetadata *metadata,
                                  size_t n_metadata, char hex[65], AugError *error)
{
    AugiHash hash = {0};
    AUG_TRY(augi_hash_init(&hash, error));
    hash_metadata(&hash, metadata, n_metadata);
    for (size_t i = 0; i < n; i++) {
        augi_hash_add_text(&hash, tensors[i].name);
        augi_hash_add_u64(&hash, tensors[i].size);
        augi_hash_add(&hash, tensors[i].bytes, tensors[i].size);
    }
    augi_hash_hex(&hash, hex);
    return AUG_OK;
}

/* --- files ------------------------------------------------------------------------------------ */

static AugStatus save_file(const TrainRun *run, const char *name, const Snapshot *snapshot,
                           const Metadata *metadata, AugError *error)
{
    char *path = train_path_join(run->folder, name);
    if (!path)
        return AUG_FAIL(error, AUG_NO_MEMORY, run->folder, "no memory for a path");
    const AugStatus status = augi_safetensors_save(path, snapshot->tensors, snapshot->n,
                                                   metadata->items, metadata->n, error);
    free(path);
    return status;
}

/* Weights alone, as they are evaluated. */
static AugStatus save_weights(const TrainRun *run, const char *name, const char *weights,
                              AugError *error)
{
    Snapshot snapshot;
    Metadata metadata;
    AUG_TRY(snapshot_init(&snapshot, run->network, error));
    AugStatus status = add_evaluated(&snapshot, run, "", error);
    if (status == AUG_OK)
        status = metadata_init(&metadata, run, weights, error);
    if (status == AUG_OK) {
        status = save_file(run, name, &snapshot, &metadata, error);
        metadata_fini(&metadata);
    }
    snapshot_fini(&snapshot);
    return status;
}

static AugStatus save_all(const TrainRun *run, Snapshot *snapshot, const TrainState *state,
                          AugError *error)
{
    Metadata metadata;
    AUG_TRY(snapshot_add(snapshot, run->network, EVERYTHING, "", error));
    if (run->average)
        AUG_TRY(add_evaluated(snapshot, run, TRAIN_EMA_PREFIX, error));
    for (size_t i = 0; i < state->n; i++)
        snapshot->tensors[snapshot->n++] = state->tensors[i];
    AUG_TRY(metadata_init(&metadata, run, "trained", error));
    put(&metadata, TRAIN_META_CONFIG, metadata.config);
    put(&metadata, TRAIN_META_CALL, metadata.call);
    put(&metadata, TRAIN_META_STARTED, metadata.started);
    for (size_t i = 0; i < TRAIN_STATE_TEXTS; i++)
        metadata.items[metadata.n++] = state->texts[i];
    AugStatus status = train_checkpoint_digest(snapshot->tensors, snapshot->n, metadata.items,
                                               metadata.n, metadata.sha256, error);
    put(&metadata, TRAIN_META_SHA256, metadata.sha256);
    char name[64];
    train_checkpoint_name(run->step, name);
    if (status == AUG_OK)
        status = save_file(run, name, snapshot, &metadata, error);
    metadata_fini(&metadata);
    return status;
}

static AugStatus save_checkpoint(const TrainRun *run, AugError *error)
{
    TrainState state;
    Snapshot snapshot;
    AUG_TRY(train_state_init(&state, run, error));
    AugStatus status = snapshot_init(&snapshot, run->network, error);
    if (status == AUG_OK) {
        status = save_all(run, &snapshot, &state, error);
        snapshot_fini(&snapshot);
    }
    train_state_fini(&state);
    return status;
}

static AugStatus make_folder(const TrainRun *run, AugError *error)
{
    char *path = train_path_join(run->folder, TRAIN_CHECKPOINTS);
    if (!path)
        return AUG_FAIL(error, AUG_NO_MEMORY, run->folder, "no memory for a path");
    const bool made = mkdir(path, 0777) == 0;
    AugStatus status = AUG_OK;
    if (made)
        train_folder_flush(run->folder);
    else if (errno != EEXIST)
        status = AUG_FAIL(error, AUG_IO, path, "making the folder failed: %s", strerror(errno));
    free(path);
    return status;
}

AugStatus train_checkpoint_save_weights(TrainRun *run, AugError *error)
{
    AUG_TRY(save_weights(run, "model.safetensors", run->average ? "averaged" : "trained", error));
    run->weights_saved = true;
    return AUG_OK;
}

static AugStatus save_in_order(TrainRun *run, AugError *error)
{
    train_run_take_times(run);
    AUG_TRY(make_folder(run, error));
    AUG_TRY(train_run_log_flush(run, &run->log_size, error));
    AUG_TRY(save_checkpoint(run, error));
    AUG_TRY(train_checkpoint_save_weights(run, error));
    AUG_TRY(train_run_settle(run, error));
    train_checkpoints_prune(run->folder, (size_t)run->settings.checkpoint_keep);
    return AUG_OK;
}

AugStatus train_checkpoint_save(TrainRun *run, AugError *error)
{
    const double begin = augi_clock_seconds();
    const AugStatus status = save_in_order(run, error);
    if (status == AUG_OK) {
        run->saved = true;
        run->unsaved = false;
        run->saved_step = run->step;
        run->saved_s = augi_clock_seconds();
    }
    run->times.saving += augi_clock_seconds() - begin;
    return status;
}

AugStatus train_checkpoint_save_best(const TrainRun *run, AugError *error)
{
    return save_weights(run, "best.safetensors", "best", error);
}

/* model.safetensors becomes the same as best.safetensors. */
static AugStatus copy_best(const TrainRun *run, const char *best, AugError *error)
{
    uint8_t *bytes;
    size_t size;
    char *path = train_path_join(run->folder, "model.safetensors");
    if (!path)
        return AUG_FAIL(error, AUG_NO_MEMORY, run->folder, "no memory for a path");
    AugStatus status = augi_input_file_load(best, SIZE_MAX, &bytes, &size, error);
    if (status == AUG_OK) {
        status = train_file_save(path, bytes, size, error);
        free(bytes);
    }
    free(path);
    return status;
}

AugStatus train_checkpoint_restore_best(TrainRun *run, AugError *error)
{
    char *path = train_path_join(run->folder, "best.safetensors");
    if (!path)
        return AUG_FAIL(error, AUG_NO_MEMORY, run->folder, "no memory for a path");
    AugStatus status = train_weights_load(run->network, path, error);
    if (status == AUG_OK)
        status = copy_best(run, path, error);
    free(path);
    if (status == AUG_OK) {
        nn_average_free(run->average);
        run->average = NULL;
    }
    return status;
}
