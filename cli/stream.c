#include "cli/stream.h"

#include <stdlib.h>

#include "aug/batch.h"
#include "aug/loader.h"
#include "aug/spec.h"
#include "aug/version.h"
#include "protocol/client.h"

AugStatus cli_stream_open(CliStream *stream, const AugPlan *plan, const CliStreamRequest *request,
                          AugError *error)
{
    *stream = (CliStream){0};
    const AugLoaderOptions options = {.threads = request->threads,
                                      .depth = request->depth,
                                      .epoch = request->epoch,
                                      .step = request->step,
                                      .epochs = request->epochs};
    return aug_loader_new(&stream->loader, plan, &options, error);
}

/* The protocol's error as one of ours with the same exit code. */
static AugStatus fail_from_protocol(AugError *error, const AugpError *theirs, const char *address)
{
    const AugStatus status = augp_error_exit_code(theirs) == 2 ? AUG_BAD_ARGUMENT : AUG_CLOSED;
    return AUG_FAIL(error, status, theirs->where[0] ? theirs->where : address, "%s",
                    theirs->message);
}

static AugpStatus open_remote(AugpClient *client, const char *spec_text, const AugSpec *spec,
                              const CliStreamRequest *request, AugpError *error)
{
    const AugpClientRequest open = {.dataset = aug_spec_dataset_name(spec),
                                    .spec = spec_text,
                                    .epoch = request->epoch,
                                    .step = request->step,
                                    .epochs = request->epochs,
                                    .window = request->depth};
    return augp_client_open(client, &open, error);
}

AugStatus cli_stream_connect(CliStream *stream, const char *address, const AugSpec *spec,
                             const CliStreamRequest *request, AugError *error)
{
    *stream = (CliStream){0};
    if (!aug_spec_dataset_name(spec))
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "with --from the specification must name a data set of the server, as in "
                        "dataset: train");
    char *text = aug_spec_canonical(spec);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the specification");
    const AugpClientOptions options = {.name = "aug/" AUG_VERSION};
    AugpError theirs = {0};
    AugpStatus status = augp_client_new(&stream->client, address, &options, &theirs);
    if (status == AUGP_OK)
        status = open_remote(stream->client, text, spec, request, &theirs);
    free(text);
    return status == AUGP_OK ? AUG_OK : fail_from_protocol(error, &theirs, address);
}

static AugStatus next_remote(CliStream *stream, CliBatch *batch, AugError *error)
{
    AugpClientBatch received;
    AugpError theirs = {0};
    const AugpStatus status = augp_client_next(stream->client, &received, &theirs);
    if (status == AUGP_END)
        return AUG_END;
    if (status != AUGP_OK)
        return fail_from_protocol(error, &theirs, "the server");
    *batch = (CliBatch){.bytes = received.bytes,
                        .size = received.size,
                        .epoch = received.epoch,
                        .step = received.step};
    return AUG_OK;
}

AugStatus cli_stream_next(CliStream *stream, CliBatch *batch, AugError *error)
{
    if (stream->client)
        return next_remote(stream, batch, error);
    aug_batch_free(stream->held);
    stream->held = NULL;
    AUG_TRY(aug_loader_next(stream->loader, &stream->held, error));
    batch->bytes = aug_batch_bytes(stream->held, &batch->size);
    batch->epoch = aug_batch_epoch(stream->held);
    batch->step = aug_batch_step(stream->held);
    return AUG_OK;
}

void cli_stream_fini(CliStream *stream)
{
    aug_batch_free(stream->held);
    aug_loader_free(stream->loader);
    augp_client_free(stream->client);
    *stream = (CliStream){0};
}
