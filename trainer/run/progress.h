/* What augtrain shows while it works: one line that is redrawn on a terminal, plain lines
 * elsewhere, nothing when it is to be quiet. */
#ifndef TRAIN_PROGRESS_H
#define TRAIN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "aug/export.h"
#include "trainer/run/figures.h"

/* What the line shows. epoch and step count from 1; gap: of the last evaluation, as train_gap_text
 * writes it, or empty; left_s below 0: not known yet. */
typedef struct TrainProgressState {
    uint32_t epoch, n_epochs;
    uint64_t step, n_steps;
    TrainFigures figures;
    double loss, images_per_s, waiting, left_s;
    char gap[64];
} TrainProgressState;

/* Where and how to show. lines: plain lines go there; NULL: quiet. screen: a terminal for the
 * redrawn line, or NULL. */
typedef struct TrainProgress {
    FILE *lines;
    FILE *screen;
    double shown_s;
    bool drawn;
} TrainProgress;

/* Lines to standard error, the redrawn line too if that is a terminal. */
void train_progress_init(TrainProgress *progress, bool quiet);

/* Redraws the line, at most ten times a second. */
void train_progress_show(TrainProgress *progress, const TrainProgressState *state);

/* Takes the line away. */
void train_progress_clear(TrainProgress *progress);

/* A plain line, printf's format without a line break. */
void train_progress_say(TrainProgress *progress, const char *format, ...) AUG_PRINTF(2, 3);

/* The line's text, cut to what fits into columns characters. */
void train_progress_format(const TrainProgressState *state, int columns, char *text, size_t size);

/* "12,345": a count with separators. */
void train_format_count(double count, char text[32]);

/* "0:07", "12:30", "1:02:03": a time in whole seconds. */
void train_format_time(double seconds, char text[32]);

#endif
