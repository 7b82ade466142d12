/* The daemon's log: JSON lines on standard error, each kind of event limited in its rate.
 *
 * Only the loop's thread logs, and it waits for nobody: a thread of its own writes (log_writer.h).
 * A stranger who connects thousands of times a second must not write as many lines: each event has
 * a bucket of its own, and a line says how many like it were left out. What a daemon says of itself
 * at its start comes whole.
 */
#ifndef AUGD_LOG_H
#define AUGD_LOG_H

#include <stdint.h>

#include "aug/status.h"
#include "augd/log_writer.h"

/* How much attention an event needs, from most to least. */
typedef enum AugdLevel {
    AUGD_LEVEL_ERROR,
    AUGD_LEVEL_WARNING,
    AUGD_LEVEL_INFO,
    AUGD_LEVEL_DEBUG,
} AugdLevel;

/* X(name, level): every event. docs/daemon.md describes them. */
#define AUGD_EVENT_MAP(X)                            \
    X(STARTED, started, INFO)                        \
    X(SERVING, serving, INFO)                        \
    X(LISTENING, listening, INFO)                    \
    X(LIMITED, limited, WARNING)                     \
    X(UNPROTECTED, unprotected, WARNING)             \
    X(CONNECTED, connected, DEBUG)                   \
    X(DISCONNECTED, disconnected, DEBUG)             \
    X(CONNECTION_FAILED, connection_failed, WARNING) \
    X(ACCEPT_FAILED, accept_failed, WARNING)         \
    X(OPENED, opened, INFO)                          \
    X(REFUSED, refused, WARNING)                     \
    X(REPLACED, replaced, WARNING)                   \
    X(NOT_KEPT, not_kept, WARNING)                   \
    X(CLOSED, closed, INFO)                          \
    X(STREAM_FAILED, stream_failed, ERROR)           \
    X(SIGNAL_IGNORED, signal_ignored, WARNING)       \
    X(LINES_LOST, lines_lost, WARNING)               \
    X(DRAINING, draining, INFO)                      \
    X(STOPPED, stopped, INFO)

/* One event of the list. */
typedef enum AugdEvent {
#define AUGD_EVENT_ENUM(upper, lower, level) AUGD_EVENT_##upper,
    AUGD_EVENT_MAP(AUGD_EVENT_ENUM)
#undef AUGD_EVENT_ENUM
        AUGD_N_EVENTS,
} AugdEvent;

/* How many lines of one event may still be written, when that was counted, and how many were left
 * out since the last one. */
typedef struct AugdBucket {
    double lines;
    uint64_t at_ns;
    uint64_t n_suppressed;
} AugdBucket;

/* A log. The caller's memory; a zeroed one takes events and writes nothing. */
typedef struct AugdLog {
    AugdLogWriter *writer;
    AugdLevel level;
    AugdBucket buckets[AUGD_N_EVENTS];
} AugdLog;

/* Starts a log that writes events up to a level to a descriptor, which is borrowed. Fails with
 * AUG_NO_MEMORY; the log is zero then. */
AUG_MUST_CHECK AugStatus augd_log_init(AugdLog *log, int fd, AugdLevel level, AugError *error);

/* Writes what waits, as far as the descriptor takes it within a moment, and zeroes the log. Accepts
 * a zeroed one. */
void augd_log_fini(AugdLog *log);

/* Queues one line: time, level, event, then the members that format describes as jansson's
 * json_pack does ("{s:s, s:I}", "address", text, "port", (json_int_t)port). Texts must be UTF-8:
 * clean what comes from elsewhere (augp_text_clean). */
void augd_log(AugdLog *log, AugdEvent event, const char *format, ...);

#endif
