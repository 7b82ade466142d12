/* What a user should know about the data of a run, and need not change: said at its start, and kept in
 * its log and report. */
#ifndef TRAIN_NOTES_H
#define TRAIN_NOTES_H

#include <stddef.h>

#include "aug/export.h"

/* Most notes of a run; it has three sources, and each of them few ways to be odd. */
#define TRAIN_MAX_NOTES 24

/* Sentences, in the order in which they were found. Zero-initialise, end with train_notes_fini. */
typedef struct TrainNotes {
    char *items[TRAIN_MAX_NOTES];
    size_t n;
} TrainNotes;

/* Adds a sentence, printf's format. One that there is no room or memory for is dropped. */
void train_notes_add(TrainNotes *notes, const char *format, ...) AUG_PRINTF(2, 3);

/* Accepts a zeroed struct. */
void train_notes_fini(TrainNotes *notes);

#endif
