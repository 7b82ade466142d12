/* Draws the bar to the terminal's width, and turns seconds into words. */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "libaug/base/clock.h"

/* Widest bar in characters, and what else stands in the line. */
#define BAR_WIDTH 30
#define TEXT_WIDTH 60
#define INTERVAL_S 0.1

void cli_format_duration(double seconds, char text[32])
{
    /* Longer than a year is as good as never. */
    const double longest = 365.0 * 24 * 3600;
    const long whole = (long)((seconds < longest ? seconds : longest) + 0.5);
    if (whole >= 3600)
        snprintf(text, 32, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    else
        snprintf(text, 32, "%ld:%02ld", whole / 60, whole % 60);
}

void cli_progress_start(CliProgress *progress, const char *what, uint64_t total)
{
    *progress = (CliProgress){.what = what,
                              .total = total,
                              .started = augi_clock_seconds(),
                              .visible = isatty(STDERR_FILENO)};
}

static int bar_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return BAR_WIDTH;
    const int room = (int)size.ws_col - TEXT_WIDTH;
    if (room < 4)
        return 0;
    return room < BAR_WIDTH ? room : BAR_WIDTH;
}

static void print_bar(double share)
{
    static const char marks[] = "##############################";
    const int width = bar_width();
    const int full = (int)(share * width);
    if (width > 0)
        fprintf(stderr, "[%.*s%*s] ", full, marks, width - full, "");
}

void cli_progress_show(CliProgress *progress, uint64_t n, uint64_t kept)
{
    const double now = augi_clock_seconds();
    if (!progress->visible || progress->total == 0 || now - progress->shown < INTERVAL_S)
        return;
    progress->shown = now;
    const double share = (double)n / (double)progress->total;
    const double elapsed = now - progress->started;
    const double rate = elapsed > 0 ? (double)(n - kept) / elapsed : 0;
    char left[32] = "?";
    if (rate > 0)
        cli_format_duration((double)(progress->total - n) / rate, left);
    fputc('\r', stderr);
    print_bar(share);
    fprintf(stderr, "%3d %%  %llu of %llu %s, %.0f/s, %s left\x1b[K", (int)(share * 100),
            (unsigned long long)n, (unsigned long long)progress->total, progress->what, rate, left);
    fflush(stderr);
}

void cli_progress_clear(CliProgress *progress)
{
    if (progress->visible && progress->shown > 0)
        fputs("\r\x1b[K", stderr);
    progress->shown = 0;
}
