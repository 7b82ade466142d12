/* A thread that waits for signals: it notes the first, and ends the program at the second. */
#include "trainer/run/interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Ends the thread; it is blocked like the others, so it disturbs nobody. */
#define END_SIGNAL SIGUSR1

static void fill_set(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, END_SIGNAL);
}

static void *wait_for_signals(void *untyped)
{
    TrainInterrupt *interrupt = untyped;
    sigset_t set;
    fill_set(&set);
    for (;;) {
        int signal_number;
        if (sigwait(&set, &signal_number) != 0 || signal_number == END_SIGNAL)
            return NULL;
        if (atomic_load(&interrupt->signal) != 0)
            _exit(128 + signal_number);
        atomic_store(&interrupt->signal, signal_number);
    }
}

AugStatus train_interrupt_start(TrainInterrupt *interrupt, AugError *error)
{
    *interrupt = (TrainInterrupt){0};
    sigset_t set;
    fill_set(&set);
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
