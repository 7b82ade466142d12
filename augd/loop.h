/* What every part of the daemon stands on: the event loop with its thread, the log, the settings.
 *
 * Threads. The loop's thread touches every socket and owns connections, dialogs, streams and the
 * server; it never decodes, reads data sets or waits. AUGD_ON_LOOP stands on the first line of
 * whatever must be on it.
 */
#ifndef AUGD_LOOP_H
#define AUGD_LOOP_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "augd/log.h"
#include "augd/settings.h"

/* The caller's memory. uv and settings are borrowed. */
typedef struct AugdLoop {
    uv_loop_t *uv;
    uv_thread_t thread;
    const AugdSettings *settings;
    AugdLog log;
} AugdLoop;

#ifdef NDEBUG
#define AUGD_ON_LOOP(loop) ((void)(loop))
#else
/* Aborts a debug build on any other thread than the loop's. */
#define AUGD_ON_LOOP(loop) assert(augd_loop_is_current(loop))
#endif

/* Takes a loop for the calling thread. What is logged before augd_loop_start_log is lost. */
void augd_loop_init(AugdLoop *loop, uv_loop_t *uv, const AugdSettings *settings);

/* Logs to standard error from here on, as the settings say. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augd_loop_start_log(AugdLoop *loop, AugError *error);

/* Ends the log, within a moment. Accepts a zeroed loop. */
void augd_loop_fini(AugdLoop *loop);

/* Processor time of the calling thread, in nanoseconds. Any thread. */
uint64_t augd_thread_ns(void);

/* Whether the caller is on the loop's thread. Any thread. */
bool augd_loop_is_current(const AugdLoop *loop);

#endif
