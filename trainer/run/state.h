/* What a run remembers beside its weights, as tensors of a checkpoint: where it is, sums over steps,
 * what schedule and choice of the best keep, counts of the last evaluation, and its history. */
#ifndef TRAIN_STATE_H
#define TRAIN_STATE_H

#include "libaug/base/safetensors.h"
#include "trainer/run/run.h"

/* Most tensors, and entries of metadata, that a state has. */
#define TRAIN_STATE_TENSORS 3
#define TRAIN_STATE_TEXTS 3

/* A state as it is written; zero-initialise, end with train_state_fini. The entries of texts name
 * the columns, so that a reader with others notices. */
typedef struct TrainState {
    AugTensor tensors[TRAIN_STATE_TENSORS];
    size_t n;
    int64_t *numbers;
    AugiMetadata texts[TRAIN_STATE_TEXTS];
} TrainState;

/* Copies the state of a run. */
AUG_MUST_CHECK AugStatus train_state_init(TrainState *state, const TrainRun *run, AugError *error);

/* Accepts a zeroed one. */
void train_state_fini(TrainState *state);

/* Reads where a run was from a checkpoint at path: the numbers of *run alone, without its
 * history. Fails with AUG_UNSUPPORTED if the file names other columns than this version has, and
 * with AUG_CORRUPT if it does not hold those that it names. */
AUG_MUST_CHECK AugStatus train_state_peek(TrainRun *run, const AugiTensorFile *file,
                                          const char *path, AugError *error);

/* Reads everything. The loss's figures are known. */
AUG_MUST_CHECK AugStatus train_state_restore(TrainRun *run, const AugiTensorFile *file,
                                             const char *path, AugError *error);

#endif
