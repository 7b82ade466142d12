/* A progress line on a terminal: share, rate and time left. Silent where standard error is not a
 * terminal. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Zero-initialise, then cli_progress_start; without that nothing is ever shown. */
typedef struct CliProgress {
    const char *what;
    uint64_t total;
    double started, shown;
    bool visible;
} CliProgress;

/* Begins to count. what names the things that are counted, in the plural; borrowed. */
void cli_progress_start(CliProgress *progress, const char *what, uint64_t total);

/* Shows that n of total are done, of which kept came from an earlier run and do not count for the
 * rate; at most ten times a second. */
void cli_progress_show(CliProgress *progress, uint64_t n, uint64_t kept);

/* Removes the line, so that other text can be printed. */
void cli_progress_clear(CliProgress *progress);

/* "1:02:03" or "2:03" for a number of seconds; text has room for 32 bytes. */
void cli_format_duration(double seconds, char text[32]);

#endif
