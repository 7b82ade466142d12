/* Weights on disk.
 *
 * model.safetensors: parameters and buffers under PyTorch's names and in its layout, so that
 *                    load_state_dict takes them
 * state.safetensors: these and the optimizer's state: what a run needs to go on
 *
 * Both are complete or absent, and hold as metadata: format ("pt"), augtrain (version), epoch and
 * step (finished ones), stream_id (of the training data) and model (its layers as JSON). Nothing in
 * them depends on time, threads or the way the data came.
 */
#ifndef TRAIN_CHECKPOINT_H
#define TRAIN_CHECKPOINT_H

#include "trainer/run/run.h"

/* Writes both files to run->folder; the time goes to run->times.saving. */
AUG_MUST_CHECK AugStatus train_checkpoint_save(TrainRun *run, AugError *error);

#endif
