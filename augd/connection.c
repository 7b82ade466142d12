#include "augd/connection.h"

#include <jansson.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "augd/dialog.h"
#include "augd/failure.h"
#include "augd/server.h"

/* Time for an ERROR to leave, and then for the client to close its side: closing before it did
 * would make TCP throw away what the client has not read yet. */
#define FLUSH_MS 2000
#define LINGER_MS 2000

/* Replies that may wait for a client that does not read, before the server stops reading from it.
 */
#define MAX_WAITING 32

/* Refused connections that may wait at once until their client has read why. */
#define MAX_REFUSED 64

/* A stalled client is noticed with a precision of one part in so many. */
#define STALL_LOOKS 8

/* A frame on its way. batch and stream: of a BATCH, to be given back. */
typedef struct Write {
    uv_write_t request;
    AugdConnection *connection;
    uint8_t header[AUGP_HEADER_SIZE];
    char *payload;
    AugBatch *batch;
    AugdStream *stream;
} Write;

static void on_timer(uv_timer_t *timer);

static void restart_timer(AugdConnection *connection, uint64_t first_ms, uint64_t repeat_ms)
{
    uv_timer_start(&connection->timer, on_timer, first_ms, repeat_ms);
}

static void on_handle_closed(uv_handle_t *handle)
{
    AugdConnection *connection = handle->data;
    if (--connection->n_handles > 0)
        return;
    AugdServer *server = connection->server;
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        server->connections = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    server->n_connections--;
    augd_log(&server->log, AUGD_EVENT_DISCONNECTED, "{s:I}", "connection",
             (json_int_t)connection->id);
    free(connection->payload);
    free(connection);
    augd_server_check_over(server);
}

void augd_connection_close(AugdConnection *connection)
{
    AUGD_ON_LOOP(connection->server);
    if (connection->is_closed)
        return;
    connection->is_closed = true;
    connection->is_finishing = true;
    augd_dialog_drop_stream(connection, "disconnected");
    uv_close(&connection->socket.handle, on_handle_closed);
    uv_close((uv_handle_t *)&connection->timer, on_handle_closed);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    AugdConnection *connection = request->data;
    if (connection->is_closed)
        return;
    if (status < 0 || connection->peer_is_done)
        augd_connection_close(connection);
    else
        restart_timer(connection, LINGER_MS, 0);
}

void augd_connection_finish(AugdConnection *connection, uint32_t flush_ms)
{
    AUGD_ON_LOOP(connection->server);
    if (connection->is_finishing)
        return;
    connection->is_finishing = true;
    augd_dialog_drop_stream(connection, "finished");
    restart_timer(connection, flush_ms, 0);
    connection->shutdown.data = connection;
    if (uv_shutdown(&connection->shutdown, &connection->socket.stream, on_shutdown) != 0)
        augd_connection_close(connection);
}

/* Nobody takes the bytes: the rest of a batch is stuck, so no ERROR can follow it. */
static void cut_stalled(AugdConnection *connection)
{
    augd_log(&connection->server->log, AUGD_EVENT_CONNECTION_FAILED, "{s:I, s:s, s:I}",
             "connection", (json_int_t)connection->id, "code", "SLOW_CONSUMER", "waiting_bytes",
             (json_int_t)connection->queue_seen);
    augd_connection_close(connection);
}

static void look_for_stall(AugdConnection *connection)
{
    uint64_t queue = uv_stream_get_write_queue_size(&connection->socket.stream);
    if (queue == 0) {
        uv_timer_stop(&connection->timer);
        return;
    }
    uint32_t stall_ms = connection->server->settings->stall_ms;
    /* The queue alone says nothing: in a steady stream every look may find as much of another
     * batch. */
    bool moves =
        queue != connection->queue_seen || connection->n_written != connection->written_seen;
    connection->queue_seen = queue;
    connection->written_seen = connection->n_written;
    connection->stalled_ms = moves ? 0 : connection->stalled_ms + stall_ms / STALL_LOOKS;
    if (connection->stalled_ms >= stall_ms)
        cut_stalled(connection);
}

/* The one timer of a connection is its greeting's deadline, then looks for a stall while bytes
 * wait, then limits how long finishing takes. */
static void on_timer(uv_timer_t *timer)
{
    AugdConnection *connection = timer->data;
    AUGD_ON_LOOP(connection->server);
    if (connection->is_finishing) {
        augd_connection_close(connection);
    } else if (connection->state == AUGP_STATE_NEW) {
        AugpFailure failure;
        augd_failure_set(&failure, AUGP_CODE_TIMEOUT, "no HELLO came within %u ms",
                         connection->server->settings->handshake_ms);
        augd_connection_fail(connection, &failure);
    } else {
        look_for_stall(connection);
    }
}

/* Starts to look for a stall if bytes wait and nobody looks yet. */
static void watch_progress(AugdConnection *connection)
{
    if (connection->is_finishing || connection->state == AUGP_STATE_NEW ||
        uv_is_active((uv_handle_t *)&connection->timer))
        return;
    connection->queue_seen = uv_stream_get_write_queue_size(&connection->socket.stream);
    connection->written_seen = connection->n_written;
    connection->stalled_ms = 0;
    uint64_t period = connection->server->settings->stall_ms / STALL_LOOKS;
    if (connection->queue_seen > 0)
        restart_timer(connection, period, period);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    AugdConnection *connection = handle->data;
    if (connection->is_finishing)
        *buffer = uv_buf_init((char *)connection->server->discard, AUGD_DISCARD_SIZE);
    else if (connection->header_fill < AUGP_HEADER_SIZE)
        *buffer = uv_buf_init((char *)connection->header + connection->header_fill,
                              (unsigned)(AUGP_HEADER_SIZE - connection->header_fill));
    else
        *buffer = uv_buf_init(connection->payload + connection->payload_fill,
                              (unsigned)(connection->frame.length - connection->payload_fill));
}

/* What the client sent is not the protocol. */
static void fail_protocol(AugdConnection *connection, const AugpError *cause)
{
    AugpFailure failure;
    AugpCode code = cause->status == AUGP_NO_MEMORY ? AUGP_CODE_INTERNAL : (AugpCode)cause->code;
    augd_failure_set(&failure, code, "%s%s%s", cause->where, cause->where[0] ? ": " : "",
                     cause->message);
    augd_connection_fail(connection, &failure);
}

/* Whether what came of a header can still become one. A foreign protocol's first line may be
 * shorter than a header; its client should not have to wait for the deadline. */
static bool has_magic(const AugdConnection *connection)
{
    size_t n = connection->header_fill < 4 ? connection->header_fill : 4;
    return memcmp(connection->header, AUGP_MAGIC, n) == 0;
}

/* A header is complete, or is none: checks it and makes room for its payload. */
static bool begin_payload(AugdConnection *connection)
{
    AugpError cause = {0};
    AugpStatus status = augp_frame_decode(&connection->frame, connection->header, &cause);
    if (status == AUGP_OK)
        status =
            augp_frame_check(&connection->frame, AUGP_SIDE_CLIENT, connection->state, 0, &cause);
    connection->payload_fill = 0;
    if (status == AUGP_OK) {
        connection->payload = malloc((size_t)connection->frame.length + 1);
        if (!connection->payload)
            status = AUGP_FAIL(&cause, AUGP_NO_MEMORY, 0, NULL, "no memory for a payload");
    }
    if (status != AUGP_OK)
        fail_protocol(connection, &cause);
    return status == AUGP_OK;
}

/* A frame is complete. */
static void end_payload(AugdConnection *connection)
{
    char *payload = connection->payload;
    payload[connection->frame.length] = 0;
    connection->payload = NULL;
    connection->header_fill = 0;
    AugpError cause = {0};
    if (augp_frame_check_payload(&connection->frame, payload, &cause) != AUGP_OK)
        fail_protocol(connection, &cause);
    else
        augd_dialog_take(connection, payload);
    free(payload);
}

static void on_read(uv_stream_t *socket, ssize_t n_read, const uv_buf_t *buffer)
{
    (void)buffer;
    AugdConnection *connection = socket->data;
    AUGD_ON_LOOP(connection->server);
    if (n_read < 0) {
        /* What still has to be said to a client that only closed its sending side may leave. */
        connection->peer_is_done = true;
        if (!connection->is_finishing || n_read != UV_EOF || connection->n_writes == 0)
            augd_connection_close(connection);
        return;
    }
    if (n_read == 0 || connection->is_finishing)
        return;
    if (connection->header_fill < AUGP_HEADER_SIZE) {
        connection->header_fill += (size_t)n_read;
        bool partial = connection->header_fill < AUGP_HEADER_SIZE && has_magic(connection);
        if (partial || !begin_payload(connection))
            return;
    } else {
        connection->payload_fill += (size_t)n_read;
    }
    if (connection->payload_fill == connection->frame.length)
        end_payload(connection);
}

static void on_written(uv_write_t *request, int status)
{
    Write *write = request->data;
    AugdConnection *connection = write->connection;
    AUGD_ON_LOOP(connection->server);
    connection->n_writes--;
    connection->n_written++;
    bool was_batch = write->batch != NULL;
    if (was_batch) {
        augd_stream_give_back(write->stream, write->batch);
        if (connection->stream == write->stream)
            connection->is_sending = false;
    }
    free(write->payload);
    free(write);
    if (connection->is_closed)
        return;
    if (status < 0) {
        augd_connection_close(connection);
        return;
    }
    if (connection->is_paused && connection->n_writes < MAX_WAITING / 2) {
        connection->is_paused = false;
        uv_read_start(&connection->socket.stream, on_alloc, on_read);
    }
    if (was_batch)
        augd_dialog_pump(connection);
}

/* Gives a frame to the socket; takes what write owns. */
static void submit(AugdConnection *connection, Write *write, const AugpFrame *frame,
                   const void *payload)
{
    augp_frame_encode(frame, write->header);
    write->connection = connection;
    write->request.data = write;
    uv_buf_t buffers[] = {
        uv_buf_init((char *)write->header, AUGP_HEADER_SIZE),
        uv_buf_init((char *)(uintptr_t)payload, (unsigned)frame->length),
    };
    connection->n_writes++;
    if (uv_write(&write->request, &connection->socket.stream, buffers, frame->length ? 2 : 1,
                 on_written) != 0) {
        on_written(&write->request, UV_EPIPE);
        return;
    }
    if (connection->n_writes >= MAX_WAITING && !connection->is_paused &&
        !connection->is_finishing) {
        connection->is_paused = true;
        uv_read_stop(&connection->socket.stream);
    }
    watch_progress(connection);
}

void augd_connection_send(AugdConnection *connection, const AugpFrame *frame, char *payload)
{
    AUGD_ON_LOOP(connection->server);
    Write *write = connection->is_finishing ? NULL : calloc(1, sizeof(*write));
    if (!write) {
        free(payload);
        if (!connection->is_finishing)
            augd_connection_close(connection);
        return;
    }
    write->payload = payload;
    submit(connection, write, frame, payload);
}

void augd_connection_send_batch(AugdConnection *connection, AugpFrame *frame, AugBatch *batch)
{
    AUGD_ON_LOOP(connection->server);
    Write *write = calloc(1, sizeof(*write));
    if (!write) {
        augd_stream_give_back(connection->stream, batch);
        augd_connection_close(connection);
        return;
    }
    size_t size;
    const void *bytes = aug_batch_bytes(batch, &size);
    frame->length = size;
    if (connection->wants_crc)
        augp_frame_add_crc(frame, bytes);
    write->batch = batch;
    write->stream = connection->stream;
    connection->is_sending = true;
    connection->bytes_sent += size;
    submit(connection, write, frame, bytes);
}

void augd_connection_fail(AugdConnection *connection, AugpFailure *failure)
{
    AUGD_ON_LOOP(connection->server);
    const AugpCodeInfo *info = augp_code_info(failure->code);
    bool of_stream = info->scope == AUGP_SCOPE_STREAM;
    AugdEvent event = !of_stream                                  ? AUGD_EVENT_CONNECTION_FAILED
                      : connection->state == AUGP_STATE_STREAMING ? AUGD_EVENT_STREAM_FAILED
                                                                  : AUGD_EVENT_REFUSED;
    augd_log(&connection->server->log, event, "{s:I, s:s, s:s, s:s}", "connection",
             (json_int_t)connection->id, "client", connection->client, "code", info->name,
             "message", failure->message);
    AugpFrame frame = {.type = AUGP_TYPE_ERROR, .arg = failure->code};
    frame.stream = of_stream ? AUGP_STREAM_ONE : AUGP_STREAM_NONE;
    frame.ident = of_stream ? connection->ident : 0;
    char *text = NULL;
    size_t size = 0;
    AugpStatus status = augp_failure_encode(failure, &text, &size, NULL);
    augp_failure_fini(failure);
    frame.length = size;
    if (status != AUGP_OK)
        augd_connection_close(connection);
    else
        augd_connection_send(connection, &frame, text);
    if (!of_stream)
        augd_connection_finish(connection, FLUSH_MS);
}

/* Notices a dead peer on TCP: half-open connections would hold memory for ever otherwise. Best
 * effort. */
static void tune_tcp(AugdConnection *connection)
{
    enum { IDLE_S = 60, INTERVAL_S = 10, COUNT = 6 };
    const int interval = INTERVAL_S, count = COUNT, unacknowledged_ms = 120000;
    uv_os_fd_t fd;
    uv_tcp_nodelay(&connection->socket.tcp, 1);
    uv_tcp_keepalive(&connection->socket.tcp, 1, IDLE_S);
    if (uv_fileno(&connection->socket.handle, &fd) != 0)
        return;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms,
                     sizeof(unacknowledged_ms));
}

static AugdConnection *new_connection(AugdServer *server, bool is_unix)
{
    AugdConnection *connection = calloc(1, sizeof(*connection));
    if (!connection)
        return NULL;
    connection->server = server;
    connection->is_unix = is_unix;
    int problem = is_unix ? uv_pipe_init(server->loop, &connection->socket.pipe, 0)
                          : uv_tcp_init(server->loop, &connection->socket.tcp);
    if (problem != 0) {
        free(connection);
        return NULL;
    }
    uv_timer_init(server->loop, &connection->timer);
    connection->socket.handle.data = connection;
    connection->timer.data = connection;
    connection->n_handles = 2;
    connection->id = ++server->last_connection_id;
    connection->next = server->connections;
    if (server->connections)
        server->connections->previous = connection;
    server->connections = connection;
    server->n_connections++;
    return connection;
}

void augd_connection_accept(AugdServer *server, uv_stream_t *listener, bool is_unix)
{
    AUGD_ON_LOOP(server);
    AugdConnection *connection = new_connection(server, is_unix);
    if (!connection)
        return;
    int problem = uv_accept(listener, &connection->socket.stream);
    if (problem == 0)
        problem = uv_read_start(&connection->socket.stream, on_alloc, on_read);
    uint32_t allowed = server->max_connections;
    if (problem != 0 || server->n_connections > allowed + MAX_REFUSED) {
        augd_connection_close(connection);
        return;
    }
    if (!is_unix)
        tune_tcp(connection);
    augd_log(&server->log, AUGD_EVENT_CONNECTED, "{s:I, s:s}", "connection",
             (json_int_t)connection->id, "transport", is_unix ? "unix" : "tcp");
    restart_timer(connection, server->settings->handshake_ms, 0);
    if (server->n_connections > allowed) {
        AugpFailure failure;
        augd_failure_set(&failure, AUGP_CODE_TOO_MANY_CONNECTIONS,
                         "the server has %u connections, which is all it allows", allowed);
        failure.retry_after_ms = 1000;
        augd_connection_fail(connection, &failure);
    }
}
