/* What augtrain shows while it works: one line that is redrawn on a terminal, plain lines
 * elsewhere, nothing when it is to be quiet. */
#ifndef NN_PROGRESS_H
#define NN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "aug/export.h"

/* What the line shows. epoch and step count from 1; left_s below 0: not known yet. */
typedef struct NnProgressState {
    uint32_t epoch, n_epochs;
    uint64_t step, n_steps;
    double loss, accuracy, images_per_s, waiting, left_s;
} NnProgressState;

/* Where and how to show. lines: plain lines go there; NULL: quiet. screen: a terminal for the
 * redrawn line, or NULL. */
typedef struct NnProgress {
    FILE *lines;
    FILE *screen;
    double shown_s;
    bool drawn;
} NnProgress;

/* Lines to standard output, the redrawn line to standard error if that is a terminal. */
void nn_progress_init(NnProgress *progress, bool quiet);

/* Redraws the line, at most ten times a second. */
void nn_progress_show(NnProgress *progress, const NnProgressState *state);

/* Takes the line away. */
void nn_progress_clear(NnProgress *progress);

/* A plain line, printf's format without a line break. */
void nn_progress_say(NnProgress *progress, const char *format, ...) AUG_PRINTF(2, 3);

/* The line's text, cut to what fits into columns characters. */
void nn_progress_format(const NnProgressState *state, int columns, char *text, size_t size);

/* "12,345": a count with separators. */
void nn_format_count(double count, char text[32]);

/* "0:07", "12:30", "1:02:03": a time in whole seconds. */
void nn_format_time(double seconds, char text[32]);

#endif
