/* A model as it is used after training: layers and weights of a run's folder, of one of its files of
 * weights, or of a model file and weights beside it. What is read may come from anywhere: sizes are
 * bounded, and mistakes are named.
 */
#ifndef TRAIN_SAVED_MODEL_H
#define TRAIN_SAVED_MODEL_H

#include "trainer/model/model_file.h"
#include "trainer/model/weights.h"

/* An open model. Zero-initialise, end with train_saved_fini.
 *
 * path:      of the weights; of the model file where there are none
 * model:     input, layers, classes
 * weights:   no tensors: the layers have their initial weights
 * classes:   n_classes names: the model's, else those of the run's data set, else none
 * task:      what it was trained for, NULL where that is not known
 * spec:      JSON of the specification by which the run was evaluated: that of data.eval, or without it
 *            of data.validation. NULL without a run, and where it had neither; spec_file: where relative
 *            paths in it start, a file in that folder
 */
typedef struct TrainSavedModel {
    char *path;
    TrainModelFile *model;
    AugiTensorFile weights;
    char **classes;
    size_t n_classes;
    const TrainTaskDesc *task;
    char *spec;
    char *spec_file;
} TrainSavedModel;

/* Opens a run's folder, a file of weights that holds its layers (model.safetensors), or a model file.
 * weights: a file to take them from; NULL: the run's, or with a model file none. Every mistake goes to
 * problems; on failure *out is zeroed. */
AUG_MUST_CHECK AugStatus train_saved_open(TrainSavedModel *out, const char *path,
                                          const char *weights, const AugLimits *limits,
                                          AugProblems *problems);

/* Accepts a zeroed one, and zeroes it. */
void train_saved_fini(TrainSavedModel *saved);

/* The specification by which a model is evaluated: its text as JSON, and a file in the folder where
 * relative paths in it start. Both are the caller's to free, and NULL where there is none. */
typedef struct TrainSavedSpec {
    char *text, *file;
} TrainSavedSpec;

/* Finds that of the run, or in a model file of data.eval, or without it of data.validation. That of the
 * training is none: its steps change samples at random. Every mistake goes to problems. */
AUG_MUST_CHECK AugStatus train_saved_find_spec(const TrainSavedModel *saved, TrainSavedSpec *out,
                                               const AugLimits *limits, AugProblems *problems);

/* The same; fails with AUG_BAD_SPEC where there is none. */
AUG_MUST_CHECK AugStatus train_saved_need_spec(const TrainSavedModel *saved, TrainSavedSpec *out,
                                               const AugLimits *limits, AugProblems *problems);

/* A specification in JSON, changed so that each sample is made once, in the order of the data set, and a
 * damaged one does not end it; own: with its data set. The caller frees it; NULL if memory is out. */
char *train_saved_spec(const char *spec, bool own);

/* How to make its network.
 *
 * layer:     it ends with this layer: its name, or its number from 0 in the model's own list; of one
 *            inside another as its tensors are called ("3.branch.0"); NULL: with the last
 * max_batch: samples of the largest batch
 * n_threads, max_memory, kernels: as NnNetworkSpec
 */
typedef struct TrainSavedOptions {
    const char *layer;
    uint32_t max_batch, n_threads;
    uint64_t max_memory;
    NnKernelChoice kernels;
} TrainSavedOptions;

/* The network for inference, with its weights. Fails as nn_network_new and train_weights_load do, and
 * with AUG_BAD_ARGUMENT if there is no such layer. */
AUG_MUST_CHECK AugStatus train_saved_network(const TrainSavedModel *saved,
                                             const TrainSavedOptions *options, NnNetwork **out,
                                             AugError *error);

/* Writes parameters and buffers as a file that train_saved_open takes, complete or absent. */
AUG_MUST_CHECK AugStatus train_saved_write(const TrainModelFile *model, const NnNetwork *network,
                                           const char *path, AugError *error);

#endif
