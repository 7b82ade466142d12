/* Blocks the signals that end a program, and looks for those that came meanwhile. */
#include "cli/signals.h"

#include <pthread.h>
#include <stddef.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

#define N_SIGNALS (sizeof(signals) / sizeof(signals[0]))

void cli_signals_hold(sigset_t *before)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < N_SIGNALS; i++)
        sigaddset(&set, signals[i]);
    pthread_sigmask(SIG_BLOCK, &set, before);
}

void cli_signals_ignore_refusals(void)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
}

void cli_signals_release(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

int cli_signals_pending(void)
{
    sigset_t set;
    sigpending(&set);
    for (size_t i = 0; i < N_SIGNALS; i++) {
        if (sigismember(&set, signals[i]))
            return signals[i];
    }
    return 0;
}
