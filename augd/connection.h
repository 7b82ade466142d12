/* One client's connection: bytes in, frames out, deadlines. What the frames mean is its owner's
 * (dialog.h), who is told through hooks.
 *
 * Guarantees. Reading hands the socket exactly the bytes that are missing, so nothing is buffered
 * twice or read too far; a payload is only allocated after its length was compared with the cap of
 * its type and state. A client that does not read makes the server stop reading from it, so that
 * replies cannot pile up. After an error that ends the connection there is one ERROR frame, and
 * nothing that the client sends is looked at any more.
 */
#ifndef AUGD_CONNECTION_H
#define AUGD_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "augd/loop.h"
#include "protocol/frame.h"
#include "protocol/message.h"

struct AugdConnections;

/* What a connection tells its owner (the dialog), on the loop.
 *
 * on_frame:   a frame that passed the checks of its header and payload. payload has frame->length
 *             bytes and a NUL behind them; both are borrowed
 * on_written: the bytes of augd_connection_send_borrowed are not needed any more, sent or not. A
 *             broken connection is finishing by then
 * on_end:     no more frames are taken and nothing but what is queued is sent; reason is a word for
 *             the log. May come twice
 * on_closed:  the connection's memory goes; the last call, and the dialog goes with it
 */
typedef struct AugdConnectionHooks {
    void (*on_frame)(void *dialog, const AugpFrame *frame, const char *payload);
    void (*on_written)(void *dialog, void *ticket);
    void (*on_end)(void *dialog, const char *reason);
    void (*on_closed)(void *dialog);
} AugdConnectionHooks;

/* One connection. Touched by the loop's thread only.
 *
 * dialog:        the owner's; what the hooks get
 * n_handles:     libuv handles that still have to be closed before the memory can go
 * is_finishing:  no more frames are taken; what is queued is sent, then the connection closes
 * is_closed:     the handles are closing
 * peer_is_done:  the client will send nothing more
 * state:         which frames are allowed; the owner moves it on
 * client:        how the client calls itself, for the log; the owner's to set
 * header_fill, payload_fill: bytes read so far of the frame being received
 * n_writes:      frames given to the socket and not yet sent
 * n_written:     frames that left completely
 * queue_seen, written_seen, stalled_ms: bytes that waited and frames that had left when the timer
 *                looked last, and for how long neither changed
 */
typedef struct AugdConnection {
    struct AugdConnections *set;
    struct AugdConnection *next, *previous;
    const AugdConnectionHooks *hooks;
    void *dialog;
    uint64_t id;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } socket;
    uv_timer_t timer;
    uv_shutdown_t shutdown;
    int n_handles;
    bool is_unix, is_finishing, is_closed, peer_is_done;
    AugpState state;
    char client[256];

    uint8_t header[AUGP_HEADER_SIZE];
    size_t header_fill;
    AugpFrame frame;
    char *payload;
    size_t payload_fill;

    uint32_t n_writes;
    uint64_t n_written;
    uint64_t queue_seen, written_seen;
    uint32_t stalled_ms;
    bool is_paused;
} AugdConnection;

/* Bytes that are read only to be thrown away go here, whosever they are. */
#define AUGD_DISCARD_SIZE 65536

/* All connections of a server. The server's memory, filled in before the first connection.
 *
 * first:   a list
 * max:     served at once; a few more are told that there are too many
 * on_gone: called after one has gone
 */
typedef struct AugdConnections {
    AugdLoop *loop;
    AugdConnection *first;
    uint32_t n, max;
    uint64_t last_id;
    void (*on_gone)(void *user);
    void *user;
    uint8_t discard[AUGD_DISCARD_SIZE];
} AugdConnections;

/* A connection without a peer yet, to be given to augd_connection_accept. NULL if memory is out. */
AugdConnection *augd_connection_new(AugdConnections *set, bool is_unix,
                                    const AugdConnectionHooks *hooks, void *dialog);

/* Accepts what waits at a listener, or refuses it if there are too many. Hooks may be called from
 * here. */
void augd_connection_accept(AugdConnection *connection, uv_stream_t *listener);

/* The client has greeted: from then on the deadline is that of a client that takes no bytes. */
void augd_connection_greeted(AugdConnection *connection);

/* Sends a control frame. Takes payload (frame->length bytes from malloc, or NULL). */
void augd_connection_send(AugdConnection *connection, const AugpFrame *frame, char *payload);

/* Sends a frame whose payload (frame->length bytes) stays the caller's, until on_written gets the
 * ticket, which is not NULL. */
void augd_connection_send_borrowed(AugdConnection *connection, const AugpFrame *frame,
                                   const void *payload, void *ticket);

/* Sends ERROR; stream and ident are those of the frame's header. Takes what failure owns. */
void augd_connection_send_error(AugdConnection *connection, uint32_t stream, uint64_t ident,
                                AugpFailure *failure);

/* Logs a failure of connection scope, sends ERROR and finishes. Takes what failure owns. */
void augd_connection_fail(AugdConnection *connection, AugpFailure *failure);

/* Lets what is queued leave within flush_ms, then closes. */
void augd_connection_finish(AugdConnection *connection, uint32_t flush_ms);

/* Closes at once. */
void augd_connection_close(AugdConnection *connection);

#endif
