/* Starting, waking, stopping: the one place that knows all parts of the daemon. */
#include "augd/server.h"

#include <dirent.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "aug/version.h"
#include "augd/dialog.h"
#include "libaug/data/identity.h"

/* Descriptors that one thread may come to hold: a worker a file of a data set, its folder where a
 * name is looked for, and the file of digests; a thread of libuv's pool the same. */
#define THREAD_DESCRIPTORS 3

/* Beside those: the connection that is being accepted, what the C library opens for a moment. */
#define SPARE_DESCRIPTORS 8

/* Something may have become ready: whoever is owed a batch gets it. Calls are coalesced. */
static void on_wake(uv_async_t *wake)
{
    AugdServer *server = wake->data;
    AUGD_ON_LOOP(&server->loop);
    augd_streams_wake(&server->streams);
}

static void on_ready(void *dialog)
{
    augd_dialog_wake(dialog);
}

/* Ends the loop if a stop was asked for and the last connection, stream and reading are gone. */
static void check_over(void *user)
{
    AugdServer *server = user;
    AUGD_ON_LOOP(&server->loop);
    if (server->phase == AUGD_SERVING || server->is_over || server->connections.n > 0 ||
        server->streams.n > 0 || augd_openings_reading(&server->streams.openings) > 0)
        return;
    server->is_over = true;
    uv_close((uv_handle_t *)&server->wake, NULL);
    uv_close((uv_handle_t *)&server->on_terminate, NULL);
    uv_close((uv_handle_t *)&server->on_interrupt, NULL);
    uv_close((uv_handle_t *)&server->drain_timer, NULL);
    augd_signals_stop(&server->signals);
}

static void on_drain_time(uv_timer_t *timer)
{
    AugdServer *server = timer->data;
    AUGD_ON_LOOP(&server->loop);
    server->phase = AUGD_ABORTING;
    for (AugdConnection *at = server->connections.first; at; at = at->next)
        augd_connection_close(at);
    /* Connections are gone within this turn of the loop; jobs that are still under way then cannot
     * be waited for. */
    uv_stop(server->loop.uv);
}

/* The first signal drains, the second ends at once. */
static void on_signal(uv_signal_t *handle, int number)
{
    AugdServer *server = handle->data;
    AUGD_ON_LOOP(&server->loop);
    if (server->phase != AUGD_SERVING) {
        on_drain_time(&server->drain_timer);
        return;
    }
    server->phase = AUGD_DRAINING;
    server->streams.is_draining = true;
    server->connections.is_draining = true;
    for (size_t i = 0; i < server->n_listeners; i++) {
        /* Those who connected already hear that they have to go elsewhere. */
        augd_listener_take_waiting(&server->listeners[i]);
        augd_listener_stop(&server->listeners[i]);
    }
    augd_server_unlink(server);
    /* Said when it is true: nobody finds the socket any more. */
    augd_log(&server->loop.log, AUGD_EVENT_DRAINING, "{s:s, s:I, s:I}", "signal",
             number == SIGTERM ? "SIGTERM" : "SIGINT", "connections",
             (json_int_t)server->connections.n, "streams", (json_int_t)server->streams.n);
    uv_timer_start(&server->drain_timer, on_drain_time, server->loop.settings->drain_ms, 0);
    for (AugdConnection *at = server->connections.first; at; at = at->next)
        augd_dialog_drain(at->dialog);
    check_over(server);
}

/* Takes as many descriptors as the system allows: data sets, too, may need many. */
static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* Descriptors that are open in this process; what cannot be counted is 0. */
static uint64_t count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    uint64_t n = 0;
    while (folder && readdir(folder))
        n++;
    if (folder)
        closedir(folder);
    /* The folder names itself, its parent, and the descriptor through which it was read. */
    return n > 3 ? n - 3 : 0;
}

/* Allows as many connections as there are descriptors for, once everything else has its own: data
 * sets and listeners what they hold now, threads what they may come to need. So a connection never
 * takes one that a running stream has to open a file with. */
static AugStatus set_connections(AugdServer *server, AugError *error)
{
    struct rlimit limit;
    const uint32_t wanted = server->loop.settings->max_connections;
    server->connections.max = wanted;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return AUG_OK;
    const uint64_t held = count_descriptors();
    const uint64_t n_threads =
        (uint64_t)aug_pool_threads(server->streams.pool) + augd_openings_threads();
    const uint64_t kept = n_threads * THREAD_DESCRIPTORS + SPARE_DESCRIPTORS + AUGD_MAX_REFUSED;
    if (limit.rlim_cur <= held + kept)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "this process may open %" PRIu64 " files (ulimit -n); data sets and "
                        "listeners hold %" PRIu64 ", and threads and refused connections may need "
                        "%" PRIu64 ", which leaves none for connections",
                        (uint64_t)limit.rlim_cur, held, kept);
    const uint64_t room = limit.rlim_cur - held - kept;
    if (room >= wanted)
        return AUG_OK;
    server->connections.max = (uint32_t)room;
    augd_log(&server->loop.log, AUGD_EVENT_LIMITED, "{s:I, s:s}", "max_connections",
             (json_int_t)server->connections.max, "message",
             "the limit of open files (ulimit -n) allows no more");
    return AUG_OK;
}

static uint64_t resident_size(void)
{
    size_t size = 0;
    (void)uv_resident_set_memory(&size);
    return size;
}

static AugStatus open_datasets(AugdServer *server, AugError *error)
{
    const CmdTexts *texts = &server->loop.settings->dataset;
    server->streams.catalog = aug_catalog_new();
    if (!server->streams.catalog)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the data sets");
    AugLimits limits;
    aug_limits_init(&limits);
    limits.hints = (AugHintDetail)server->loop.settings->marks.value;
    for (size_t i = 0; i < texts->n; i++)
        AUG_TRY(aug_catalog_add(server->streams.catalog, texts->items[i], &limits, error));
    server->streams.served = &server->served;
    AUG_TRY(augd_served_init(&server->served, server->streams.catalog, error));
    return augd_openings_init(&server->streams.openings, server->loop.uv, server->streams.catalog,
                              error);
}

/* Says what serves, with what, and what is served. */
static void introduce(AugdServer *server)
{
    const AugdSettings *settings = server->loop.settings;
    augd_log(&server->loop.log, AUGD_EVENT_STARTED, "{s:s, s:s, s:I, s:I, s:I, s:I, s:I}",
             "version", AUG_VERSION, "engine", AUG_ENGINE, "process", (json_int_t)getpid(),
             "threads", (json_int_t)aug_pool_threads(server->streams.pool), "datasets",
             (json_int_t)server->served.n, "max_memory", (json_int_t)settings->max_memory_size,
             "max_connections", (json_int_t)server->connections.max);
    augd_served_log(&server->served, &server->loop.log);
}

/* Bytes that data sets do not hold yet: memory for digests is touched as samples are read. */
static uint64_t later_size(const AugCatalog *catalog)
{
    uint64_t size = 0;
    for (size_t i = 0; i < aug_catalog_count(catalog); i++)
        size += augi_identity_size(aug_catalog_dataset(catalog, i));
    return size;
}

static void on_client(void *user, int fd, bool is_unix)
{
    AugdServer *server = user;
    augd_dialog_accept(&server->connections, &server->streams, fd, is_unix);
}

static AugStatus listen_all(AugdServer *server, AugError *error)
{
    const CmdTexts *texts = &server->loop.settings->listen;
    server->listeners = calloc(texts->n, sizeof(*server->listeners));
    if (!server->listeners)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the listeners");
    for (size_t i = 0; i < texts->n; i++) {
        AugdListener *listener = &server->listeners[server->n_listeners++];
        *listener = (AugdListener){.loop = &server->loop, .on_client = on_client, .user = server};
        AUG_TRY(augd_listener_start(listener, texts->items[i], error));
    }
    return AUG_OK;
}

static void init_handles(AugdServer *server)
{
    uv_async_init(server->loop.uv, &server->wake, on_wake);
    uv_signal_init(server->loop.uv, &server->on_terminate);
    uv_signal_init(server->loop.uv, &server->on_interrupt);
    uv_timer_init(server->loop.uv, &server->drain_timer);
    server->wake.data = server;
    server->on_terminate.data = server;
    server->on_interrupt.data = server;
    server->drain_timer.data = server;
}

/* Says where it listens: the lines that whoever started the daemon waits for. */
static void announce(AugdServer *server)
{
    for (size_t i = 0; i < server->n_listeners; i++) {
        const AugdListener *listener = &server->listeners[i];
        augd_log(&server->loop.log, AUGD_EVENT_LISTENING, "{s:s}", "address", listener->text);
        if (augd_listener_is_public(listener))
            augd_log(&server->loop.log, AUGD_EVENT_UNPROTECTED, "{s:s, s:s}", "address",
                     listener->text, "message",
                     "anybody who reaches this address can read the data sets; there is no "
                     "authentication yet");
    }
}

AugStatus augd_server_start(AugdServer *server, uv_loop_t *loop, const AugdSettings *settings,
                            AugError *error)
{
    memset(server, 0, sizeof(*server));
    augd_loop_init(&server->loop, loop, settings);
    server->connections.loop = &server->loop;
    server->connections.on_gone = check_over;
    server->connections.user = server;
    server->streams = (AugdStreams){.loop = &server->loop,
                                    .wake = &server->wake,
                                    .on_ready = on_ready,
                                    .openings = {.on_gone = check_over, .user = server},
                                    .on_gone = check_over,
                                    .user = server};
    augd_ready_init(&server->streams.ready);
    init_handles(server);
    AUG_TRY(augd_loop_start_log(&server->loop, error));
    raise_limit();
    const uint64_t before = resident_size();
    AUG_TRY(open_datasets(server, error));
    const uint64_t after = resident_size(), grown = after > before ? after - before : 0;
    const uint64_t data_size = grown + later_size(server->streams.catalog);
    AUG_TRY(listen_all(server, error));
    /* After the sockets: creating a Unix socket changes the umask of the whole process for a
     * moment, which no other thread should see. */
    AUG_TRY(aug_pool_new(&server->streams.pool, settings->threads, error));
    AUG_TRY(set_connections(server, error));
    AUG_TRY(augd_memory_divide(&server->streams.memory, settings, server->streams.pool, data_size,
                               error));
    uv_signal_start(&server->on_terminate, on_signal, SIGTERM);
    uv_signal_start(&server->on_interrupt, on_signal, SIGINT);
    AUG_TRY(augd_signals_start(&server->signals, &server->loop, error));
    /* Where it listens comes first: whoever started the daemon waits for that. */
    announce(server);
    introduce(server);
    return AUG_OK;
}

bool augd_server_run(AugdServer *server)
{
    AUGD_ON_LOOP(&server->loop);
    uv_run(server->loop.uv, UV_RUN_DEFAULT);
    /* Stopped with work left: connections close in one more turn, and short jobs end in it. */
    for (int turn = 0; !server->is_over && turn < 100; turn++) {
        uv_run(server->loop.uv, UV_RUN_NOWAIT);
        uv_sleep(1);
    }
    augd_log(&server->loop.log, AUGD_EVENT_STOPPED, "{s:I, s:I}", "unfinished_streams",
             (json_int_t)server->streams.n, "unfinished_readings",
             (json_int_t)augd_openings_reading(&server->streams.openings));
    return server->is_over;
}

void augd_server_unlink(const AugdServer *server)
{
    for (size_t i = 0; i < server->n_listeners; i++)
        augd_listener_unlink(&server->listeners[i]);
}

void augd_server_fini(AugdServer *server)
{
    augd_server_unlink(server);
    for (size_t i = 0; i < server->n_listeners; i++)
        augd_listener_stop(&server->listeners[i]);
    /* If the loop never ran, its handles are still open. */
    server->phase = AUGD_ABORTING;
    check_over(server);
    uv_run(server->loop.uv, UV_RUN_DEFAULT);
    aug_pool_free(server->streams.pool);
    augd_ready_fini(&server->streams.ready);
    augd_openings_fini(&server->streams.openings);
    augd_served_fini(&server->served);
    aug_catalog_free(server->streams.catalog);
    free(server->listeners);
    augd_loop_fini(&server->loop);
    memset(server, 0, sizeof(*server));
}
