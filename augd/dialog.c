#include "augd/dialog.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/version.h"
#include "augd/failure.h"
#include "augd/server.h"

static void fail(AugdConnection *connection, AugpCode code, const char *message)
{
    AugpFailure failure;
    augd_failure_set(&failure, code, "%s", message);
    augd_connection_fail(connection, &failure);
}

/* A message that could not be read. */
static void fail_message(AugdConnection *connection, const AugpError *cause)
{
    AugpFailure failure;
    AugpCode code = cause->status == AUGP_NO_MEMORY ? AUGP_CODE_INTERNAL : (AugpCode)cause->code;
    augd_failure_set(&failure, code, "%s%s%s", cause->where, cause->where[0] ? ": " : "",
                     cause->message);
    augd_connection_fail(connection, &failure);
}

/* Sends a frame with an encoded message, or closes where there is none because memory is out. */
static void reply(AugdConnection *connection, AugpFrame frame, AugpStatus status, char *text,
                  size_t size)
{
    frame.length = size;
    if (status == AUGP_OK)
        augd_connection_send(connection, &frame, text);
    else
        augd_connection_close(connection);
}

static void take_hello(AugdConnection *connection, const char *payload)
{
    AugpHello hello;
    AugpError cause = {0};
    if (augp_hello_decode(&hello, payload, (size_t)connection->frame.length, &cause) != AUGP_OK) {
        fail_message(connection, &cause);
        return;
    }
    snprintf(connection->client, sizeof(connection->client), "%s", hello.client);
    if (hello.proto_low > AUGP_VERSION || hello.proto_high < AUGP_VERSION) {
        AugpFailure failure;
        augd_failure_set(&failure, AUGP_CODE_UNSUPPORTED_VERSION,
                         "the client speaks versions %" PRIu32 " to %" PRIu32 "; allowed is %d",
                         hello.proto_low, hello.proto_high, AUGP_VERSION);
        augd_connection_fail(connection, &failure);
        return;
    }
    uv_timer_stop(&connection->timer);
    connection->state = AUGP_STATE_READY;
    connection->wants_crc = hello.crc;
    const AugpHelloOk answer = {
        .proto = AUGP_VERSION,
        .server = "augd/" AUG_VERSION,
        .crc = hello.crc,
        .max_batch = AUGP_MAX_BATCH,
        .max_control = AUGP_MAX_CONTROL,
        .max_window = AUGP_MAX_WINDOW,
    };
    char *text;
    size_t size;
    AugpStatus status = augp_hello_ok_encode(&answer, &text, &size, NULL);
    reply(connection, (AugpFrame){.type = AUGP_TYPE_HELLO_OK}, status, text, size);
}

/* Batches from the position asked for to the end of the last epoch. */
static uint64_t batches_until_end(const AugpOpen *request, const AugpOpenOk *info)
{
    if (request->epochs == 0)
        return UINT64_MAX;
    return info->steps_per_epoch - request->step + (request->epochs - 1) * info->steps_per_epoch;
}

static void start_stream(AugdConnection *connection)
{
    const AugpOpenOk *info = augd_stream_info(connection->stream);
    const AugpOpen *request = augd_stream_request(connection->stream);
    connection->state = AUGP_STATE_STREAMING;
    connection->ident = augp_ident(info->stream_id);
    connection->sent = 0;
    connection->bytes_sent = 0;
    connection->credit = request->window;
    connection->total = batches_until_end(request, info);
    connection->is_sending = false;
    augd_log(&connection->server->log, AUGD_EVENT_OPENED,
             "{s:I, s:s, s:s, s:s%, s:I, s:I, s:I, s:I}", "connection", (json_int_t)connection->id,
             "client", connection->client, "dataset", request->dataset, "stream", info->stream_id,
             (size_t)8, "epoch", (json_int_t)request->epoch, "step", (json_int_t)request->step,
             "batch", (json_int_t)info->batch, "batch_bytes", (json_int_t)info->batch_size);
    char *text;
    size_t size;
    AugpStatus status = augp_open_ok_encode(info, &text, &size, NULL);
    const AugpFrame frame = {
        .type = AUGP_TYPE_OPEN_OK, .stream = AUGP_STREAM_ONE, .ident = connection->ident};
    reply(connection, frame, status, text, size);
    augd_dialog_pump(connection);
}

/* The stream that OPEN asked for is there, or refused. */
static void on_opened(void *owner, AugdStream *stream)
{
    AugdConnection *connection = owner;
    AUGD_ON_LOOP(connection->server);
    AugpFailure failure;
    if (!augd_stream_take_refusal(stream, &failure)) {
        start_stream(connection);
        return;
    }
    connection->stream = NULL;
    augd_stream_abandon(stream);
    augd_connection_fail(connection, &failure);
    connection->state = AUGP_STATE_READY;
}

static void take_open(AugdConnection *connection, const char *payload)
{
    if (connection->server->phase != AUGD_SERVING) {
        fail(connection, AUGP_CODE_DRAINING, "the server is about to stop");
        return;
    }
    AugpOpen open;
    AugpError cause = {0};
    if (augp_open_decode(&open, payload, (size_t)connection->frame.length, &cause) != AUGP_OK) {
        fail_message(connection, &cause);
        return;
    }
    connection->stream = augd_stream_open(connection->server, &open, on_opened, connection);
    if (connection->stream) {
        connection->state = AUGP_STATE_OPENING;
    } else {
        augp_open_fini(&open);
        fail(connection, AUGP_CODE_RESOURCE_EXHAUSTED, "no memory for a stream");
    }
}

/* Whether CREDIT or CLOSE is meant for the open stream. Both may cross the end of a stream, and are
 * then ignored; anything else is refused. */
static bool is_for_stream(AugdConnection *connection)
{
    bool ours = connection->ident != 0 && connection->frame.ident == connection->ident;
    if (ours && connection->state == AUGP_STATE_STREAMING)
        return true;
    if (connection->ident == 0)
        fail(connection, AUGP_CODE_BAD_STATE, "no stream was opened on this connection");
    else if (!ours)
        fail(connection, AUGP_CODE_BAD_MESSAGE, "the ident is not that of the stream");
    return false;
}

static void take_credit(AugdConnection *connection)
{
    if (!is_for_stream(connection))
        return;
    uint64_t seq = connection->frame.seq;
    uint64_t most = connection->sent + augd_stream_request(connection->stream)->window;
    if (seq < connection->credit || seq > most) {
        AugpFailure failure;
        augd_failure_set(&failure, AUGP_CODE_CREDIT_VIOLATION,
                         "the credit is %" PRIu64 "; allowed is %" PRIu64 " to %" PRIu64
                         ", which is the window ahead of what was sent",
                         seq, connection->credit, most);
        augd_connection_fail(connection, &failure);
        return;
    }
    connection->credit = seq;
    augd_dialog_pump(connection);
}

/* The stream is over, by the client's wish or by itself. */
static void end_stream(AugdConnection *connection, const char *reason)
{
    const AugpFrame frame = {
        .type = AUGP_TYPE_CLOSED, .stream = AUGP_STREAM_ONE, .ident = connection->ident};
    augd_dialog_drop_stream(connection, reason);
    connection->state = AUGP_STATE_READY;
    augd_connection_send(connection, &frame, NULL);
}

void augd_dialog_take(AugdConnection *connection, const char *payload)
{
    AUGD_ON_LOOP(connection->server);
    switch (connection->frame.type) {
    case AUGP_TYPE_HELLO:
        take_hello(connection, payload);
        break;
    case AUGP_TYPE_OPEN:
        take_open(connection, payload);
        break;
    case AUGP_TYPE_CREDIT:
        take_credit(connection);
        break;
    case AUGP_TYPE_CLOSE:
        if (is_for_stream(connection))
            end_stream(connection, "closed");
        break;
    case AUGP_TYPE_PING: {
        const AugpFrame pong = {.type = AUGP_TYPE_PONG, .arg = connection->frame.arg};
        augd_connection_send(connection, &pong, NULL);
        break;
    }
    default:
        /* PONG, and what may be skipped. */
        break;
    }
}

/* Sends one batch, and the end of its epoch behind the last one. */
static void send_batch(AugdConnection *connection, AugBatch *batch)
{
    bool last = aug_batch_is_last(batch);
    AugpFrame frame = {
        .type = AUGP_TYPE_BATCH,
        .flags = last ? AUGP_FLAG_LAST_OF_EPOCH : 0,
        .stream = AUGP_STREAM_ONE,
        .epoch = aug_batch_epoch(batch),
        .step = aug_batch_step(batch),
        .seq = connection->sent,
        .ident = connection->ident,
    };
    const AugpFrame end = {
        .type = AUGP_TYPE_END_OF_EPOCH,
        .stream = AUGP_STREAM_ONE,
        .epoch = frame.epoch,
        .step = frame.step + 1,
        .ident = frame.ident,
    };
    connection->sent++;
    augd_connection_send_batch(connection, &frame, batch);
    if (last)
        augd_connection_send(connection, &end, NULL);
}

void augd_dialog_pump(AugdConnection *connection)
{
    AUGD_ON_LOOP(connection->server);
    if (connection->state != AUGP_STATE_STREAMING || connection->is_finishing ||
        connection->is_sending)
        return;
    if (connection->sent == connection->total) {
        end_stream(connection, "ended");
        return;
    }
    if (connection->sent >= connection->credit)
        return;
    AugBatch *batch;
    AugpFailure failure;
    AugStatus status = augd_stream_take(connection->stream, &batch, &failure);
    if (status != AUG_OK) {
        augd_connection_fail(connection, &failure);
        augd_dialog_drop_stream(connection, "failed");
        connection->state = AUGP_STATE_READY;
    } else if (batch) {
        send_batch(connection, batch);
    }
}

void augd_dialog_drain(AugdConnection *connection)
{
    AUGD_ON_LOOP(connection->server);
    if (connection->is_finishing)
        return;
    uint32_t drain_ms = connection->server->settings->drain_ms;
    if (connection->state == AUGP_STATE_OPENING) {
        fail(connection, AUGP_CODE_DRAINING, "the server is about to stop");
        return;
    }
    const AugpGoaway goaway = {.reason = "drain", .grace_ms = drain_ms};
    char *text;
    size_t size;
    AugpStatus status = augp_goaway_encode(&goaway, &text, &size, NULL);
    reply(connection, (AugpFrame){.type = AUGP_TYPE_GOAWAY}, status, text, size);
    augd_connection_finish(connection, drain_ms);
}

void augd_dialog_drop_stream(AugdConnection *connection, const char *reason)
{
    if (!connection->stream)
        return;
    if (connection->state == AUGP_STATE_STREAMING)
        augd_log(&connection->server->log, AUGD_EVENT_CLOSED, "{s:I, s:s%, s:I, s:I, s:s}",
                 "connection", (json_int_t)connection->id, "stream",
                 augd_stream_info(connection->stream)->stream_id, (size_t)8, "batches",
                 (json_int_t)connection->sent, "bytes", (json_int_t)connection->bytes_sent,
                 "reason", reason);
    augd_stream_abandon(connection->stream);
    connection->stream = NULL;
    connection->is_sending = false;
}
