/* A thread that waits for signals: it notes the first, and ends the program at the second. */
#include "trainer/run/interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "libaug/base/clock.h"

/* Ends the thread; it is blocked like the others, so it disturbs nobody. */
#define END_SIGNAL SIGUSR1

/* The same signal within this time is the same wish. */
#define ONE_WISH_S 1.0

static void fill_set(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
    sigaddset(set, END_SIGNAL);
}

static void *wait_for_signals(void *untyped)
{
    TrainInterrupt *interrupt = untyped;
    sigset_t set;
    fill_set(&set);
    double first_s = 0;
    for (;;) {
        int signal_number;
        if (sigwait(&set, &signal_number) != 0 || signal_number == END_SIGNAL)
            return NULL;
        const int first = atomic_load(&interrupt->signal);
        const double now = augi_clock_seconds();
        if (first == signal_number && now - first_s < ONE_WISH_S)
            continue;
        if (first != 0)
            _exit(128 + signal_number);
        first_s = now;
        atomic_store(&interrupt->signal, signal_number);
    }
}

const char *train_interrupt_name(int signal_number)
{
    return signal_number == SIGTERM ? "SIGTERM" : signal_number == SIGHUP ? "SIGHUP" : "SIGINT";
}

AugStatus train_interrupt_start(TrainInterrupt *interrupt, AugError *error)
{
    *interrupt = (TrainInterrupt){0};
    sigset_t set;
    fill_set(&set);
    (void)signal(SIGPIPE, SIG_IGN);
    int code = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (code == 0)
        code = pthread_create(&interrupt->thread, NULL, wait_for_signals, interrupt);
    if (code != 0)
        return AUG_FAIL(error, AUG_IO, NULL, "no thread for signals: %s", strerror(code));
    interrupt->running = true;
    return AUG_OK;
}

void train_interrupt_stop(TrainInterrupt *interrupt)
{
    if (!interrupt->running)
        return;
    pthread_kill(interrupt->thread, END_SIGNAL);
    pthread_join(interrupt->thread, NULL);
    interrupt->running = false;
}
