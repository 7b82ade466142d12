/* SIGINT and SIGTERM as a wish to stop: noted by a thread of its own, looked at between steps. */
#ifndef NN_INTERRUPT_H
#define NN_INTERRUPT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "aug/status.h"

/* signal: number of the signal that came, 0 before; any thread may read it. */
typedef struct NnInterrupt {
    pthread_t thread;
    atomic_int signal;
    bool running;
} NnInterrupt;

/* Blocks both signals in the calling thread and all threads made after, and starts the thread that
 * takes them. The second signal ends the process with 128 + its number. Call it before any other
 * thread is made. */
AUG_MUST_CHECK AugStatus nn_interrupt_start(NnInterrupt *interrupt, AugError *error);

/* Ends the thread; accepts a zeroed struct. The signals stay blocked. */
void nn_interrupt_stop(NnInterrupt *interrupt);

#endif
