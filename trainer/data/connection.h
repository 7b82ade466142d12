/* A stream of one of several servers, opened again where it stopped. Inside of reader.c. */
#ifndef TRAIN_CONNECTION_H
#define TRAIN_CONNECTION_H

#include <pthread.h>

#include "stream/stream.h"

/* How to wait for a server that went away.
 *
 * limit_s: how long; 0: not at all
 * insists: even if nobody is there at the beginning
 * note:    is told what is waited for
 * pause:   waits some seconds; false: nobody wants the batch any more
 */
typedef struct TrainWaiting {
    double limit_s;
    bool insists;
    void (*note)(void *context, const char *text);
    bool (*pause)(void *context, double seconds);
    void *context;
} TrainWaiting;

/* Everything in it is its own, but for what waiting points to.
 *
 * lock:      of stream, where it changes or another thread looks at it, and of is_interrupted
 * addresses: as given; each: n_addresses of them, in a copy of that text; at: of the present one
 * spec:      with a spec and texts of its own
 * options:   with the position of the next batch
 * identity:  what the stream was when it was first opened
 * is_over:   the last batch came, so that nothing is missing if the server goes now
 * limit_s:   until when a batch is waited for, since the one before; 0: the last one came
 * pause_s:   how long to wait before connecting, if what was connected last gave no batch
 */
typedef struct TrainConnection {
    char *addresses, *list;
    const char **each;
    size_t n_addresses, at;
    StreamSpec spec;
    AugSpec *own_spec;
    char *text, *name, *client;
    StreamOptions options;
    TrainWaiting waiting;
    pthread_mutex_t lock;
    bool is_interrupted;
    Stream *stream;
    StreamIdentity identity;
    bool is_over;
    double limit_s, pause_s;
} TrainConnection;

/* Copies everything; nothing is opened. The spec has a text and a name. The caller ends it even after a
 * failure. */
AUG_MUST_CHECK AugStatus train_connection_init(TrainConnection *connection, const char *addresses,
                                               const StreamSpec *spec, const StreamOptions *options,
                                               const TrainWaiting *waiting, AugError *error);

/* Of one that train_connection_init was called with. */
void train_connection_fini(TrainConnection *connection);

/* Opens the stream at the first address that has it. */
AUG_MUST_CHECK AugStatus train_connection_open(TrainConnection *connection, AugError *error);

/* The next batch; connects again if that is needed. */
AUG_MUST_CHECK AugStatus train_connection_next(TrainConnection *connection, StreamBatch *batch,
                                               AugError *error);

/* Has a thread that waits for a batch return at once, with AUG_CLOSED, as does every later call. For any
 * thread. */
void train_connection_interrupt(TrainConnection *connection);

#endif
