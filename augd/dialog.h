/* What the frames of a client mean: greeting, opening a stream, credit, the end. */
#ifndef AUGD_DIALOG_H
#define AUGD_DIALOG_H

#include "augd/connection.h"

/* Handles a frame that passed the checks of its header and payload. payload has
 * connection->frame.length bytes and a NUL behind them; borrowed. */
void augd_dialog_take(AugdConnection *connection, const char *payload);

/* Sends the next batch if there is one, credit allows it and none is on its way. */
void augd_dialog_pump(AugdConnection *connection);

/* Says that the server stops, and finishes the connection behind the batch that is on its way. */
void augd_dialog_drain(AugdConnection *connection);

/* Lets go of the stream, if there is one. */
void augd_dialog_drop_stream(AugdConnection *connection, const char *reason);

#endif
