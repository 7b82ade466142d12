/* Copies all tensors of a network and saves them as two safetensors files. */
#include "trainer/run/checkpoint.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "libaug/base/clock.h"
#include "libaug/base/safetensors.h"
#include "trainer/run/files.h"

/* Files hold F32, whatever precision a build computes in. */
_Static_assert(sizeof(NnReal) == sizeof(float), "augtrain is built with float networks");

/* All tensors of a network, copied. The first n_model are parameters and buffers. */
typedef struct Snapshot {
    AugTensor *tensors;
    float *values;
    size_t n, n_model;
} Snapshot;

static void snapshot_fini(Snapshot *snapshot)
{
    free(snapshot->tensors);
    free(snapshot->values);
}

static AugStatus snapshot_init(Snapshot *snapshot, const NnNetwork *network, AugError *error)
{
    *snapshot = (Snapshot){.n = nn_network_n_tensors(network)};
    size_t n_values = 0;
    NnTensorInfo info;
    for (size_t i = 0; i < snapshot->n; i++) {
        nn_network_tensor(network, i, &info);
        n_values += info.n_values;
    }
    snapshot->tensors = calloc(snapshot->n + 1, sizeof(AugTensor));
    snapshot->values = malloc((n_values + 1) * sizeof(float));
    if (!snapshot->tensors || !snapshot->values) {
        snapshot_fini(snapshot);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a copy of the weights");
    }
    float *next = snapshot->values;
    for (size_t i = 0; i < snapshot->n; i++) {
        nn_network_tensor(network, i, &info);
        nn_network_read_tensor(network, i, next);
        AugTensor *tensor = &snapshot->tensors[i];
        *tensor = (AugTensor){info.name, info.desc, next, info.n_values * sizeof(float)};
        next += info.n_values;
        if (info.kind != NN_TENSOR_STATE)
            snapshot->n_model = i + 1;
    }
    return AUG_OK;
}

static char *model_text(const TrainModelFile *model)
{
    AugiJsonWriter json = {0};
    augi_json_object(&json);
    train_model_file_write_network(model, &json);
    augi_json_object_end(&json);
    return augi_json_take(&json);
}

static AugStatus save_file(const TrainRun *run, const char *name, const Snapshot *snapshot,
                           size_t n, char *model, AugError *error)
{
    char epoch[16], step[24];
    snprintf(epoch, sizeof(epoch), "%u", run->epoch);
    snprintf(step, sizeof(step), "%" PRIu64, run->step);
    char stream_id[65];
    snprintf(stream_id, sizeof(stream_id), "%s", train_source_info(run->train)->stream_id);
    char format_key[] = "format", format[] = "pt", version_key[] = "augtrain";
    char version[] = AUG_VERSION, epoch_key[] = "epoch", step_key[] = "step";
    char stream_key[] = "stream_id", model_key[] = "model";
    const AugiMetadata metadata[] = {{format_key, format},    {version_key, version},
                                     {epoch_key, epoch},      {step_key, step},
                                     {stream_key, stream_id}, {model_key, model}};
    char *path = train_path_join(run->folder, name);
    if (!path)
        return AUG_FAIL(error, AUG_NO_MEMORY, run->folder, "no memory for a path");
    AugStatus status =
        augi_safetensors_save(path, snapshot->tensors, n, metadata, AUG_COUNT(metadata), error);
    free(path);
    return status;
}

static AugStatus save_both(const TrainRun *run, const Snapshot *snapshot, AugError *error)
{
    char *model = model_text(run->model);
    if (!model)
        return AUG_FAIL(error, AUG_NO_MEMORY, run->folder, "no memory for the model's text");
    AugStatus status = save_file(run, "state.safetensors", snapshot, snapshot->n, model, error);
    if (status == AUG_OK)
        status = save_file(run, "model.safetensors", snapshot, snapshot->n_model, model, error);
    free(model);
    return status;
}

AugStatus train_checkpoint_save(TrainRun *run, AugError *error)
{
    double begin = augi_clock_seconds();
    Snapshot snapshot;
    AUG_TRY(snapshot_init(&snapshot, run->network, error));
    AugStatus status = save_both(run, &snapshot, error);
    snapshot_fini(&snapshot);
    if (status == AUG_OK) {
        run->saved = true;
        run->saved_step = run->step;
    }
    run->times.saving += augi_clock_seconds() - begin;
    return status;
}
