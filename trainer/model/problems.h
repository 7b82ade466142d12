/* The mistakes of a set of files, collected and printed. */
#ifndef TRAIN_PROBLEMS_H
#define TRAIN_PROBLEMS_H

#include "aug/problems.h"
#include "command/command.h"

/* A list with room for as many as are shown. End it with train_problems_fini. */
typedef struct TrainProblems {
    AugProblems list;
} TrainProblems;

/* An empty list; without memory it only counts. */
TrainProblems train_problems_new(void);

/* Prints each mistake, and how many more there are; returns the exit code, 2 for an empty list. */
int train_problems_print(const CmdCall *call, const TrainProblems *problems);

/* Frees and zeroes. */
void train_problems_fini(TrainProblems *problems);

#endif
