/* A stream of a server, read by a thread of its own: ahead, while the network works, and so that
 * whoever waits for a batch still hears a signal; and opened again, at the next batch, when the server
 * went away.
 *
 * A reader belongs to one thread. Its own thread reads from the first train_reader_next on.
 */
#ifndef TRAIN_READER_H
#define TRAIN_READER_H

#include <stdatomic.h>

#include "stream/stream.h"

/* How long and until when to wait; borrowed.
 *
 * stop:    when it is not 0, waiting ends within a second; NULL: never
 * limit_s: how long a server that went away is waited for; 0: not at all
 * insists: it was there before, so it is waited for at the beginning too
 * say:     is told, in the reader's owner's thread, what is waited for and when it goes on; may be
 *          NULL
 */
typedef struct TrainPatience {
    const atomic_int *stop;
    double limit_s;
    bool insists;
    void (*say)(void *context, const char *text);
    void *context;
} TrainPatience;

/* Opaque. */
typedef struct TrainReader TrainReader;

/* Whether a text is an address, or several of them with commas between. */
bool train_reader_is_address(const char *text);

/* Opens a stream at the first of the addresses that has it. Spec, with text and name, and options are
 * borrowed for the call. Fails as stream_connect; AUG_CLOSED too if it is to stop. */
AUG_MUST_CHECK AugStatus train_reader_open(TrainReader **out, const char *addresses,
                                           const StreamSpec *spec, const StreamOptions *options,
                                           const TrainPatience *patience, AugError *error);

/* Closes; NULL does nothing. A thread that still waits for its server ends by itself. */
void train_reader_free(TrainReader *reader);

/* The stream, for what it announces; borrowed until the first train_reader_next, and then gone. */
const Stream *train_reader_stream(const TrainReader *reader);

/* The next batch, as stream_next, but that its tensors have no names; borrowed until the next call.
 * A server that went away is waited for, and the next of the
 * addresses tried; what goes on must be the same stream (AUG_CHANGED). AUG_CLOSED if it did not come
 * back, or if it is to stop; after the latter it may be called again. */
AUG_MUST_CHECK AugStatus train_reader_next(TrainReader *reader, StreamBatch *batch,
                                           AugError *error);

/* Seconds spent waiting in train_reader_next so far. */
double train_reader_waited(const TrainReader *reader);

#endif
