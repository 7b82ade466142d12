/* Weights and runs on disk.
 *
 * checkpoints/step-00000120.safetensors: one file with everything that a run needs to go on:
 *     parameters, buffers and states of the optimizer under their names, the average of the weights
 *     as "ema." and the name, and the state of the run (state.h). It is written aside, flushed and
 *     renamed, so that it is whole or absent, and nothing of two moments is ever mixed
 * model.safetensors: parameters and buffers of the last checkpoint, averaged where there is an
 *     average, under PyTorch's names and in its layout, so that load_state_dict takes them
 * best.safetensors: the same of the best evaluation
 *
 * All hold as metadata: format ("pt"), augtrain (version), epoch and step (finished ones), weights
 * ("trained", "averaged" or "best"), stream_id (of the training data) and model (its layers as
 * JSON); a checkpoint also config (what must be the same to go on), call (how the command was
 * called), started, and sha256 over everything else, so that damage is noticed. Nothing in weights
 * depends on time, threads or the way the data came.
 */
#ifndef TRAIN_CHECKPOINT_H
#define TRAIN_CHECKPOINT_H

#include "libaug/base/safetensors.h"
#include "trainer/run/run.h"

/* Metadata of a checkpoint. */
#define TRAIN_META_CONFIG "config"
#define TRAIN_META_CALL "call"
#define TRAIN_META_STARTED "started"
#define TRAIN_META_SHA256 "sha256"

/* Writes a checkpoint and model.safetensors, and removes checkpoints that are too old to be kept;
 * the time goes to run->times.saving. A failure leaves all earlier checkpoints. */
AUG_MUST_CHECK AugStatus train_checkpoint_save(TrainRun *run, AugError *error);

/* Writes model.safetensors. */
AUG_MUST_CHECK AugStatus train_checkpoint_save_weights(TrainRun *run, AugError *error);

/* Writes best.safetensors: the weights that were evaluated last. */
AUG_MUST_CHECK AugStatus train_checkpoint_save_best(const TrainRun *run, AugError *error);

/* Sets the network to best.safetensors, and writes model.safetensors again: it is the same then. The
 * average is not needed any more and goes. */
AUG_MUST_CHECK AugStatus train_checkpoint_restore_best(TrainRun *run, AugError *error);

/* Hex digest of everything in a checkpoint but the digest itself. */
AUG_MUST_CHECK AugStatus train_checkpoint_digest(const AugTensor *tensors, size_t n,
                                                 const AugiMetadata *metadata, size_t n_metadata,
                                                 char hex[65], AugError *error);

#endif
