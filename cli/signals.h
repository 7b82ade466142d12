/* The signals that end a program (SIGINT, SIGTERM, SIGHUP), held back and looked at without a
 * handler, so without any global state. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <signal.h>

/* From here on the signals wait, in this thread and in those that it starts. before receives what
 * was held already. */
void cli_signals_hold(sigset_t *before);

/* From here on a reader that left (SIGPIPE) and a file that may not grow further (SIGXFSZ) are
 * failures of a write, which can be reported, and no longer the end of the program. */
void cli_signals_ignore_refusals(void);

/* As it was before; a signal that came meanwhile arrives now. */
void cli_signals_release(const sigset_t *before);

/* One of the signals that has come while they were held, or 0. It keeps waiting. */
int cli_signals_pending(void);

#endif
