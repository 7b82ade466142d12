/* augd: the daemon. */
#include <stdlib.h>

#include "augd/program.h"
#include "augd/signals.h"

/* Threads of libuv's pool, where streams are opened and taken down. More than its default of four,
 * because a look at a slow disk occupies one for as long as it takes. */
#define UV_THREADS "16"

int main(int argc, char **argv)
{
    setenv("UV_THREADPOOL_SIZE", UV_THREADS, 0);
    augd_signals_ignore();
    return cmd_main(&augd_program, argc, argv);
}
