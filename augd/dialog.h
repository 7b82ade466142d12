/* What the frames of a client mean: greeting, opening a stream, credit, the end.
 *
 * A dialog belongs to its connection and goes with it. One BATCH at a time is given to the socket.
 */
#ifndef AUGD_DIALOG_H
#define AUGD_DIALOG_H

#include "augd/connection.h"
#include "augd/stream.h"

/* One client's dialog. Touched by the loop's thread only. */
typedef struct AugdDialog AugdDialog;

/* Accepts a waiting client of a listener as a connection of the set, whose dialog opens streams
 * among those given. */
void augd_dialog_accept(AugdConnections *set, AugdStreams *streams, uv_stream_t *listener,
                        bool is_unix);

/* Sends what has become ready, if anything may have. */
void augd_dialog_wake(AugdDialog *dialog);

/* Says that the server stops, and finishes the connection behind the batch that is on its way. */
void augd_dialog_drain(AugdDialog *dialog);

#endif
