/* Which evaluation is the best, and whether to go on. */
#ifndef TRAIN_CHOOSE_H
#define TRAIN_CHOOSE_H

#include "trainer/run/run.h"

/* Figure that chooses: the settings'; or, where early stopping needs one, the loss's first share,
 * else "loss". NULL: nothing is chosen. */
const char *train_choice_figure(const TrainRun *run);

/* Whether a figure of evaluations is better when it is larger. */
bool train_choice_rises(const TrainRun *run, const char *name);

/* Checks, before the first step, that evaluations have the figure, and those that stages of the schedule
 * look at. */
AUG_MUST_CHECK AugStatus train_choice_check(const TrainRun *run, AugError *error);

/* Takes the last evaluation into run->best and run->stopped_early. Returns whether it was the best.
 */
bool train_choice_observe(TrainRun *run);

/* Whether the run ends with the weights of the best evaluation. */
bool train_choice_restores(const TrainRun *run);

#endif
