/* Batches from a daemon. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "protocol/client.h"
#include "protocol/errors.h"
#include "trainer/data/source_kind.h"

typedef struct SocketState {
    AugpClient *client;
    char *address;
} SocketState;

/* The protocol library knows nothing of libaug; its failures are told in libaug's words here. */
static AugStatus map_status(const AugpError *problem)
{
    if (problem->status == AUGP_REFUSED && problem->code == AUGP_CODE_NO_DATASET)
        return AUG_NOT_FOUND;
    if (augp_error_exit_code(problem) == 2)
        return AUG_BAD_SPEC;
    switch (problem->status) {
    case AUGP_END:
        return AUG_END;
    case AUGP_NO_MEMORY:
        return AUG_NO_MEMORY;
    case AUGP_CLOSED:
    case AUGP_GOAWAY:
        return AUG_CLOSED;
    case AUGP_PROTOCOL:
        return AUG_CORRUPT;
    default:
        return AUG_IO;
    }
}

/* name: of the spec that was sent, if the failure may be about it; else NULL. */
static AugStatus fail(const AugpError *problem, const char *address, const char *name,
                      AugError *error)
{
    /* What the daemon calls "spec" has a name here. */
    static const char called[] = "spec:";
    size_t length = sizeof(called) - 1;
    AugStatus status = map_status(problem);
    if (!name || problem->status != AUGP_REFUSED || strncmp(problem->message, called, length) != 0)
        return AUG_FAIL(error, status, address, "%s", problem->message);
    const char *message = problem->message + length;
    AUG_FAIL(error, status, name, "%s", message + strspn(message, " "));
    return aug_error_prefix(error, status, address);
}

static AugStatus next(void *untyped, TrainRawBatch *raw, AugError *error)
{
    SocketState *state = untyped;
    AugpClientBatch batch;
    AugpError problem = {0};
    AugpStatus status = augp_client_next(state->client, &batch, &problem);
    if (status == AUGP_END)
        return AUG_END;
    if (status == AUGP_GOAWAY)
        return AUG_FAIL(error, AUG_CLOSED, state->address,
                        "the daemon is about to stop and sends no more batches");
    if (status != AUGP_OK)
        return fail(&problem, state->address, NULL, error);
    *raw = (TrainRawBatch){batch.bytes, batch.size, batch.epoch, batch.step, batch.last};
    return AUG_OK;
}

static void close_state(void *untyped)
{
    SocketState *state = untyped;
    if (!state)
        return;
    augp_client_free(state->client);
    free(state->address);
    free(state);
}

static const TrainSourceKind socket_kind = {next, close_state};

static bool read_desc(const AugpTensorInfo *tensor, AugTensorDesc *desc)
{
    static const AugDtype known[] = {AUG_DTYPE_U8, AUG_DTYPE_I32, AUG_DTYPE_I64, AUG_DTYPE_F32,
                                     AUG_DTYPE_U16};
    if (tensor->n_dims < 1 || tensor->n_dims > AUG_MAX_DIMS)
        return false;
    desc->n_dims = tensor->n_dims;
    memcpy(desc->shape, tensor->shape, tensor->n_dims * sizeof(desc->shape[0]));
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(tensor->dtype, aug_dtype_name(known[i])) == 0) {
            desc->dtype = known[i];
            return true;
        }
    return false;
}

/* What is said of the stream is checked as everything from outside is. */
static AugStatus describe(const SocketState *state, TrainSourceInfo *info, AugError *error)
{
    const AugpOpenOk *reply = augp_client_info(state->client);
    bool has_data = false;
    bool has_label = false;
    for (uint32_t i = 0; i < reply->n_tensors; i++) {
        const AugpTensorInfo *tensor = &reply->tensors[i];
        if (strcmp(tensor->name, "data") == 0)
            has_data = read_desc(tensor, &info->data);
        else if (strcmp(tensor->name, "label") == 0)
            has_label = read_desc(tensor, &info->label);
    }
    bool hard = info->label.dtype == AUG_DTYPE_I64 && info->label.n_dims == 1;
    bool soft = info->label.dtype == AUG_DTYPE_F32 && info->label.n_dims == 2;
    if (!has_data || !has_label || (!hard && !soft))
        return AUG_FAIL(
            error, AUG_CORRUPT, state->address,
            "the stream needs the tensors data and label (I64 [n] or F32 [n, classes])");
    if (reply->batch == 0 || reply->steps_per_epoch == 0)
        return AUG_FAIL(error, AUG_CORRUPT, state->address, "the stream has no batches");
    snprintf(info->stream_id, sizeof(info->stream_id), "%s", reply->stream_id);
    info->n_samples = reply->n_samples;
    info->n_classes = reply->n_classes;
    info->steps_per_epoch = reply->steps_per_epoch;
    info->batch_size = reply->batch;
    return AUG_OK;
}

static AugStatus open_state(SocketState *state, TrainSourceInfo *info,
                            const TrainSourceOptions *options, AugError *error)
{
    AugpClientOptions client = {.name = "augtrain/" AUG_VERSION};
    AugpClientRequest request = {.dataset = aug_spec_dataset_name(options->spec),
                                 .spec = options->text,
                                 .spec_as_object = options->text_is_object,
                                 .epochs = options->epochs,
                                 .window = options->prefetch};
    AugpError problem = {0};
    if (augp_client_new(&state->client, state->address, &client, &problem) != AUGP_OK ||
        augp_client_open(state->client, &request, &problem) != AUGP_OK)
        return fail(&problem, state->address, options->name, error);
    return describe(state, info, error);
}

AugStatus train_source_open_socket(TrainSource **out, const TrainSourceOptions *options,
                                   const char *address, AugError *error)
{
    *out = NULL;
    if (!aug_spec_dataset_name(options->spec))
        return AUG_FAIL(error, AUG_BAD_SPEC, options->name,
                        "the spec says where its data lies; a daemon serves data sets by name "
                        "only, such as 'dataset: fashion-mnist-train'");
    SocketState *state = calloc(1, sizeof(*state));
    if (state)
        state->address = strdup(address);
    if (!state || !state->address) {
        close_state(state);
        return AUG_FAIL(error, AUG_NO_MEMORY, address, "no memory for a connection");
    }
    TrainSourceInfo info = {0};
    AugStatus status = open_state(state, &info, options, error);
    if (status == AUG_OK)
        status = train_source_new(out, &socket_kind, state, &info, options, error);
    if (status != AUG_OK)
        close_state(state);
    return status;
}
