/* Predictions as rows of text: TSV, CSV (RFC 4180) or a JSON object a line. */
#ifndef TRAIN_PREDICT_ROWS_H
#define TRAIN_PREDICT_ROWS_H

#include <stdint.h>
#include <stdio.h>

#include "aug/status.h"

/* Forms, in the order of train_rows_forms. */
typedef enum TrainRowsForm { TRAIN_ROWS_TSV, TRAIN_ROWS_CSV, TRAIN_ROWS_JSONL } TrainRowsForm;

/* "tsv", "csv", "jsonl", NULL. */
extern const char *const train_rows_forms[];

/* A class that was found: its number, its name, and its probability. */
typedef struct TrainGuess {
    uint32_t number;
    char name[256];
    double probability;
} TrainGuess;

/* What is said of one sample.
 *
 * name:    name_size bytes, NULL if it has none; index: its number in the data set
 * guesses: n_guesses classes, the likeliest first; none of a damaged sample
 * label:   the class that the data set gives it; NULL: none
 * error:   why there is no prediction; NULL: there is one
 */
typedef struct TrainPrediction {
    const char *name;
    size_t name_size;
    int64_t index;
    const TrainGuess *guesses;
    uint32_t n_guesses;
    const char *label;
    const char *error;
} TrainPrediction;

/* Writes the line that names the columns, for n_guesses classes a row; nothing for JSON. */
void train_rows_head(FILE *to, TrainRowsForm form, uint32_t n_guesses);

/* Writes a row of so many classes. Fails with AUG_NO_MEMORY; whether the file took it, ferror says. */
AUG_MUST_CHECK AugStatus train_rows_put(FILE *to, TrainRowsForm form, uint32_t n_guesses,
                                        const TrainPrediction *prediction, AugError *error);

#endif
