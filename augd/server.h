/* The server: one event loop with listeners and connections, one pool of workers for all streams.
 *
 * Threads. The loop's thread (loop.h) owns everything in this struct. Workers (AugPool) make
 * samples and only wake the loop. Opening a stream (parsing and compiling its spec) and
 * taking one down, both of which may wait, run in libuv's own small pool.
 */
#ifndef AUGD_SERVER_H
#define AUGD_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "augd/connection.h"
#include "augd/listener.h"
#include "augd/loop.h"
#include "augd/signals.h"
#include "augd/stream.h"

/* What a server does: serve; end connections as soon as their batch is through; end them now. */
typedef enum AugdPhase { AUGD_SERVING, AUGD_DRAINING, AUGD_ABORTING } AugdPhase;

/* listeners: owned
 * wake:      workers call for the loop with it
 */
typedef struct AugdServer {
    AugdLoop loop;
    AugdConnections connections;
    AugdStreams streams;
    AugdServed served;
    AugdListener *listeners;
    size_t n_listeners;
    uv_async_t wake;
    uv_signal_t on_terminate, on_interrupt;
    AugdSignals signals;
    uv_timer_t drain_timer;
    AugdPhase phase;
    bool is_over; /* nothing is left to do but to close the handles above */
} AugdServer;

/* Opens data sets, starts workers, and listens; from then on clients can connect. Fails with a
 * sentence for the user. Whatever happens, augd_server_fini must follow. */
AUG_MUST_CHECK AugStatus augd_server_start(AugdServer *server, uv_loop_t *loop,
                                           const AugdSettings *settings, AugError *error);

/* Serves until SIGTERM or SIGINT and the drain that follows. Returns false if jobs that cannot be
 * interrupted (a look at a data set on a disk that does not answer) are still running after the
 * drain's time: then the process must end without augd_server_fini. */
AUG_MUST_CHECK bool augd_server_run(AugdServer *server);

/* Removes the Unix sockets from the file system. Safe at any time after start. */
void augd_server_unlink(const AugdServer *server);

/* Frees what start made. */
void augd_server_fini(AugdServer *server);

#endif
