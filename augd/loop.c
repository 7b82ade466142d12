/* The loop that every part of the daemon runs on. */
#include "augd/loop.h"

#include <time.h>
#include <unistd.h>

void augd_loop_init(AugdLoop *loop, uv_loop_t *uv, const AugdSettings *settings)
{
    *loop = (AugdLoop){.uv = uv, .thread = uv_thread_self(), .settings = settings};
}

AugStatus augd_loop_start_log(AugdLoop *loop, AugError *error)
{
    const AugdSettings *settings = loop->settings;
    const AugdLevel level = settings->quiet     ? AUGD_LEVEL_WARNING
                            : settings->verbose ? AUGD_LEVEL_DEBUG
                                                : AUGD_LEVEL_INFO;
    return augd_log_init(&loop->log, STDERR_FILENO, level, error);
}

void augd_loop_fini(AugdLoop *loop)
{
    augd_log_fini(&loop->log);
}

uint64_t augd_thread_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * UINT64_C(1000000000) + (uint64_t)used.tv_nsec;
}

bool augd_loop_is_current(const AugdLoop *loop)
{
    uv_thread_t self = uv_thread_self();
    return uv_thread_equal(&loop->thread, &self) != 0;
}
