/* SIGINT, SIGTERM and SIGHUP as a wish to stop: noted by a thread of its own, looked at between
 * steps. */
#ifndef TRAIN_INTERRUPT_H
#define TRAIN_INTERRUPT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "aug/status.h"

/* signal: number of the signal that came, 0 before; any thread may read it. */
typedef struct TrainInterrupt {
    pthread_t thread;
    atomic_int signal;
    bool running;
} TrainInterrupt;

/* Blocks the signals in the calling thread and all threads made after, and starts the thread that
 * takes them. The same signal again within a second is the same wish, as whoever signals a process
 * and its group, such as timeout(1), sends it twice; every other one after the first ends the process
 * with 128 + its number. A closed pipe (SIGPIPE) is none. Call it before any other thread is made. */
AUG_MUST_CHECK AugStatus train_interrupt_start(TrainInterrupt *interrupt, AugError *error);

/* Ends the thread; accepts a zeroed struct. The signals stay blocked. */
void train_interrupt_stop(TrainInterrupt *interrupt);

/* "SIGINT", "SIGTERM" or "SIGHUP". */
const char *train_interrupt_name(int signal_number);

#endif
