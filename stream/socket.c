/* Batches from a server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/tensor.h"
#include "protocol/client.h"
#include "stream/errors.h"
#include "stream/kind.h"

typedef struct SocketState {
    AugpClient *client;
    char *address;
} SocketState;

static AugStatus next(void *untyped, StreamArrival *arrival, AugError *error)
{
    SocketState *state = untyped;
    AugpClientBatch batch;
    AugpError theirs = {0};
    const AugpStatus status = augp_client_next(state->client, &batch, &theirs);
    if (status == AUGP_END)
        return AUG_END;
    if (status != AUGP_OK)
        return stream_fail(&theirs, state->address, error);
    *arrival = (StreamArrival){.bytes = batch.bytes,
                               .size = batch.size,
                               .epoch = batch.epoch,
                               .step = batch.step,
                               .last = batch.last};
    return AUG_OK;
}

static AugStatus identify(const void *untyped, StreamIdentity *out, AugError *error)
{
    (void)error;
    const SocketState *state = untyped;
    const AugpOpenOk *reply = augp_client_info(state->client);
    *out = (StreamIdentity){0};
    snprintf(out->stream_id, sizeof(out->stream_id), "%s", reply->stream_id);
    snprintf(out->fingerprint, sizeof(out->fingerprint), "%s", reply->fingerprint);
    snprintf(out->content, sizeof(out->content), "%s", reply->content);
    snprintf(out->engine, sizeof(out->engine), "%s", reply->engine);
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

static const char *class_name(const void *untyped, uint32_t label)
{
    const SocketState *state = untyped;
    const AugpOpenOk *reply = augp_client_info(state->client);
    return reply->class_names ? reply->class_names[label] : NULL;
}

static void interrupt(void *untyped)
{
    SocketState *state = untyped;
    augp_client_interrupt(state->client);
}

static const StreamKind socket_kind = {next, identify, class_name, interrupt, close_state};

/* The shape of a full batch as that of one sample. */
static AugStatus read_shape(const AugpTensorInfo *said, uint32_t batch, const char *address,
                            AugTensorDesc *sample, AugError *error)
{
    if (said->n_dims > AUG_MAX_DIMS)
        return AUG_FAIL(error, AUG_UNSUPPORTED, address,
                        "the tensor '%s' of the stream has %u dimensions; allowed are at most %d",
                        said->name, said->n_dims, AUG_MAX_DIMS);
    const bool fits =
        said->n_dims > 0 && (said->ragged ? said->shape[0] % batch == 0 : said->shape[0] == batch);
    if (!fits)
        return AUG_FAIL(error, AUG_CORRUPT, address,
                        "the tensor '%s' of the stream is announced without the %s%u samples of a "
                        "full batch",
                        said->name, said->ragged ? "same number of rows for each of the " : "",
                        batch);
    const uint32_t first = said->ragged ? 0 : 1;
    sample->n_dims = said->n_dims - first;
    memcpy(sample->shape, said->shape + first, sample->n_dims * sizeof(said->shape[0]));
    if (said->ragged)
        sample->shape[0] /= batch;
    return AUG_OK;
}

static AugStatus read_tensor(const AugpTensorInfo *said, uint32_t batch, const char *address,
                             AugTensorSpec *spec, AugError *error)
{
    *spec = (AugTensorSpec){.name = said->name, .ragged = said->ragged, .axes = said->axes};
    if (augi_dtype_find(said->dtype, &spec->sample.dtype))
        return read_shape(said, batch, address, &spec->sample, error);
    return AUG_FAIL(error, AUG_UNSUPPORTED, address,
                    "the tensor '%s' of the stream has the dtype %s; allowed are %s", said->name,
                    said->dtype, augi_dtype_names());
}

/* Whoever got other parts than those that were asked for would train on them unseen. */
static AugStatus check_part(const AugpOpenOk *reply, uint32_t world, const char *address,
                            AugError *error)
{
    const uint32_t due = reply->global_batch / world + (reply->global_batch % world > 0);
    if (reply->batch == due)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, address,
                    "the stream has up to %u of %u samples in a batch; a rank of %u gets %u",
                    reply->batch, reply->global_batch, world, due);
}

/* What is said of the stream is checked as everything from outside is; the rest by stream_new. */
static AugStatus announce(Stream **out, SocketState *state, const StreamOptions *options,
                          AugError *error)
{
    const AugpOpenOk *reply = augp_client_info(state->client);
    AugTensorSpec tensors[AUGP_MAX_TENSORS];
    const uint32_t world = options->world ? options->world : 1;
    AUG_TRY(check_part(reply, world, state->address, error));
    for (uint32_t i = 0; i < reply->n_tensors; i++)
        AUG_TRY(read_tensor(&reply->tensors[i], reply->batch, state->address, &tensors[i], error));
    const StreamInfo info = {.where = state->address,
                             .batch_size = reply->batch,
                             .global_batch_size = reply->global_batch,
                             .rank = options->rank,
                             .world = world,
                             .steps_per_epoch = reply->steps_per_epoch,
                             .n_samples = reply->n_samples,
                             .n_classes = reply->n_classes,
                             .tensors = tensors,
                             .n_tensors = reply->n_tensors};
    return stream_new(out, &socket_kind, state, &info, error);
}

/* What a server calls "spec" has a name here. */
static AugStatus fail_open(const AugpError *theirs, const char *address, const StreamSpec *spec,
                           AugError *error)
{
    static const char called[] = "spec:";
    const size_t length = sizeof(called) - 1;
    if (!spec->name || theirs->status != AUGP_REFUSED ||
        strncmp(theirs->message, called, length) != 0)
        return stream_fail(theirs, address, error);
    const char *message = theirs->message + length;
    const AugStatus status =
        AUG_FAIL(error, stream_status_of(theirs), spec->name, "%s", message + strspn(message, " "));
    return aug_error_prefix(error, status, address);
}

static AugStatus ask(SocketState *state, const StreamSpec *spec, const char *text,
                     const StreamOptions *options, AugError *error)
{
    /* Readers go by what is announced, and every batch is compared with it. */
    const AugpClientOptions how = {
        .name = options->client, .tensors = true, .ranks = options->world > 1};
    const AugpClientRequest request = {.dataset = aug_spec_dataset_name(spec->spec),
                                       .spec = text,
                                       .spec_as_object = spec->is_object,
                                       .has_seed = true,
                                       .seed = aug_spec_seed(spec->spec),
                                       .epoch = options->epoch,
                                       .step = options->step,
                                       .epochs = options->epochs,
                                       .rank = options->rank,
                                       .world = options->world,
                                       /* The borrowed batch has arrived. */
                                       .window = options->depth > 2 ? options->depth - 1
                                                                    : options->depth > 0,
                                       .expect_stream_id = options->expect_stream_id,
                                       .expect_fingerprint = options->expect_fingerprint,
                                       .expect_content = options->expect_content,
                                       .names = options->names,
                                       .class_names = options->class_names};
    AugpError theirs = {0};
    if (augp_client_new(&state->client, state->address, &how, &theirs) != AUGP_OK ||
        augp_client_open(state->client, &request, &theirs) != AUGP_OK)
        return fail_open(&theirs, state->address, spec, error);
    return AUG_OK;
}

static AugStatus open_state(Stream **out, SocketState *state, const StreamSpec *spec,
                            const StreamOptions *options, AugError *error)
{
    char *canonical = spec->text ? NULL : aug_spec_canonical(spec->spec);
    const char *text = spec->text ? spec->text : canonical;
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, spec->name, "no memory for the specification");
    const AugStatus status = ask(state, spec, text, options, error);
    free(canonical);
    return status == AUG_OK ? announce(out, state, options, error) : status;
}

AugStatus stream_connect(Stream **out, const char *address, const StreamSpec *spec,
                         const StreamOptions *options, AugError *error)
{
    static const StreamOptions defaults = {0};
    *out = NULL;
    if (!aug_spec_dataset_name(spec->spec))
        return AUG_FAIL(error, AUG_BAD_SPEC, spec->name,
                        "the specification must name a data set, because a server gives data by "
                        "name only, as in dataset: train");
    SocketState *state = calloc(1, sizeof(*state));
    if (state)
        state->address = strdup(address);
    if (!state || !state->address) {
        close_state(state);
        return AUG_FAIL(error, AUG_NO_MEMORY, address, "no memory for a connection");
    }
    const AugStatus status = open_state(out, state, spec, options ? options : &defaults, error);
    if (status != AUG_OK)
        close_state(state);
    return status;
}
