/* Formats the progress line, redraws it, and gets it out of the way of other lines. */
#include "trainer/run/progress.h"

#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "libaug/base/clock.h"

/* Often enough to look alive, too rare to cost anything. */
#define REDRAW_S 0.1

/* For a terminal that does not tell its width. */
#define DEFAULT_COLUMNS 80

/* Back to the first column, and clear to the end of the line. */
#define CLEAR_LINE "\r\033[K"

void train_progress_init(TrainProgress *progress, bool quiet)
{
    *progress = (TrainProgress){0};
    if (quiet)
        return;
    progress->lines = stderr;
    progress->screen = isatty(STDERR_FILENO) ? stderr : NULL;
}

void train_format_count(double count, char text[32])
{
    char digits[32];
    int n = snprintf(digits, sizeof(digits), "%.0f", count < 0 ? 0 : count > 1e18 ? 1e18 : count);
    size_t used = 0;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = digits[i];
    }
    text[used] = 0;
}

void train_format_time(double seconds, char text[32])
{
    double bounded = seconds < 0 ? 0 : seconds > 1e9 ? 1e9 : seconds;
    unsigned long total = (unsigned long)(bounded + 0.5);
    if (total >= 3600)
        snprintf(text, 32, "%lu:%02lu:%02lu", total / 3600, total / 60 % 60, total % 60);
    else
        snprintf(text, 32, "%lu:%02lu", total / 60, total % 60);
}

void train_progress_format(const TrainProgressState *state, int columns, char *text, size_t size)
{
    char rate[32], figures[160];
    char left[32] = "?";
    train_figures_text(&state->figures, 1, false, figures, sizeof(figures));
    train_format_count(state->images_per_s, rate);
    if (state->left_s >= 0)
        train_format_time(state->left_s, left);
    snprintf(text, size,
             "epoch %u/%u  step %llu/%llu  loss %.4f%s%s  %s images/s  "
             "waiting %.0f %%  %s left",
             state->epoch, state->n_epochs, (unsigned long long)state->step,
             (unsigned long long)state->n_steps, state->loss, figures, state->gap, rate,
             100 * state->waiting, left);
    /* A line that wraps could not be redrawn in place; the last column stays free. */
    if (columns > 1 && strlen(text) > (size_t)columns - 1)
        text[columns - 1] = 0;
}

static int screen_columns(FILE *screen)
{
    struct winsize size;
    if (ioctl(fileno(screen), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return DEFAULT_COLUMNS;
}

void train_progress_show(TrainProgress *progress, const TrainProgressState *state)
{
    double now = augi_clock_seconds();
    if (!progress->screen || (progress->drawn && now - progress->shown_s < REDRAW_S))
        return;
    char text[256];
    train_progress_format(state, screen_columns(progress->screen), text, sizeof(text));
    fprintf(progress->screen, CLEAR_LINE "%s", text);
    fflush(progress->screen);
    progress->shown_s = now;
    progress->drawn = true;
}

void train_progress_clear(TrainProgress *progress)
{
    if (!progress->drawn)
        return;
    fputs(CLEAR_LINE, progress->screen);
    fflush(progress->screen);
    progress->drawn = false;
}

void train_progress_say(TrainProgress *progress, const char *format, ...)
{
    if (!progress->lines)
        return;
    train_progress_clear(progress);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(progress->lines, format, arguments);
    va_end(arguments);
    fputc('\n', progress->lines);
    fflush(progress->lines);
}
