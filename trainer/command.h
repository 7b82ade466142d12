/* The commands of augtrain. Each prints what it has to say and returns the exit code. */
#ifndef TRAIN_COMMAND_H
#define TRAIN_COMMAND_H

#include "trainer/options.h"

/* Trains or evaluates a model file. */
int train_command_run(const TrainOptions *options);

/* Lists layers and schedules, or shows the one that options name. */
int train_command_layers(const TrainOptions *options);

/* Prints an error as one sentence to standard error and returns its exit code. */
int train_command_fail(const AugError *error);

#endif
