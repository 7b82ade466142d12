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

/* Makes a socket that was accepted a connection of the set, whose dialog opens streams among those
 * given. Takes the socket. */
void augd_dialog_accept(AugdConnections *set, AugdStreams *streams, int fd, bool is_unix);

/* Its stream may have a batch: sends it where that is allowed. */
void augd_dialog_wake(AugdDialog *dialog);

/* Says that the server stops, and finishes the connection behind the batch that is on its way. */
void augd_dialog_drain(AugdDialog *dialog);

#endif
