/* Ignoring signals, with and without a word. */
#include "augd/signals.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const struct {
    int number;
    const char *name;
} named[] = {
    {SIGHUP, "SIGHUP"},
    {SIGUSR1, "SIGUSR1"},
    {SIGUSR2, "SIGUSR2"},
};

static void fill_set(sigset_t *set)
{
    sigemptyset(set);
    for (size_t i = 0; i < AUG_COUNT(named); i++)
        sigaddset(set, named[i].number);
}

void augd_signals_ignore(void)
{
    sigset_t set;
    fill_set(&set);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
}

static void name_signal(AugdSignals *signals, uint32_t number)
{
    for (size_t i = 0; i < AUG_COUNT(named); i++)
        if ((uint32_t)named[i].number == number)
            augd_log(&signals->loop->log, AUGD_EVENT_SIGNAL_IGNORED, "{s:s, s:s}", "signal",
                     named[i].name, "message",
                     "nothing is reloaded: data sets and options are those of the start; SIGTERM "
                     "and SIGINT stop the daemon");
}

static void on_signals(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    AugdSignals *signals = poll->data;
    AUGD_ON_LOOP(signals->loop);
    struct signalfd_siginfo came;
    while (read(signals->fd, &came, sizeof(came)) == (ssize_t)sizeof(came))
        name_signal(signals, came.ssi_signo);
}

AugStatus augd_signals_start(AugdSignals *signals, AugdLoop *loop, AugError *error)
{
    sigset_t set;
    fill_set(&set);
    signals->loop = loop;
    signals->fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (signals->fd < 0)
        return AUG_FAIL(error, AUG_IO, NULL, "no descriptor for signals: %s", strerror(errno));
    if (uv_poll_init(loop->uv, &signals->poll, signals->fd) != 0) {
        close(signals->fd);
        return AUG_FAIL(error, AUG_IO, NULL, "the loop does not take a descriptor for signals");
    }
    signals->is_open = true;
    signals->poll.data = signals;
    uv_poll_start(&signals->poll, UV_READABLE, on_signals);
    return AUG_OK;
}

void augd_signals_stop(AugdSignals *signals)
{
    if (!signals->is_open)
        return;
    signals->is_open = false;
    uv_close((uv_handle_t *)&signals->poll, NULL);
    close(signals->fd);
}
