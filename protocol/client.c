/* Connecting, greeting and opening; the batches themselves are in client_stream.c. */
#include "protocol/client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/client_connection.h"
#include "protocol/errors.h"
#include "protocol/json.h"
#include "protocol/socket.h"

#define CLIENT_NAME "augp/0.1"

static AugpStatus greet(AugpClient *client, const AugpClientOptions *options, bool is_unix,
                        AugpError *error)
{
    AugpHello hello = {.proto_low = AUGP_VERSION, .proto_high = AUGP_VERSION};
    const char *name = options->name ? options->name : CLIENT_NAME;
    if (strlen(name) >= sizeof(hello.client))
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, NULL,
                         "the client's name has %zu bytes; allowed are %zu", strlen(name),
                         sizeof(hello.client) - 1);
    memcpy(hello.client, name, strlen(name) + 1);
    if (options->checksum == AUGP_CHECKSUM_ON ||
        (options->checksum == AUGP_CHECKSUM_AUTO && !is_unix))
        hello.features |= AUGP_FEATURE_CRC;
    if (options->tensors)
        hello.features |= AUGP_FEATURE_TENSORS;
    /* Whoever gets all of a batch where a part was meant trains on it unseen. */
    if (options->ranks)
        hello.require |= AUGP_FEATURE_RANKS;
    if (options->list)
        hello.require |= AUGP_FEATURE_LIST;
    char *text;
    AugpFrame frame = {.type = AUGP_TYPE_HELLO};
    size_t size;
    AUGP_TRY(augp_hello_encode(&hello, &text, &size, error));
    frame.length = size;
    AugpStatus status = augp_client_send(client, &frame, text, error);
    free(text);
    /* The server may have refused before it read the greeting. */
    if (status != AUGP_OK && status != AUGP_CLOSED)
        return status;
    AUGP_TRY(augp_client_read(client, &frame, error));
    AugpHelloOk reply;
    AUGP_TRY(
        augp_hello_ok_decode(&reply, (const char *)client->buffer, (size_t)frame.length, error));
    if (reply.proto != AUGP_VERSION)
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_UNSUPPORTED_VERSION, NULL,
                         "the server answers with version %" PRIu32 "; allowed is %d", reply.proto,
                         AUGP_VERSION);
    /* A server that does not know "require" does not refuse. */
    const uint32_t lacking = hello.require & ~reply.features;
    if (lacking)
        return AUGP_FAIL(error, AUGP_REFUSED, AUGP_CODE_UNKNOWN_FEATURE, NULL,
                         "the server does not know the feature \"%s\", which is required",
                         augp_feature_name((AugpFeature)(lacking & -lacking)));
    client->has_ranks = options->ranks;
    client->can_list = options->list;
    if (reply.max_batch < client->max_batch)
        client->max_batch = reply.max_batch;
    client->max_window = reply.max_window;
    client->state = AUGP_STATE_READY;
    return AUGP_OK;
}

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
    return value ? value : fallback;
}

AugpStatus augp_client_new(AugpClient **out, const char *address, const AugpClientOptions *options,
                           AugpError *error)
{
    static const AugpClientOptions defaults = {0};
    if (!options)
        options = &defaults;
    *out = NULL;
    AugpAddress parsed;
    AUGP_TRY(augp_address_parse(&parsed, address, error));
    if (options->max_batch > AUGP_BATCH_CEILING)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, NULL,
                         "max_batch is %" PRIu64 "; allowed are at most %" PRIu64,
                         options->max_batch, AUGP_BATCH_CEILING);
    AugpClient *client = calloc(1, sizeof(*client));
    if (!client)
        return AUGP_FAIL(error, AUGP_NO_MEMORY, 0, NULL, "no memory for a client");
    snprintf(client->address, sizeof(client->address), "%s", address);
    client->connect_timeout_ms = or_default(options->connect_timeout_ms, 5000);
    client->open_timeout_ms = or_default(options->open_timeout_ms, 600000);
    client->timeout_ms = or_default(options->timeout_ms, 120000);
    client->max_batch = options->max_batch ? options->max_batch : AUGP_MAX_BATCH;
    AugpError cause = {0};
    AugpStatus status =
        augp_socket_connect(&client->fd, &parsed, address, client->connect_timeout_ms, error);
    if (status == AUGP_OK) {
        status = augp_socket_set_timeout(client->fd, client->connect_timeout_ms, &cause);
        if (status == AUGP_OK)
            status = greet(client, options, parsed.is_unix, &cause);
        if (status != AUGP_OK)
            augp_client_conclude(client, &cause, error);
    }
    if (status != AUGP_OK) {
        augp_client_free(client);
        return status;
    }
    *out = client;
    return AUGP_OK;
}

/* Copies a borrowed string of the request into the message. */
static AugpStatus copy_text(char *out, size_t size, const char *text, const char *what,
                            AugpError *error)
{
    size_t length = text ? strlen(text) : 0;
    if (length >= size)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, NULL, "%s has %zu bytes; allowed are %zu",
                         what, length, size - 1);
    if (length)
        memcpy(out, text, length);
    out[length] = 0;
    return AUGP_OK;
}

/* The spec as text, borrowed, or as an object, which open owns then. */
static AugpStatus put_spec(AugpOpen *open, const AugpClientRequest *request, AugpError *error)
{
    if (!request->spec)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, NULL, "the request has no spec");
    if (request->spec_as_object) {
        if (augp_json_parse(&open->spec_object, request->spec, strlen(request->spec), error) ==
            AUGP_OK)
            return AUGP_OK;
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, NULL,
                         "the spec shall be sent as an object and is not a JSON object");
    }
    open->spec = (char *)(uintptr_t)request->spec;
    open->spec_size = strlen(request->spec);
    return AUGP_OK;
}

static AugpStatus encode_request(const AugpClient *client, const AugpClientRequest *request,
                                 char **text, size_t *size, AugpError *error)
{
    AugpOpen open = {
        .has_seed = request->has_seed,
        .seed = request->seed,
        .epoch = request->epoch,
        .step = request->step,
        .epochs = request->epochs,
        .rank = request->rank,
        .world = request->world,
        .window = or_default(request->window, AUGP_DEFAULT_WINDOW),
        .names = request->names,
        .class_names = request->class_names,
    };
    if (open.window > client->max_window)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, NULL,
                         "the window is %" PRIu32 "; allowed are 1 to %" PRIu32, open.window,
                         client->max_window);
    if (open.world > 1 && !client->has_ranks)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, NULL,
                         "the request is for a rank of a world of %" PRIu32
                         "; the client was made without the option ranks",
                         open.world);
    if (open.rank >= or_default(open.world, 1))
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, NULL,
                         "the request is for rank %" PRIu32 " of a world of %" PRIu32, open.rank,
                         or_default(open.world, 1));
    AUGP_TRY(copy_text(open.dataset, sizeof(open.dataset), request->dataset, "the data set's name",
                       error));
    AUGP_TRY(copy_text(open.expect_stream_id, sizeof(open.expect_stream_id),
                       request->expect_stream_id, "expect_stream_id", error));
    AUGP_TRY(copy_text(open.expect_fingerprint, sizeof(open.expect_fingerprint),
                       request->expect_fingerprint, "expect_fingerprint", error));
    AUGP_TRY(copy_text(open.expect_content, sizeof(open.expect_content), request->expect_content,
                       "expect_content", error));
    AUGP_TRY(put_spec(&open, request, error));
    AugpStatus status = augp_open_encode(&open, text, size, error);
    json_decref(open.spec_object);
    return status;
}

/* Sends OPEN and takes the answer. */
static AugpStatus exchange_open(AugpClient *client, const char *text, size_t size, AugpError *error)
{
    AUGP_TRY(augp_socket_set_timeout(client->fd, client->open_timeout_ms, error));
    AugpFrame frame = {.type = AUGP_TYPE_OPEN, .stream = AUGP_STREAM_ONE, .length = size};
    AugpStatus status = augp_client_send(client, &frame, text, error);
    /* The server may have said why it closed. */
    if (status != AUGP_OK && status != AUGP_CLOSED)
        return status;
    client->state = AUGP_STATE_OPENING;
    AUGP_TRY(augp_client_read(client, &frame, error));
    augp_open_ok_fini(&client->info);
    AUGP_TRY(augp_open_ok_decode(&client->info, (const char *)client->buffer, (size_t)frame.length,
                                 error));
    client->was_opened = true;
    if (client->info.batch_size > client->max_batch)
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_TOO_LARGE, NULL,
                         "a batch of this stream has %" PRIu64 " bytes; allowed are %" PRIu64,
                         client->info.batch_size, client->max_batch);
    client->ident = augp_ident(client->info.stream_id);
    client->state = AUGP_STATE_STREAMING;
    AUGP_TRY(augp_client_reserve(client, (size_t)client->info.batch_size, error));
    return augp_socket_set_timeout(client->fd, client->timeout_ms, error);
}

AugpStatus augp_client_open(AugpClient *client, const AugpClientRequest *request, AugpError *error)
{
    AUGP_TRY(augp_client_alive(client, error));
    if (client->state != AUGP_STATE_READY)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, client->address,
                         "a stream is already open; close it first");
    char *text;
    size_t size;
    AUGP_TRY(encode_request(client, request, &text, &size, error));
    free(client->detail);
    client->detail = NULL;
    AugpError cause = {0};
    AugpStatus status = exchange_open(client, text, size, &cause);
    free(text);
    if (status != AUGP_OK)
        return augp_client_conclude(client, &cause, error);
    client->window = or_default(request->window, AUGP_DEFAULT_WINDOW);
    client->credit = client->window;
    client->received = 0;
    client->epoch = request->epoch;
    client->step = request->step;
    /* The step behind an epoch's last stands for the next epoch's first. */
    if (client->step == client->info.steps_per_epoch) {
        client->epoch++;
        client->step = 0;
    }
    client->epoch_is_over = false;
    client->ended = false;
    return AUGP_OK;
}

const AugpOpenOk *augp_client_info(const AugpClient *client)
{
    return client->was_opened ? &client->info : NULL;
}

const char *augp_client_detail(const AugpClient *client)
{
    return client->detail;
}

void augp_client_interrupt(AugpClient *client)
{
    (void)shutdown(client->fd, SHUT_RDWR);
}

void augp_client_free(AugpClient *client)
{
    if (!client)
        return;
    if (client->fd >= 0)
        close(client->fd);
    augp_open_ok_fini(&client->info);
    free(client->buffer);
    free(client->detail);
    free(client);
}
