/* The protocol's server side: each frame of a client leads to a reply, a stream or an end. */
#include "augd/dialog.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aug/version.h"
#include "augd/failure.h"
#include "libaug/base/position.h"
#include "protocol/json.h"

/* Samples of one stream whose replacement is logged one by one; what follows is counted. */
#define MAX_REPLACED_LINES 8

/* features:  of the client, a set of AugpFeature
 * stream:    being opened or open, else NULL
 * ident:     of the stream that was opened last; 0 before the first
 * sent, credit, total: batches sent, allowed, and to be sent until the stream's end
 * samples:   of those batches; replaced: those that others stand in for; outcomes: of their values
 * start_ns:  when the stream was opened
 * open_ns:   processor time that its last OPEN took of the loop before there was a stream
 * record:    how its OPENs went
 * is_sending: a BATCH of the stream is with the socket
 */
struct AugdDialog {
    AugdConnection *connection;
    AugdStreams *streams;
    uint32_t features;
    AugdStream *stream;
    uint64_t ident;
    uint64_t sent, credit, total;
    uint64_t bytes_sent, samples, replaced, start_ns;
    AugOutcomes outcomes;
    uint64_t open_ns;
    AugdRecord record;
    bool is_sending;
};

/* A batch that is with the socket, to be given back to its stream, which need not be the open one
 * any more. */
typedef struct Sending {
    AugdStream *stream;
    AugBatch *batch;
} Sending;

static void pump(AugdDialog *dialog);

/* Sends ERROR, of stream scope or of connection scope as the code says; the latter finishes the
 * connection. Takes what failure owns. */
static void fail_with(AugdDialog *dialog, AugpFailure *failure)
{
    AugdConnection *connection = dialog->connection;
    const AugpCodeInfo *info = augp_code_info(failure->code);
    if (info->scope != AUGP_SCOPE_STREAM) {
        augd_connection_fail(connection, failure);
        return;
    }
    bool is_open = connection->state == AUGP_STATE_STREAMING;
    augd_log(&dialog->streams->loop->log, is_open ? AUGD_EVENT_STREAM_FAILED : AUGD_EVENT_REFUSED,
             "{s:I, s:s, s:s, s:s}", "connection", (json_int_t)connection->id, "client",
             connection->client, "code", info->name, "message", failure->message);
    /* What was refused has no ident yet; that of the stream before would speak of another one. */
    augd_connection_send_error(connection, AUGP_STREAM_ONE, is_open ? dialog->ident : 0, failure);
}

static void fail(AugdDialog *dialog, AugpCode code, const char *message)
{
    AugpFailure failure;
    augd_failure_set(&failure, code, "%s", message);
    fail_with(dialog, &failure);
}

static void set_from_message(AugpFailure *failure, const AugpError *cause)
{
    AugpCode code = cause->status == AUGP_NO_MEMORY ? AUGP_CODE_INTERNAL : (AugpCode)cause->code;
    augd_failure_set(failure, code, "%s%s%s", cause->where, cause->where[0] ? ": " : "",
                     cause->message);
}

/* A message that could not be read. */
static void fail_message(AugdDialog *dialog, const AugpError *cause)
{
    AugpFailure failure;
    set_from_message(&failure, cause);
    fail_with(dialog, &failure);
}

/* Says why an OPEN that has cost so much is refused, and lets its client wait for it. Takes what
 * failure owns. */
static void refuse(AugdDialog *dialog, AugpFailure *failure, uint64_t cost_ns)
{
    AugdPatience *patience = &dialog->streams->patience;
    const uint64_t start = augd_thread_ns();
    fail_with(dialog, failure);
    cost_ns += augd_thread_ns() - start;
    if (dialog->connection->is_finishing)
        augd_patience_left(patience, cost_ns, uv_hrtime());
    else
        augd_connection_rest(dialog->connection, augd_patience_refused(patience, &dialog->record,
                                                                       cost_ns, uv_hrtime()));
}

/* Sends a frame with an encoded message, or closes where there is none because memory is out. */
static void reply(AugdDialog *dialog, AugpFrame frame, AugpStatus status, char *text, size_t size)
{
    frame.length = size;
    if (status == AUGP_OK)
        augd_connection_send(dialog->connection, &frame, text);
    else
        augd_connection_close(dialog->connection);
}

static void take_hello(AugdDialog *dialog, const AugpFrame *frame, const char *payload)
{
    AugdConnection *connection = dialog->connection;
    AugpHello hello;
    AugpError cause = {0};
    if (augp_hello_decode(&hello, payload, (size_t)frame->length, &cause) != AUGP_OK) {
        fail_message(dialog, &cause);
        return;
    }
    snprintf(connection->client, sizeof(connection->client), "%s", hello.client);
    if (hello.proto_low > AUGP_VERSION || hello.proto_high < AUGP_VERSION) {
        AugpFailure failure;
        augd_failure_set(&failure, AUGP_CODE_UNSUPPORTED_VERSION,
                         "the client speaks versions %" PRIu32 " to %" PRIu32 "; allowed is %d",
                         hello.proto_low, hello.proto_high, AUGP_VERSION);
        fail_with(dialog, &failure);
        return;
    }
    augd_connection_greeted(connection);
    augd_connection_rest(connection,
                         augd_patience_greeted(&dialog->streams->patience, uv_hrtime()));
    dialog->features = hello.features;
    const AugpHelloOk answer = {
        .proto = AUGP_VERSION,
        .server = "augd/" AUG_VERSION,
        .features = hello.features,
        .max_batch = AUGP_MAX_BATCH,
        .max_control = AUGP_MAX_CONTROL,
        .max_window = AUGP_MAX_WINDOW,
    };
    char *text;
    size_t size;
    AugpStatus status = augp_hello_ok_encode(&answer, &text, &size, NULL);
    reply(dialog, (AugpFrame){.type = AUGP_TYPE_HELLO_OK}, status, text, size);
}

static void take_list(AugdDialog *dialog, const AugpFrame *frame, const char *payload)
{
    AugpList list;
    AugpListing page;
    AugpError cause = {0};
    if (augp_list_decode(&list, payload, (size_t)frame->length, &cause) != AUGP_OK) {
        fail_message(dialog, &cause);
        return;
    }
    if (!augd_served_page(dialog->streams->served, list.after, &page)) {
        augd_connection_close(dialog->connection);
        return;
    }
    char *text;
    size_t size;
    const AugpStatus status = augp_listing_encode(&page, &text, &size, NULL);
    augp_listing_fini(&page);
    reply(dialog, (AugpFrame){.type = AUGP_TYPE_LISTING}, status, text, size);
}

static void start_stream(AugdDialog *dialog)
{
    AugdConnection *connection = dialog->connection;
    const AugpOpenOk *info = augd_stream_info(dialog->stream);
    const AugpOpen *request = augd_stream_request(dialog->stream);
    connection->state = AUGP_STATE_STREAMING;
    augd_patience_opened(&dialog->record);
    dialog->ident = augp_ident(info->stream_id);
    dialog->sent = 0;
    dialog->bytes_sent = 0;
    dialog->samples = 0;
    dialog->replaced = 0;
    dialog->outcomes = (AugOutcomes){0};
    dialog->start_ns = uv_hrtime();
    dialog->credit = request->window;
    const AugiPosition position = {
        .epoch = request->epoch, .step = request->step, .epochs = request->epochs};
    dialog->total = augi_batches_until_end(&position, info->steps_per_epoch);
    dialog->is_sending = false;
    augd_log(&dialog->streams->loop->log, AUGD_EVENT_OPENED,
             "{s:I, s:s, s:s, s:s%, s:I, s:I, s:I, s:I, s:I, s:I}", "connection",
             (json_int_t)connection->id, "client", connection->client, "dataset", request->dataset,
             "stream", info->stream_id, (size_t)8, "epoch", (json_int_t)request->epoch, "step",
             (json_int_t)request->step, "rank", (json_int_t)request->rank, "world",
             (json_int_t)request->world, "batch", (json_int_t)info->batch, "batch_bytes",
             (json_int_t)info->batch_size);
    char *text;
    size_t size;
    AugpStatus status = augp_open_ok_encode(info, &text, &size, NULL);
    const AugpFrame frame = {
        .type = AUGP_TYPE_OPEN_OK, .stream = AUGP_STREAM_ONE, .ident = dialog->ident};
    reply(dialog, frame, status, text, size);
    pump(dialog);
}

/* The stream that OPEN asked for is there, or refused. */
static void on_opened(void *owner, AugdStream *stream)
{
    AugdDialog *dialog = owner;
    AUGD_ON_LOOP(dialog->streams->loop);
    AugpFailure failure;
    if (!augd_stream_take_refusal(stream, &failure)) {
        start_stream(dialog);
        return;
    }
    const uint64_t cost_ns = dialog->open_ns + augd_stream_take_cost(stream);
    dialog->stream = NULL;
    augd_stream_abandon(stream);
    refuse(dialog, &failure, cost_ns);
    dialog->connection->state = AUGP_STATE_READY;
}

static void take_open(AugdDialog *dialog, const AugpFrame *frame, const char *payload)
{
    if (dialog->streams->is_draining) {
        fail(dialog, AUGP_CODE_DRAINING, "the server is about to stop");
        return;
    }
    const uint64_t start = augd_thread_ns();
    AugpOpen open;
    AugpError cause = {0};
    AugpFailure failure;
    if (augp_open_decode(&open, payload, (size_t)frame->length, &cause) != AUGP_OK)
        set_from_message(&failure, &cause);
    else
        dialog->stream =
            augd_stream_open(dialog->streams, &open, dialog->features, on_opened, dialog, &failure);
    augp_open_fini(&open);
    dialog->open_ns = augd_thread_ns() - start;
    if (dialog->stream)
        dialog->connection->state = AUGP_STATE_OPENING;
    else
        refuse(dialog, &failure, dialog->open_ns);
}

/* Whether CREDIT or CLOSE is meant for the open stream. Both may cross the end of a stream, and are
 * then ignored; anything else is refused. */
static bool is_for_stream(AugdDialog *dialog, const AugpFrame *frame)
{
    bool ours = dialog->ident != 0 && frame->ident == dialog->ident;
    if (ours && dialog->connection->state == AUGP_STATE_STREAMING)
        return true;
    if (dialog->ident == 0)
        fail(dialog, AUGP_CODE_BAD_STATE, "no stream was opened on this connection");
    else if (!ours)
        fail(dialog, AUGP_CODE_BAD_MESSAGE, "the ident is not that of the stream");
    return false;
}

static void take_credit(AugdDialog *dialog, const AugpFrame *frame)
{
    if (!is_for_stream(dialog, frame))
        return;
    uint64_t seq = frame->seq;
    uint64_t most = dialog->sent + augd_stream_request(dialog->stream)->window;
    if (seq < dialog->credit || seq > most) {
        AugpFailure failure;
        augd_failure_set(&failure, AUGP_CODE_CREDIT_VIOLATION,
                         "the credit is %" PRIu64 "; allowed is %" PRIu64 " to %" PRIu64
                         ", which is the window ahead of what was sent",
                         seq, dialog->credit, most);
        fail_with(dialog, &failure);
        return;
    }
    dialog->credit = seq;
    pump(dialog);
}

static void count_outcomes(AugdDialog *dialog, const AugBatch *batch)
{
    AugOutcomes more;
    aug_batch_outcomes(batch, &more);
    dialog->outcomes.n = more.n;
    for (uint32_t i = 0; i < more.n; i++) {
        dialog->outcomes.words[i] = more.words[i];
        dialog->outcomes.n_of[i] += more.n_of[i];
    }
}

/* Those that there were, by their words; NULL if there were none, or memory is out. */
static json_t *write_outcomes(const AugOutcomes *outcomes)
{
    json_t *map = outcomes->n > 0 ? json_object() : NULL;
    for (uint32_t i = 0; i < outcomes->n; i++)
        if (outcomes->n_of[i] > 0)
            json_object_set_new(map, outcomes->words[i],
                                json_integer((json_int_t)outcomes->n_of[i]));
    return map;
}

/* Says what went over an open stream, and how fast. */
static void log_closed(AugdDialog *dialog, const char *reason)
{
    const double seconds = (double)(uv_hrtime() - dialog->start_ns) * 1e-9;
    json_t *outcomes = write_outcomes(&dialog->outcomes);
    augd_log(&dialog->streams->loop->log, AUGD_EVENT_CLOSED,
             "{s:I, s:s%, s:I, s:I, s:I, s:I, s:O*, s:f, s:f, s:s}", "connection",
             (json_int_t)dialog->connection->id, "stream",
             augd_stream_info(dialog->stream)->stream_id, (size_t)8, "batches",
             (json_int_t)dialog->sent, "samples", (json_int_t)dialog->samples, "bytes",
             (json_int_t)dialog->bytes_sent, "replaced", (json_int_t)dialog->replaced, "outcomes",
             outcomes, "seconds", seconds, "samples_per_second",
             seconds > 0 ? (double)dialog->samples / seconds : 0.0, "reason", reason);
    json_decref(outcomes);
}

/* Lets go of the stream, if there is one. */
static void drop_stream(AugdDialog *dialog, const char *reason)
{
    if (!dialog->stream)
        return;
    if (dialog->connection->state == AUGP_STATE_STREAMING)
        log_closed(dialog, reason);
    else
        augd_patience_left(&dialog->streams->patience, dialog->open_ns, uv_hrtime());
    augd_stream_abandon(dialog->stream);
    dialog->stream = NULL;
    dialog->is_sending = false;
}

/* The stream is over, by the client's wish or by itself. */
static void end_stream(AugdDialog *dialog, const char *reason)
{
    const AugpFrame frame = {
        .type = AUGP_TYPE_CLOSED, .stream = AUGP_STREAM_ONE, .ident = dialog->ident};
    drop_stream(dialog, reason);
    dialog->connection->state = AUGP_STATE_READY;
    augd_connection_send(dialog->connection, &frame, NULL);
}

/* Says which samples of a batch were replaced, and why. The stream's total stands in its last
 * line. */
static void log_replaced(AugdDialog *dialog, const AugBatch *batch)
{
    uint32_t n;
    const AugReplaced *list = aug_batch_replaced(batch, &n);
    for (uint32_t i = 0; i < n && dialog->replaced + i < MAX_REPLACED_LINES; i++) {
        char reason[AUG_MAX_REASON];
        snprintf(reason, sizeof(reason), "%s", list[i].reason);
        augp_text_clean(reason);
        augd_log(&dialog->streams->loop->log, AUGD_EVENT_REPLACED,
                 "{s:I, s:s%, s:I, s:I, s:I, s:I, s:I, s:b, s:s}", "connection",
                 (json_int_t)dialog->connection->id, "stream",
                 augd_stream_info(dialog->stream)->stream_id, (size_t)8, "epoch",
                 (json_int_t)aug_batch_epoch(batch), "step", (json_int_t)aug_batch_step(batch),
                 "row", (json_int_t)list[i].row, "index", (json_int_t)list[i].index, "replacement",
                 (json_int_t)list[i].replacement, "of_partner", list[i].of_partner, "message",
                 reason);
    }
    dialog->replaced += n;
}

/* Says that the epoch is over whose last batch went out with this frame, and what the data are, if
 * that is known by now. */
static void send_end_of_epoch(AugdDialog *dialog, const AugpFrame *last)
{
    AugpFrame frame = {
        .type = AUGP_TYPE_END_OF_EPOCH,
        .stream = AUGP_STREAM_ONE,
        .epoch = last->epoch,
        .step = last->step + 1,
        .ident = last->ident,
    };
    AugpEndOfEpoch end;
    augd_stream_content(dialog->stream, end.content);
    char *text = NULL;
    size_t size;
    /* Without memory it is said another time. */
    if (end.content[0] && augp_end_of_epoch_encode(&end, &text, &size, NULL) == AUGP_OK)
        frame.length = size;
    augd_connection_send(dialog->connection, &frame, text);
}

/* Sends one batch, and the end of its epoch behind the last one. */
static void send_batch(AugdDialog *dialog, AugBatch *batch)
{
    bool last = aug_batch_is_last(batch);
    AugpFrame frame = {
        .type = AUGP_TYPE_BATCH,
        .flags = last ? AUGP_FLAG_LAST_OF_EPOCH : 0,
        .stream = AUGP_STREAM_ONE,
        .epoch = aug_batch_epoch(batch),
        .step = aug_batch_step(batch),
        .seq = dialog->sent,
        .ident = dialog->ident,
    };
    size_t size;
    const void *bytes = aug_batch_bytes(batch, &size);
    frame.length = size;
    log_replaced(dialog, batch);
    count_outcomes(dialog, batch);
    if (dialog->features & AUGP_FEATURE_CRC) {
        frame.flags |= AUGP_FLAG_PAYLOAD_CRC;
        frame.payload_crc = (uint32_t)aug_batch_mark(batch);
    }
    dialog->sent++;
    Sending *sending = malloc(sizeof(*sending));
    if (!sending) {
        augd_stream_give_back(dialog->stream, batch);
        augd_connection_close(dialog->connection);
        return;
    }
    *sending = (Sending){.stream = dialog->stream, .batch = batch};
    dialog->is_sending = true;
    dialog->bytes_sent += size;
    dialog->samples += aug_batch_count(batch);
    augd_connection_send_borrowed(dialog->connection, &frame, bytes, sending);
    if (last)
        send_end_of_epoch(dialog, &frame);
}

/* Sends the next batch if there is one, credit allows it and none is on its way. */
static void pump(AugdDialog *dialog)
{
    AugdConnection *connection = dialog->connection;
    AUGD_ON_LOOP(dialog->streams->loop);
    if (connection->state != AUGP_STATE_STREAMING || connection->is_finishing || dialog->is_sending)
        return;
    if (dialog->sent == dialog->total) {
        end_stream(dialog, "ended");
        return;
    }
    if (dialog->sent >= dialog->credit)
        return;
    AugBatch *batch;
    AugpFailure failure;
    AugStatus status = augd_stream_take(dialog->stream, &batch, &failure);
    if (status != AUG_OK) {
        fail_with(dialog, &failure);
        drop_stream(dialog, "failed");
        connection->state = AUGP_STATE_READY;
    } else if (batch) {
        send_batch(dialog, batch);
    }
}

static void on_frame(void *user, const AugpFrame *frame, const char *payload)
{
    AugdDialog *dialog = user;
    AUGD_ON_LOOP(dialog->streams->loop);
    switch (frame->type) {
    case AUGP_TYPE_HELLO:
        take_hello(dialog, frame, payload);
        break;
    case AUGP_TYPE_LIST:
        take_list(dialog, frame, payload);
        break;
    case AUGP_TYPE_OPEN:
        take_open(dialog, frame, payload);
        break;
    case AUGP_TYPE_CREDIT:
        take_credit(dialog, frame);
        break;
    case AUGP_TYPE_CLOSE:
        if (is_for_stream(dialog, frame))
            end_stream(dialog, "closed");
        break;
    case AUGP_TYPE_PING: {
        const AugpFrame pong = {.type = AUGP_TYPE_PONG, .arg = frame->arg};
        augd_connection_send(dialog->connection, &pong, NULL);
        break;
    }
    default:
        /* PONG, and what may be skipped. */
        break;
    }
}

static void on_written(void *user, void *ticket)
{
    AugdDialog *dialog = user;
    Sending *sending = ticket;
    augd_stream_give_back(sending->stream, sending->batch);
    if (dialog->stream == sending->stream)
        dialog->is_sending = false;
    free(sending);
    pump(dialog);
}

static void on_end(void *user, const char *reason)
{
    drop_stream(user, reason);
}

static const AugdConnectionHooks hooks = {
    .on_frame = on_frame,
    .on_written = on_written,
    .on_end = on_end,
    .on_closed = free,
};

void augd_dialog_accept(AugdConnections *set, AugdStreams *streams, int fd, bool is_unix)
{
    AUGD_ON_LOOP(set->loop);
    AugdDialog *dialog = calloc(1, sizeof(*dialog));
    AugdConnection *connection = dialog ? augd_connection_new(set, is_unix, &hooks, dialog) : NULL;
    if (!connection) {
        free(dialog);
        close(fd);
        return;
    }
    dialog->streams = streams;
    dialog->connection = connection;
    augd_connection_accept(connection, fd);
}

void augd_dialog_wake(AugdDialog *dialog)
{
    pump(dialog);
}

void augd_dialog_drain(AugdDialog *dialog)
{
    AugdConnection *connection = dialog->connection;
    AUGD_ON_LOOP(dialog->streams->loop);
    if (connection->is_finishing)
        return;
    uint32_t drain_ms = dialog->streams->loop->settings->drain_ms;
    if (connection->state == AUGP_STATE_OPENING) {
        fail(dialog, AUGP_CODE_DRAINING, "the server is about to stop");
        return;
    }
    const AugpGoaway goaway = {.reason = "drain", .grace_ms = drain_ms};
    char *text;
    size_t size;
    AugpStatus status = augp_goaway_encode(&goaway, &text, &size, NULL);
    reply(dialog, (AugpFrame){.type = AUGP_TYPE_GOAWAY}, status, text, size);
    augd_connection_finish(connection, drain_ms);
}
