/* Lines of JSON, and the buckets that limit them. */
#include "augd/log.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

/* Lines of one event: this many at once, and so many a second over time. */
#define BURST 50.0
#define LINES_PER_SECOND 5.0

/* Digits of numbers that are measured. */
#define REAL_DIGITS 6

/* Time for the last lines at the end: whoever stops a daemon must not wait for a reader that is
 * stuck. */
#define FLUSH_MS 500

static const char *const level_names[] = {"error", "warning", "info", "debug"};

static const struct {
    const char *name;
    AugdLevel level;
} events[] = {
#define EVENT_ROW(upper, lower, level) {#lower, AUGD_LEVEL_##level},
    AUGD_EVENT_MAP(EVENT_ROW)
#undef EVENT_ROW
};

/* Takes a line out of the bucket; false if it is empty. */
static bool take_line(AugdBucket *bucket)
{
    uint64_t now = uv_hrtime();
    double lines = bucket->lines + (double)(now - bucket->at_ns) * 1e-9 * LINES_PER_SECOND;
    bucket->lines = lines < BURST ? lines : BURST;
    bucket->at_ns = now;
    if (bucket->lines < 1.0) {
        bucket->n_suppressed++;
        return false;
    }
    bucket->lines -= 1.0;
    return true;
}

/* Time as RFC 3339 with milliseconds, in UTC. */
static void write_time(char *text, size_t size)
{
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    size_t n = strftime(text, size, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + n, size - n, ".%03dZ", (int)(now.tv_nsec / 1000000));
}

/* For the writer's thread. */
static size_t write_lost(char *text, size_t size, uint64_t n)
{
    char ts[40];
    write_time(ts, sizeof(ts));
    const int length =
        snprintf(text, size,
                 "{\"ts\":\"%s\",\"level\":\"%s\",\"event\":\"%s\",\"lines\":%" PRIu64
                 ",\"message\":\"nobody took them in time; so many since the start\"}",
                 ts, level_names[events[AUGD_EVENT_LINES_LOST].level],
                 events[AUGD_EVENT_LINES_LOST].name, n);
    return length < 0 ? 0 : (size_t)length;
}

AugStatus augd_log_init(AugdLog *log, int fd, AugdLevel level, AugError *error)
{
    memset(log, 0, sizeof(*log));
    AugdLogWriter *writer = augd_log_writer_new(fd, write_lost);
    if (!writer)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the log, or no thread");
    log->writer = writer;
    log->level = level;
    for (int i = 0; i < AUGD_N_EVENTS; i++)
        log->buckets[i] = (AugdBucket){.lines = BURST, .at_ns = uv_hrtime()};
    return AUG_OK;
}

void augd_log_fini(AugdLog *log)
{
    augd_log_writer_free(log->writer, FLUSH_MS);
    memset(log, 0, sizeof(*log));
}

/* How many lines there are is the operator's doing, who gave the options. */
static bool is_of_start(AugdEvent event)
{
    return event == AUGD_EVENT_SERVING || event == AUGD_EVENT_LISTENING ||
           event == AUGD_EVENT_UNPROTECTED;
}

void augd_log(AugdLog *log, AugdEvent event, const char *format, ...)
{
    AugdBucket *bucket = &log->buckets[event];
    if (!log->writer || events[event].level > log->level ||
        (!is_of_start(event) && !take_line(bucket)))
        return;
    char ts[40];
    write_time(ts, sizeof(ts));
    json_t *line = json_pack("{s:s, s:s, s:s}", "ts", ts, "level", level_names[events[event].level],
                             "event", events[event].name);
    if (bucket->n_suppressed > 0)
        json_object_set_new(line, "suppressed", json_integer((json_int_t)bucket->n_suppressed));
    bucket->n_suppressed = 0;
    json_error_t problem;
    va_list arguments;
    va_start(arguments, format);
    json_t *members = json_vpack_ex(&problem, 0, format, arguments);
    va_end(arguments);
    json_object_update(line, members);
    char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS));
    if (text)
        augd_log_writer_put(log->writer, text, strlen(text));
    free(text);
    json_decref(members);
    json_decref(line);
}
