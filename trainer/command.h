/* The commands of augtrain. Each prints what it has to say and returns the exit code. */
#ifndef NN_COMMAND_H
#define NN_COMMAND_H

#include "trainer/options.h"

/* Trains or evaluates a model file. */
int nn_command_run(const NnOptions *options);

/* Lists layers and schedules, or shows the one that options name. */
int nn_command_layers(const NnOptions *options);

/* Prints an error as one sentence to standard error and returns its exit code. */
int nn_command_fail(const AugError *error);

#endif
