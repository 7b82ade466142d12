/* augd: the daemon's command line. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "aug/version.h"
#include "augd/server.h"
#include "augd/settings.h"

static int fail(const AugError *error)
{
    fprintf(stderr, "augd: %s%s%s\n", error->where, error->where[0] ? ": " : "", error->message);
    return aug_status_exit_code(error->status);
}

static int serve(const AugdSettings *settings)
{
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0) {
        fputs("augd: the event loop cannot start\n", stderr);
        return EXIT_FAILURE;
    }
    AugdServer *server = calloc(1, sizeof(*server));
    if (!server) {
        fputs("augd: memory is exhausted\n", stderr);
        return EXIT_FAILURE;
    }
    AugError error = {0};
    int code = EXIT_SUCCESS;
    if (augd_server_start(server, &loop, settings, &error) != AUG_OK)
        code = fail(&error);
    else if (!augd_server_run(server)) {
        /* A job in libuv's pool cannot be interrupted, and waiting for it could take minutes. */
        augd_server_unlink(server);
        _exit(EXIT_SUCCESS);
    }
    augd_server_fini(server);
    free(server);
    uv_loop_close(&loop);
    return code;
}

/* Threads of libuv's pool, where streams are opened and taken down. More than its default of four,
 * because the first opening of a large data set occupies one for as long as reading it takes. */
#define UV_THREADS "16"

int main(int argc, char **argv)
{
    setenv("UV_THREADPOOL_SIZE", UV_THREADS, 0);
    /* A client that went away is an error of its write, not the end of the daemon. */
    signal(SIGPIPE, SIG_IGN);
    AugdSettings settings;
    AugError error = {0};
    int code = EXIT_SUCCESS;
    if (augd_settings_parse(&settings, argc, argv, &error) != AUG_OK)
        code = fail(&error);
    else if (settings.help)
        augd_settings_help(stdout);
    else if (settings.version)
        printf("augd %s (engine %s)\n", AUG_VERSION, AUG_ENGINE);
    else
        code = serve(&settings);
    augd_settings_fini(&settings);
    return code;
}
