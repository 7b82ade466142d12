/* The loop that every part of the daemon runs on. */
#include "augd/loop.h"

#include <stdio.h>

void augd_loop_init(AugdLoop *loop, uv_loop_t *uv, const AugdSettings *settings)
{
    *loop = (AugdLoop){.uv = uv, .thread = uv_thread_self(), .settings = settings};
    AugdLevel level = settings->quiet     ? AUGD_LEVEL_WARNING
                      : settings->verbose ? AUGD_LEVEL_DEBUG
                                          : AUGD_LEVEL_INFO;
    augd_log_init(&loop->log, stderr, level);
}

bool augd_loop_is_current(const AugdLoop *loop)
{
    uv_thread_t self = uv_thread_self();
    return uv_thread_equal(&loop->thread, &self) != 0;
}
