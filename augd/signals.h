/* Signals that end a program unless it says otherwise, and that a daemon outlives.
 *
 * SIGHUP, SIGUSR1 and SIGUSR2 are ignored by name: the log says that one came and that nothing
 * follows from it. There is nothing to reload: data sets and options are those of the start. They
 * are blocked from the first line of the program on and read from a descriptor, so that there is no
 * moment, at the start or at the end, at which they would do what they do by default.
 *
 * SIGPIPE and SIGXFSZ are ignored without a word, because the call that they are about fails and
 * says so. SIGTERM and SIGINT, which stop the daemon, are the server's; SIGQUIT still leaves a core.
 */
#ifndef AUGD_SIGNALS_H
#define AUGD_SIGNALS_H

#include <stdbool.h>
#include <uv.h>

#include "aug/status.h"
#include "augd/loop.h"

/* The caller's memory. */
typedef struct AugdSignals {
    AugdLoop *loop;
    int fd;
    uv_poll_t poll;
    bool is_open;
} AugdSignals;

/* Keeps all of them from doing anything, for the calling thread and those that it starts. */
void augd_signals_ignore(void);

/* Names in the log what comes, or came since augd_signals_ignore. Fails with AUG_IO where there is
 * no descriptor for it. */
AUG_MUST_CHECK AugStatus augd_signals_start(AugdSignals *signals, AugdLoop *loop, AugError *error);

/* Ends that; the signals stay ignored. Accepts zeroed signals. The struct must stay until the loop
 * has run once more. */
void augd_signals_stop(AugdSignals *signals);

#endif
