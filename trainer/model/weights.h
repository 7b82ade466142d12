/* Weights from a safetensors file into a network. */
#ifndef TRAIN_WEIGHTS_H
#define TRAIN_WEIGHTS_H

#include "libaug/base/safetensors.h"
#include "trainer/nn/nn.h"

/* Bytes of such a file at most: as much as a network may take in all (NnNetworkSpec.max_memory). */
#define TRAIN_MAX_WEIGHTS_SIZE (UINT64_C(8) << 30)

/* What a checkpoint has beside weights: the state of a run (run/state.h), and averaged weights, whose
 * names begin so. */
#define TRAIN_STATE_RUN "run"
#define TRAIN_STATE_STEPS "run.steps"
#define TRAIN_STATE_EPOCHS "run.epochs"
#define TRAIN_EMA_PREFIX "ema."

/* Sets a network's parameters and buffers from a safetensors file. Fails with AUG_BAD_SPEC if a
 * tensor is missing, has another shape or type, or is not one of the network's ("
 * num_batches_tracked", which PyTorch adds to batch norm, may be there, and what checkpoints have
 * beside weights); then the network is unchanged. */
AUG_MUST_CHECK AugStatus train_weights_load(NnNetwork *network, const char *path, AugError *error);

/* Reads a file of weights, to be ended with augi_tensor_file_fini. Fails with AUG_BAD_ARGUMENT where it is
 * none, else as augi_safetensors_load. */
AUG_MUST_CHECK AugStatus train_weights_open(AugiTensorFile *file, const char *path,
                                            AugError *error);

/* Whether a plain file has the form of safetensors: eight bytes of a length, and an object. */
bool train_weights_is_file(const char *path);

/* The same from a file that was read; path is what errors begin with. is_part: the network is the
 * beginning of the file's, so that there may be more tensors. */
AUG_MUST_CHECK AugStatus train_weights_set(NnNetwork *network, const AugiTensorFile *file,
                                           bool is_part, const char *path, AugError *error);

/* Sets those tensors of a network that kinds (1 << NnTensorKind, added up) names from a file's that
 * are called prefix and their names; all are checked before. */
AUG_MUST_CHECK AugStatus train_weights_read(NnNetwork *network, const AugiTensorFile *file,
                                            unsigned kinds, const char *prefix, const char *path,
                                            AugError *error);

#endif
