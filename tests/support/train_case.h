/* A small training case for tests of augtrain: a model file and its specs over pictures in which
 * one quadrant is bright, and running the program's command inside the test. */
#ifndef TEST_TRAIN_CASE_H
#define TEST_TRAIN_CASE_H

#include "tests/support/support.h"

/* Writes model.yaml, train.yaml (240 grey pictures of 12 x 12, 4 classes, batches of 32, shifted)
 * and eval.yaml (100 pictures, batches of 30) to the test's folder. Epochs: 2. */
void train_case_write(void);

/* Replaces the first occurrence of what in a file of the test's folder, or ends the test. */
void train_case_replace(const char *name, const char *what, const char *with);

/* Runs "augtrain FOLDER/model.yaml --quiet" with more words (NULL-terminated) and returns the exit
 * code. Words that begin with "@" get the test's folder for it. */
int train_case_run(const char *const *words);

#define TRAIN_RUN(...) train_case_run((const char *const[]){__VA_ARGS__, NULL})

/* A file of the test's folder with a NUL behind it; the caller frees it. */
char *train_case_read(const char *name, size_t *size);

/* True if two files of the test's folder have the same bytes; ends the test if one is missing. */
bool train_case_same(const char *a, const char *b);

#endif
