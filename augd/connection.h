/* One client's connection: bytes in, frames out, deadlines. What the frames mean is in dialog.h.
 *
 * Guarantees. Reading hands the socket exactly the bytes that are missing, so nothing is buffered
 * twice or read too far; a payload is only allocated after its length was compared with the cap of
 * its type and state. One BATCH at a time is given to the socket. A client that does not read makes
 * the server stop reading from it, so that replies cannot pile up. After an error there is one
 * ERROR frame, and nothing that the client sends is looked at any more.
 */
#ifndef AUGD_CONNECTION_H
#define AUGD_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "augd/stream.h"
#include "protocol/frame.h"

struct AugdServer;

/* One connection. Touched by the loop's thread only.
 *
 * n_handles:     libuv handles that still have to be closed before the memory can go
 * is_finishing:  no more frames are taken; what is queued is sent, then the connection closes
 * is_closed:     the handles are closing
 * peer_is_done:  the client will send nothing more
 * header_fill, payload_fill: bytes read so far of the frame being received
 * n_writes:      frames given to the socket and not yet sent
 * n_written:     frames that left completely
 * queue_seen, written_seen, stalled_ms: bytes that waited and frames that had left when the timer
 *                looked last, and for how long neither changed
 * stream:        being opened or open, else NULL
 * ident:         of the stream that was opened last; 0 before the first
 * sent, credit, total: batches sent, allowed, and to be sent until the stream's end
 * is_sending:    a BATCH is with the socket
 */
typedef struct AugdConnection {
    struct AugdServer *server;
    struct AugdConnection *next, *previous;
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

    bool wants_crc;
    AugdStream *stream;
    uint64_t ident;
    uint64_t sent, credit, total;
    uint64_t bytes_sent;
    bool is_sending;
} AugdConnection;

/* Accepts a waiting connection of a listener, or refuses it if there are too many. */
void augd_connection_accept(struct AugdServer *server, uv_stream_t *listener, bool is_unix);

/* Sends a control frame. Takes payload (frame->length bytes from malloc, or NULL). */
void augd_connection_send(AugdConnection *connection, const AugpFrame *frame, char *payload);

/* Sends a batch, which goes back to the stream when it left. */
void augd_connection_send_batch(AugdConnection *connection, AugpFrame *frame, AugBatch *batch);

/* Sends ERROR, of stream scope or of connection scope as the code says; the latter finishes the
 * connection. Takes what failure owns. */
void augd_connection_fail(AugdConnection *connection, AugpFailure *failure);

/* Lets what is queued leave within flush_ms, then closes. */
void augd_connection_finish(AugdConnection *connection, uint32_t flush_ms);

/* Closes at once. */
void augd_connection_close(AugdConnection *connection);

#endif
