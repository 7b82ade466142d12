/* The life of a connection on the loop: reading, writing, its timers, and its end. */
#include "augd/connection.h"

#include <inttypes.h>
#include <jansson.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "augd/failure.h"

/* Time for an ERROR to leave, and then for the client to close its side: closing before it did
 * would make TCP throw away what the client has not read yet. */
#define FLUSH_MS 2000
#define LINGER_MS 2000

/* Replies that may wait for a client that does not read, before the server stops reading from it.
 */
#define MAX_WAITING 32

/* Bytes of replies that may wait for one client in the same way, and for all; the one whose reply
 * is too much is cut off. A reply has at most AUGP_MAX_CONTROL bytes. */
#define MAX_REPLY_SIZE (UINT64_C(8) << 10)
#define MAX_REPLIES_SIZE (UINT64_C(8) << 20)

/* Bytes of frames that clients began and did not finish; those of frames that are as short as
 * anything before READY do not count. */
#define MAX_RECEIVING_SIZE (UINT64_C(8) << 20)

/* What a refused client may still send while it reads why. */
#define MAX_DISCARDED (UINT64_C(1) << 20)

/* Connections that are looked at, whether they really are silent or have left, before one has to go.
 */
#define LOOKS 16

/* How often a client is looked at from which nothing is read, whether it has left. */
#define REST_LOOK_MS 250

/* A stalled client is noticed with a precision of one part in so many. */
#define STALL_LOOKS 8

/* A payload goes to the system in pieces of this size, with turns of the loop between them: to a
 * client that reads as fast as the server writes, one call would copy all of a large batch. */
#define PIECE_SIZE ((size_t)1 << 20)

/* A frame on its way. payload: owned; ticket: of one that is borrowed. reply_size: bytes of a payload
 * that is owned. n_pieces: with the socket; the header goes with the first. */
typedef struct Write {
    AugdConnection *connection;
    uint64_t reply_size;
    uint8_t header[AUGP_HEADER_SIZE];
    char *payload;
    void *ticket;
    size_t n_pieces;
    uv_write_t pieces[];
} Write;

/* Memory for a frame with a payload of so many bytes, NULL if it is out. */
static Write *write_new(uint64_t length)
{
    const size_t n = length == 0 ? 1 : (size_t)((length - 1) / PIECE_SIZE + 1);
    return calloc(1, sizeof(Write) + n * sizeof(uv_write_t));
}

static void on_timer(uv_timer_t *timer);

static void end_rest(AugdConnection *connection);

static void restart_timer(AugdConnection *connection, uint64_t first_ms, uint64_t repeat_ms)
{
    uv_timer_start(&connection->timer, on_timer, first_ms, repeat_ms);
}

static void leave_group(AugdConnection *connection)
{
    AugdConnectionGroup *group = connection->group;
    if (!group)
        return;
    if (connection->before)
        connection->before->behind = connection->behind;
    else
        group->first = connection->behind;
    if (connection->behind)
        connection->behind->before = connection->before;
    else
        group->last = connection->before;
    group->n--;
    connection->group = NULL;
}

/* Puts a connection at the end of a group, and takes it out of another. */
static void enter_group(AugdConnection *connection, AugdConnectionGroup *group)
{
    leave_group(connection);
    connection->group = group;
    connection->before = group->last;
    connection->behind = NULL;
    if (group->last)
        group->last->behind = connection;
    else
        group->first = connection;
    group->last = connection;
    group->n++;
}

/* Bytes of the frame being received that count, because there could be many of them. */
static uint64_t receiving_size(const AugdConnection *connection)
{
    return connection->frame.length > AUGP_MAX_GREETING ? connection->frame.length : 0;
}

static void free_payload(AugdConnection *connection)
{
    if (connection->payload)
        connection->set->receiving_size -= receiving_size(connection);
    free(connection->payload);
    connection->payload = NULL;
}

static void on_handle_closed(uv_handle_t *handle)
{
    AugdConnection *connection = handle->data;
    if (--connection->n_handles > 0)
        return;
    AugdConnections *set = connection->set;
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        set->first = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    set->n--;
    augd_log(&set->loop->log, AUGD_EVENT_DISCONNECTED, "{s:I}", "connection",
             (json_int_t)connection->id);
    connection->hooks->on_closed(connection->dialog);
    free(connection);
    set->on_gone(set->user);
}

/* Takes what the client sent meanwhile out of the socket: closing over it would reset the
 * connection. */
static void empty_socket(AugdConnection *connection)
{
    uv_os_fd_t fd;
    if (uv_fileno(&connection->socket.handle, &fd) != 0)
        return;
    ssize_t n = 1;
    while (n > 0 && connection->n_discarded < MAX_DISCARDED) {
        n = recv(fd, connection->set->discard, AUGD_DISCARD_SIZE, MSG_DONTWAIT);
        connection->n_discarded += n > 0 ? (uint64_t)n : 0;
    }
}

void augd_connection_close(AugdConnection *connection)
{
    AUGD_ON_LOOP(connection->set->loop);
    if (connection->is_closed)
        return;
    if (connection->is_finishing)
        empty_socket(connection);
    if (connection->group != &connection->set->refused)
        connection->set->n_served--;
    leave_group(connection);
    free_payload(connection);
    connection->is_closed = true;
    connection->is_finishing = true;
    connection->hooks->on_end(connection->dialog, "disconnected");
    uv_close(&connection->socket.handle, on_handle_closed);
    uv_close((uv_handle_t *)&connection->timer, on_handle_closed);
    uv_close((uv_handle_t *)&connection->rest, on_handle_closed);
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
    AUGD_ON_LOOP(connection->set->loop);
    if (connection->is_finishing)
        return;
    connection->is_finishing = true;
    free_payload(connection);
    connection->hooks->on_end(connection->dialog, "finished");
    restart_timer(connection, flush_ms, 0);
    if (connection->is_resting)
        end_rest(connection);
    connection->shutdown.data = connection;
    if (uv_shutdown(&connection->shutdown, &connection->socket.stream, on_shutdown) != 0)
        augd_connection_close(connection);
}

/* Nobody takes the bytes: the rest of a batch is stuck, so no ERROR can follow it. */
static void cut_stalled(AugdConnection *connection)
{
    augd_log(&connection->set->loop->log, AUGD_EVENT_CONNECTION_FAILED, "{s:I, s:s, s:I}",
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
    uint32_t stall_ms = connection->set->loop->settings->stall_ms;
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

/* The timer of a connection is its greeting's deadline, then looks for a stall while bytes
 * wait, then limits how long finishing takes. */
static void on_timer(uv_timer_t *timer)
{
    AugdConnection *connection = timer->data;
    AUGD_ON_LOOP(connection->set->loop);
    if (connection->is_finishing) {
        augd_connection_close(connection);
    } else if (connection->state == AUGP_STATE_NEW) {
        AugpFailure failure;
        augd_failure_set(&failure, AUGP_CODE_TIMEOUT, "no HELLO came within %u ms",
                         connection->set->loop->settings->handshake_ms);
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
    uint64_t period = connection->set->loop->settings->stall_ms / STALL_LOOKS;
    if (connection->queue_seen > 0)
        restart_timer(connection, period, period);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    AugdConnection *connection = handle->data;
    if (connection->is_finishing)
        *buffer = uv_buf_init((char *)connection->set->discard, AUGD_DISCARD_SIZE);
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

static AugpStatus make_room(AugdConnection *connection, AugpError *cause)
{
    AugdConnections *set = connection->set;
    const uint64_t size = receiving_size(connection), all = set->receiving_size + size;
    if (size > 0 && all > MAX_RECEIVING_SIZE)
        return AUGP_FAIL(cause, AUGP_PROTOCOL, AUGP_CODE_RESOURCE_EXHAUSTED, NULL,
                         "frames that are not complete have %" PRIu64
                         " bytes with this one; allowed are %" PRIu64,
                         all, MAX_RECEIVING_SIZE);
    connection->payload = malloc((size_t)connection->frame.length + 1);
    if (!connection->payload)
        return AUGP_FAIL(cause, AUGP_NO_MEMORY, 0, NULL, "no memory for a payload");
    set->receiving_size = all;
    return AUGP_OK;
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
    if (status == AUGP_OK)
        status = make_room(connection, &cause);
    if (status != AUGP_OK)
        fail_protocol(connection, &cause);
    return status == AUGP_OK;
}

/* A frame is complete. */
static void end_payload(AugdConnection *connection)
{
    char *payload = connection->payload;
    payload[connection->frame.length] = 0;
    connection->set->receiving_size -= receiving_size(connection);
    connection->payload = NULL;
    connection->header_fill = 0;
    AugpError cause = {0};
    if (augp_frame_check_payload(&connection->frame, payload, &cause) != AUGP_OK)
        fail_protocol(connection, &cause);
    else
        connection->hooks->on_frame(connection->dialog, &connection->frame, payload);
    free(payload);
}

static void on_read(uv_stream_t *socket, ssize_t n_read, const uv_buf_t *buffer)
{
    (void)buffer;
    AugdConnection *connection = socket->data;
    AUGD_ON_LOOP(connection->set->loop);
    if (n_read < 0) {
        /* What still has to be said to a client that only closed its sending side may leave. */
        connection->peer_is_done = true;
        if (!connection->is_finishing || n_read != UV_EOF || connection->n_writes == 0)
            augd_connection_close(connection);
        return;
    }
    if (connection->is_finishing) {
        connection->n_discarded += (uint64_t)n_read;
        if (connection->n_discarded > MAX_DISCARDED)
            augd_connection_close(connection);
        return;
    }
    if (n_read == 0)
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

static void read_on(AugdConnection *connection)
{
    if (!connection->is_closed && !connection->is_paused && !connection->is_resting)
        (void)uv_read_start(&connection->socket.stream, on_alloc, on_read);
}

static void end_rest(AugdConnection *connection)
{
    connection->is_resting = false;
    leave_group(connection);
    uv_timer_stop(&connection->rest);
    read_on(connection);
}

/* Whether the client has closed, though bytes that it sent before were not read. */
static bool has_left(const AugdConnection *connection)
{
    uv_os_fd_t fd;
    if (uv_fileno(&connection->socket.handle, &fd) != 0)
        return true;
    struct pollfd look = {.fd = fd, .events = POLLRDHUP};
    return poll(&look, 1, 0) > 0;
}

static void on_rest(uv_timer_t *timer)
{
    AugdConnection *connection = timer->data;
    AUGD_ON_LOOP(connection->set->loop);
    if (has_left(connection)) {
        augd_connection_close(connection);
    } else if (uv_now(connection->set->loop->uv) >= connection->rest_end_ms) {
        end_rest(connection);
    }
}

void augd_connection_rest(AugdConnection *connection, uint32_t rest_ms)
{
    AUGD_ON_LOOP(connection->set->loop);
    if (connection->is_finishing || rest_ms == 0)
        return;
    const uint32_t first_ms = rest_ms < REST_LOOK_MS ? rest_ms : REST_LOOK_MS;
    connection->is_resting = true;
    enter_group(connection, &connection->set->resting);
    connection->rest_end_ms = uv_now(connection->set->loop->uv) + rest_ms;
    uv_read_stop(&connection->socket.stream);
    uv_timer_start(&connection->rest, on_rest, first_ms, REST_LOOK_MS);
}

/* A piece of a frame left, or will not; behind the last one nothing of the frame is needed. */
static void on_written(uv_write_t *request, int status)
{
    Write *write = request->data;
    AugdConnection *connection = write->connection;
    AUGD_ON_LOOP(connection->set->loop);
    if (--write->n_pieces > 0) {
        if (status < 0)
            augd_connection_close(connection);
        return;
    }
    connection->n_writes--;
    connection->n_written++;
    connection->reply_size -= write->reply_size;
    connection->set->reply_size -= write->reply_size;
    void *ticket = write->ticket;
    free(write->payload);
    free(write);
    if (status < 0)
        augd_connection_close(connection);
    if (connection->is_paused && connection->n_writes < MAX_WAITING / 2 &&
        connection->reply_size < MAX_REPLY_SIZE) {
        connection->is_paused = false;
        read_on(connection);
    }
    if (ticket)
        connection->hooks->on_written(connection->dialog, ticket);
}

/* Gives the bytes of a frame to the socket; false if it takes none. */
static bool submit_pieces(AugdConnection *connection, Write *write, const AugpFrame *frame,
                          const char *payload)
{
    const size_t length = (size_t)frame->length;
    size_t at = 0;
    do {
        const size_t left = length - at, size = left < PIECE_SIZE ? left : PIECE_SIZE;
        const uv_buf_t buffers[] = {
            uv_buf_init((char *)write->header, AUGP_HEADER_SIZE),
            uv_buf_init(size > 0 ? (char *)(uintptr_t)(payload + at) : NULL, (unsigned)size),
        };
        const unsigned first = at > 0, n = at == 0 && size > 0 ? 2 : 1;
        uv_write_t *piece = &write->pieces[write->n_pieces];
        piece->data = write;
        if (uv_write(piece, &connection->socket.stream, buffers + first, n, on_written) != 0)
            break;
        write->n_pieces++;
        at += size;
    } while (at < length);
    if (write->n_pieces > 0 && at < length)
        augd_connection_close(connection);
    return write->n_pieces > 0;
}

/* Gives a frame to the socket; takes what write owns. */
static void submit(AugdConnection *connection, Write *write, const AugpFrame *frame,
                   const void *payload)
{
    augp_frame_encode(frame, write->header);
    write->connection = connection;
    connection->n_writes++;
    connection->reply_size += write->reply_size;
    connection->set->reply_size += write->reply_size;
    if (!submit_pieces(connection, write, frame, payload)) {
        write->pieces[0].data = write;
        write->n_pieces = 1;
        on_written(&write->pieces[0], UV_EPIPE);
        return;
    }
    const uint64_t queue = uv_stream_get_write_queue_size(&connection->socket.stream);
    const bool has_long_replies = queue > 0 && connection->reply_size > MAX_REPLY_SIZE;
    if (has_long_replies && write->reply_size > 0 &&
        connection->set->reply_size > MAX_REPLIES_SIZE) {
        connection->queue_seen = queue;
        cut_stalled(connection);
        return;
    }
    if ((connection->n_writes >= MAX_WAITING || has_long_replies) && !connection->is_paused &&
        !connection->is_finishing) {
        connection->is_paused = true;
        uv_read_stop(&connection->socket.stream);
    }
    watch_progress(connection);
}

void augd_connection_send(AugdConnection *connection, const AugpFrame *frame, char *payload)
{
    AUGD_ON_LOOP(connection->set->loop);
    Write *write = connection->is_finishing ? NULL : write_new(frame->length);
    if (!write) {
        free(payload);
        if (!connection->is_finishing)
            augd_connection_close(connection);
        return;
    }
    write->payload = payload;
    write->reply_size = payload ? frame->length : 0;
    submit(connection, write, frame, payload);
}

void augd_connection_send_borrowed(AugdConnection *connection, const AugpFrame *frame,
                                   const void *payload, void *ticket)
{
    AUGD_ON_LOOP(connection->set->loop);
    Write *write = write_new(frame->length);
    if (!write) {
        augd_connection_close(connection);
        connection->hooks->on_written(connection->dialog, ticket);
        return;
    }
    write->ticket = ticket;
    submit(connection, write, frame, payload);
}

void augd_connection_send_error(AugdConnection *connection, uint32_t stream, uint64_t ident,
                                AugpFailure *failure)
{
    AugpFrame frame = {
        .type = AUGP_TYPE_ERROR, .arg = failure->code, .stream = stream, .ident = ident};
    char *text = NULL;
    size_t size = 0;
    AugpStatus status = augp_failure_encode(failure, &text, &size, NULL);
    augp_failure_fini(failure);
    frame.length = size;
    if (status != AUGP_OK)
        augd_connection_close(connection);
    else
        augd_connection_send(connection, &frame, text);
}

void augd_connection_fail(AugdConnection *connection, AugpFailure *failure)
{
    AUGD_ON_LOOP(connection->set->loop);
    augd_log(&connection->set->loop->log, AUGD_EVENT_CONNECTION_FAILED, "{s:I, s:s, s:s, s:s}",
             "connection", (json_int_t)connection->id, "client", connection->client, "code",
             augp_code_info(failure->code)->name, "message", failure->message);
    augd_connection_send_error(connection, AUGP_STREAM_NONE, 0, failure);
    augd_connection_finish(connection, FLUSH_MS);
    AugdConnectionGroup *refused = &connection->set->refused;
    if (connection->is_closed || connection->group == refused)
        return;
    enter_group(connection, refused);
    connection->set->n_served--;
    /* The oldest had the most time to read why. */
    if (refused->n > AUGD_MAX_REFUSED)
        augd_connection_close(refused->first);
}

void augd_connection_greeted(AugdConnection *connection)
{
    AUGD_ON_LOOP(connection->set->loop);
    uv_timer_stop(&connection->timer);
    leave_group(connection);
    connection->state = AUGP_STATE_READY;
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

AugdConnection *augd_connection_new(AugdConnections *set, bool is_unix,
                                    const AugdConnectionHooks *hooks, void *dialog)
{
    AUGD_ON_LOOP(set->loop);
    AugdConnection *connection = calloc(1, sizeof(*connection));
    if (!connection)
        return NULL;
    connection->set = set;
    connection->hooks = hooks;
    connection->dialog = dialog;
    connection->is_unix = is_unix;
    uv_loop_t *loop = set->loop->uv;
    int problem = is_unix ? uv_pipe_init(loop, &connection->socket.pipe, 0)
                          : uv_tcp_init(loop, &connection->socket.tcp);
    if (problem != 0) {
        free(connection);
        return NULL;
    }
    uv_timer_init(loop, &connection->timer);
    connection->socket.handle.data = connection;
    uv_timer_init(loop, &connection->rest);
    connection->timer.data = connection;
    connection->rest.data = connection;
    connection->n_handles = 3;
    connection->id = ++set->last_id;
    connection->next = set->first;
    if (set->first)
        set->first->previous = connection;
    set->first = connection;
    set->n++;
    set->n_served++;
    enter_group(connection, &set->silent);
    return connection;
}

/* Whether a greeting lies in the socket that the loop did not come to read yet. */
static bool has_greeting(const AugdConnection *connection)
{
    uv_os_fd_t fd;
    uint8_t bytes[AUGP_HEADER_SIZE];
    if (uv_fileno(&connection->socket.handle, &fd) != 0)
        return false;
    const ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);
    return n > 0 && connection->header_fill + (size_t)n >= sizeof(bytes);
}

/* Who has to go for one that came: the oldest that says nothing, else the one that came. */
static AugdConnection *find_silent(AugdConnection *newest)
{
    AugdConnectionGroup *silent = &newest->set->silent;
    for (int i = 0; i < LOOKS && silent->first != newest; i++) {
        AugdConnection *oldest = silent->first;
        if (!has_greeting(oldest))
            return oldest;
        enter_group(oldest, silent);
    }
    return newest;
}

/* Closes a connection whose client left while nothing was read from it; false: none is found. */
static bool close_left(AugdConnections *set)
{
    AugdConnectionGroup *resting = &set->resting;
    for (uint32_t i = 0; i < LOOKS && i < resting->n; i++) {
        AugdConnection *oldest = resting->first;
        if (has_left(oldest)) {
            augd_connection_close(oldest);
            return true;
        }
        enter_group(oldest, resting);
    }
    return false;
}

/* Makes one of too many go, and says why. */
static void refuse_one(AugdConnection *newest)
{
    const AugdConnections *set = newest->set;
    AugdConnection *chosen = find_silent(newest);
    AugpFailure failure;
    augd_failure_set(&failure, AUGP_CODE_TOO_MANY_CONNECTIONS,
                     "the server has %u connections, which is all it allows%s", set->max,
                     chosen == newest ? "" : "; this one had not greeted when another one came");
    failure.retry_after_ms = 1000;
    augd_connection_fail(chosen, &failure);
}

static int open_socket(AugdConnection *connection, int fd)
{
    int problem = connection->is_unix ? uv_pipe_open(&connection->socket.pipe, fd)
                                      : uv_tcp_open(&connection->socket.tcp, fd);
    if (problem != 0)
        close(fd);
    return problem != 0 ? problem : uv_read_start(&connection->socket.stream, on_alloc, on_read);
}

void augd_connection_accept(AugdConnection *connection, int fd)
{
    AugdConnections *set = connection->set;
    AUGD_ON_LOOP(set->loop);
    if (open_socket(connection, fd) != 0) {
        augd_connection_close(connection);
        return;
    }
    if (!connection->is_unix)
        tune_tcp(connection);
    augd_log(&set->loop->log, AUGD_EVENT_CONNECTED, "{s:I, s:s}", "connection",
             (json_int_t)connection->id, "transport", connection->is_unix ? "unix" : "tcp");
    restart_timer(connection, set->loop->settings->handshake_ms, 0);
    if (set->is_draining) {
        AugpFailure failure;
        augd_failure_set(&failure, AUGP_CODE_DRAINING, "the server is about to stop");
        augd_connection_fail(connection, &failure);
    } else if (set->n_served > set->max && !close_left(set)) {
        refuse_one(connection);
    }
}
