/* The server: one event loop with listeners and connections, one pool of workers for all streams.
 *
 * Threads. The loop's thread owns everything in these structs and touches every socket; it never
 * decodes, reads data sets or waits. Workers (AugPool) make samples and only wake the loop. Opening
 * a stream (compiling its spec, reading the data once for its fingerprint) and taking one down,
 * both of which may wait, run in libuv's own small pool. AUGD_ON_LOOP stands on the first line of
 * whatever must be on the loop's thread.
 */
#ifndef AUGD_SERVER_H
#define AUGD_SERVER_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "aug/catalog.h"
#include "aug/loader.h"
#include "augd/log.h"
#include "augd/settings.h"

struct AugdConnection;
struct AugdListener;

/* What a server does: serve; end connections as soon as their batch is through; end them now. */
typedef enum AugdPhase { AUGD_SERVING, AUGD_DRAINING, AUGD_ABORTING } AugdPhase;

/* Bytes that are read only to be thrown away go here, whosever they are. */
#define AUGD_DISCARD_SIZE 65536

/* settings:        borrowed
 * catalog, pool:   made before the loop runs; freed after it ended
 * wake:            workers call for the loop with it
 * connections:     all of them, a list
 * max_connections: what the settings and the limit of descriptors allow
 * n_streams:       opened or being opened, and not yet taken down
 * memory_reserved: bytes that batches of all streams may take at most; below
 * settings->max_memory_size
 */
typedef struct AugdServer {
    uv_loop_t *loop;
    uv_thread_t thread;
    const AugdSettings *settings;
    AugdLog log;
    AugCatalog *catalog;
    AugPool *pool;
    struct AugdListener *listeners;
    size_t n_listeners;
    uv_async_t wake;
    uv_signal_t on_terminate, on_interrupt;
    uv_timer_t drain_timer;
    AugdPhase phase;
    struct AugdConnection *connections;
    uint32_t n_connections, max_connections;
    uint64_t last_connection_id;
    uint32_t n_streams;
    uint64_t memory_reserved;
    bool is_over; /* nothing is left to do but to close the handles above */
    uint8_t discard[AUGD_DISCARD_SIZE];
} AugdServer;

#ifdef NDEBUG
#define AUGD_ON_LOOP(server) ((void)(server))
#else
/* Aborts a debug build on any other thread than the loop's. */
#define AUGD_ON_LOOP(server) assert(augd_server_is_on_loop(server))
#endif

/* Whether the caller is on the loop's thread. Any thread. */
bool augd_server_is_on_loop(const AugdServer *server);

/* Opens data sets, starts workers, and listens; from then on clients can connect. Fails with a
 * sentence for the user. Whatever happens, augd_server_fini must follow. */
AUG_MUST_CHECK AugStatus augd_server_start(AugdServer *server, uv_loop_t *loop,
                                           const AugdSettings *settings, AugError *error);

/* Serves until SIGTERM or SIGINT and the drain that follows. Returns false if jobs that cannot be
 * interrupted (a fingerprint of a large data set) are still running after the drain's time: then
 * the process must end without augd_server_fini. */
AUG_MUST_CHECK bool augd_server_run(AugdServer *server);

/* Removes the Unix sockets from the file system. Safe at any time after start. */
void augd_server_unlink(const AugdServer *server);

/* Frees what start made. */
void augd_server_fini(AugdServer *server);

/* Ends the loop if a stop was asked for and the last connection and stream are gone; to be called
 * whenever one of them goes. */
void augd_server_check_over(AugdServer *server);

#endif
