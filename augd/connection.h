/* One client's connection: bytes in, frames out, deadlines. What the frames mean is its owner's
 * (dialog.h), who is told through hooks.
 *
 * Guarantees. Reading hands the socket exactly the bytes that are missing, so nothing is buffered
 * twice or read too far; a payload is only allocated after its length was compared with the cap of
 * its type and state. A client that does not read makes the server stop reading from it, so that
 * replies cannot pile up; what all clients together may leave unread, or send unfinished, is
 * bounded, too. After an error that ends the connection there is one ERROR frame, and nothing that
 * the client sends is looked at any more; it is read nevertheless, within bounds of bytes and time,
 * because closing over unread bytes would take the ERROR away from the client.
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
 * group, before, behind: which of the set's groups it is in, and its neighbours there
 * dialog:        the owner's; what the hooks get
 * n_handles:     libuv handles that still have to be closed before the memory can go
 * is_finishing:  no more frames are taken; what is queued is sent, then the connection closes
 * is_closed:     the handles are closing
 * peer_is_done:  the client will send nothing more
 * state:         which frames are allowed; the owner moves it on
 * client:        how the client calls itself, for the log; the owner's to set
 * header_fill, payload_fill: bytes read so far of the frame being received
 * rest, rest_end_ms: until when nothing is read from it, by the loop's clock, while is_resting
 * n_discarded:   bytes that were read only to be thrown away
 * n_writes:      frames given to the socket and not yet sent
 * reply_size:    bytes of those that the server made for this client alone
 * n_written:     frames that left completely
 * queue_seen, written_seen, stalled_ms: bytes that waited and frames that had left when the timer
 *                looked last, and for how long neither changed
 */
typedef struct AugdConnection {
    struct AugdConnections *set;
    struct AugdConnection *next, *previous;
    struct AugdConnectionGroup *group;
    struct AugdConnection *before, *behind;
    const AugdConnectionHooks *hooks;
    void *dialog;
    uint64_t id;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } socket;
    uv_timer_t timer, rest;
    uint64_t rest_end_ms;
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
    uint64_t n_discarded;

    uint32_t n_writes;
    uint64_t reply_size;
    uint64_t n_written;
    uint64_t queue_seen, written_seen;
    uint32_t stalled_ms;
    bool is_paused, is_resting;
} AugdConnection;

/* Bytes that are read only to be thrown away go here, whosever they are. */
#define AUGD_DISCARD_SIZE 65536

/* Refused connections that may wait at once until their client has read why; each has a descriptor
 * beside those of max. */
#define AUGD_MAX_REFUSED 64

/* Some of a set, the oldest first. */
typedef struct AugdConnectionGroup {
    AugdConnection *first, *last;
    uint32_t n;
} AugdConnectionGroup;

/* All connections of a server. The server's memory, filled in before the first connection.
 *
 * first:   a list
 * n_served: those that are open and were not refused
 * max:     served at once. Where one more comes, one goes whose client left while it was resting; or
 *          the oldest that said nothing has to go, or else the one that came, and is told why
 * is_draining: those that come are told that the server is about to stop
 * silent:  did not greet yet
 * resting: are not read for a while
 * refused: were told why they have to go, and linger until they have read it
 * receiving_size, reply_size: bytes of frames that are not complete, and of replies that wait for
 *          clients
 * on_gone: called after one has gone
 */
typedef struct AugdConnections {
    AugdLoop *loop;
    AugdConnection *first;
    uint32_t n, n_served, max;
    bool is_draining;
    AugdConnectionGroup silent, resting, refused;
    uint64_t receiving_size, reply_size;
    uint64_t last_id;
    void (*on_gone)(void *user);
    void *user;
    uint8_t discard[AUGD_DISCARD_SIZE];
} AugdConnections;

/* A connection without a peer yet, to be given to augd_connection_accept. NULL if memory is out. */
AugdConnection *augd_connection_new(AugdConnections *set, bool is_unix,
                                    const AugdConnectionHooks *hooks, void *dialog);

/* Gives a connection its socket, which it takes; refuses it, or an older one, if there are too many.
 * Hooks may be called from here. */
void augd_connection_accept(AugdConnection *connection, int fd);

/* The client has greeted: from then on the deadline is that of a client that takes no bytes. */
void augd_connection_greeted(AugdConnection *connection);

/* Reads nothing for so many milliseconds, 0: reads on. A client that leaves meanwhile is noticed. */
void augd_connection_rest(AugdConnection *connection, uint32_t rest_ms);

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
