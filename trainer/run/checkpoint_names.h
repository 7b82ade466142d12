/* The files in the folder of checkpoints: their names, which say their steps, and their order. */
#ifndef TRAIN_CHECKPOINT_NAMES_H
#define TRAIN_CHECKPOINT_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* "checkpoints/step-00000120.safetensors" */
void train_checkpoint_name(uint64_t step, char name[64]);

/* Steps of the checkpoints of a run's folder, the newest first; none where there is no folder. The
 * caller frees *steps. */
AUG_MUST_CHECK AugStatus train_checkpoints_list(const char *folder, uint64_t **steps, size_t *n,
                                                AugError *error);

/* Removes all but the newest `keep`. What cannot be removed stays. */
void train_checkpoints_prune(const char *folder, size_t keep);

#endif
