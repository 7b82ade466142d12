/* The mistakes of a set of files, collected and printed. */
#ifndef TRAIN_PROBLEMS_H
#define TRAIN_PROBLEMS_H

#include "aug/problems.h"
#include "command/command.h"

/* A list with room for as many as are shown, and without memory for the first one. */
typedef struct TrainProblems {
    AugProblems list;
    AugError first;
} TrainProblems;

/* An empty list, which stays where it is; end it with train_problems_fini. */
void train_problems_init(TrainProblems *problems);

/* Prints each mistake, and how many more there are; or if memory ran out that alone, since what was
 * read without it may be no mistake. Returns the exit code, 2 for an empty list. */
int train_problems_print(const CmdCall *call, const TrainProblems *problems);

/* Frees and zeroes. */
void train_problems_fini(TrainProblems *problems);

#endif
