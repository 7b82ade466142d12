/* Trained networks in another program: what augtrain trained is opened and run, without Python and
 * without a framework.
 *
 *     NnModel *model;
 *     AugError error = {0};
 *     if (nn_model_open(&model, "runs/model", NULL, &error) == AUG_OK)
 *         nn_model_run(model, &batch, outputs, &error);
 *     nn_model_free(model);
 *
 * Guarantees. The same sample gives the same bits in any batch and for any number of threads, and those
 * of "augtrain predict". After nn_model_open no memory is allocated. The library keeps no globals, prints
 * nothing and does not exit. What is opened may come from anywhere: its sizes are bounded, and what is
 * wrong with it is said in one sentence.
 *
 * Threads. A model belongs to one thread at a time; it works with threads of its own inside. Several
 * models may be used at once.
 */
#ifndef AUGNN_NN_H
#define AUGNN_NN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"
#include "aug/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An open model; made by nn_model_open, ended by nn_model_free. */
typedef struct NnModel NnModel;

/* How to open it. Zero-initialised is usable; everything is borrowed for the call.
 *
 * weights:    a safetensors file to take the weights from; NULL: the model's own
 * layer:      the outputs are those of this layer: its name, or its number from 0 in the model's own
 *             list; of one inside another as its tensors are called ("3.branch.0"); NULL: of the last
 * max_batch:  samples of the largest batch, up to 65536; 0: 64
 * n_threads:  working threads, the caller's included; 0: one for each CPU of the process
 * max_memory: bytes that weights and activations may take; 0: 1 GiB
 */
typedef struct NnModelOptions {
    const char *weights;
    const char *layer;
    uint32_t max_batch, n_threads;
    uint64_t max_memory;
} NnModelOptions;

/* Opens the folder of a run, a file of weights that holds its layers (model.safetensors), or a model file
 * with options->weights. options NULL: all zero. Fails with AUG_NOT_FOUND, AUG_CORRUPT, AUG_BAD_SPEC (the
 * layers are none, or the weights do not fit), AUG_BAD_ARGUMENT (no weights, no such layer),
 * AUG_TOO_LARGE beyond max_memory, AUG_NO_MEMORY; *out is then NULL, and the error's place is the file,
 * with line and column where it has them. */
AUG_API AUG_MUST_CHECK AugStatus nn_model_open(NnModel **out, const char *path,
                                               const NnModelOptions *options, AugError *error);

/* Stops the threads and frees everything; NULL does nothing. */
AUG_API void nn_model_free(NnModel *model);

/* Extent of one sample. is_list: the values are one list of features (or of the ids of a text), as many
 * as channels; height and width are 1. */
typedef struct NnModelShape {
    int32_t height, width, channels;
    bool is_list;
} NnModelShape;

/* What a model takes and gives. Strings are the model's.
 *
 * n_outputs:  values of a sample's output, height * width * channels of output
 * n_indices:  the input is int32 numbers below this, such as the ids of a text; 0: values
 * n_classes:  classes whose names are known (nn_model_class_name)
 * n_parameters: as PyTorch counts them
 * kernels:    which computes, such as "avx2"
 * spec:       the specification by which the run was evaluated (data.eval, or without it
 *             data.validation), as JSON for aug_spec_parse: pipeline and output make of a sample what the
 *             network takes. It has no data set, and batches in the order of the data set. NULL of what is
 *             not the folder of a run, and of a run that had neither
 */
typedef struct NnModelInfo {
    NnModelShape input, output;
    uint32_t n_outputs, n_indices, n_classes;
    uint64_t n_parameters;
    uint32_t max_batch, n_threads;
    const char *kernels;
    const char *spec;
} NnModelInfo;

/* Fills info. */
AUG_API void nn_model_info(const NnModel *model, NnModelInfo *info);

/* Name of a class; NULL if number is not below n_classes. The model's. */
AUG_API const char *nn_model_class_name(const NnModel *model, uint32_t number);

/* Order of the values of a map: as libaug's output.layout. */
typedef enum NnModelLayout {
    NN_MODEL_CHW,
    NN_MODEL_HWC,
} NnModelLayout;

/* Samples, borrowed for a call.
 *
 * data:   n samples of the input's shape, one after another, aligned for their type: AUG_DTYPE_F32 as they
 *         are, or AUG_DTYPE_U8, which are divided by 255; AUG_DTYPE_I32 where the model has n_indices
 * layout: of maps; a list has none
 */
typedef struct NnModelBatch {
    const void *data;
    AugDtype dtype;
    NnModelLayout layout;
    uint32_t n;
} NnModelBatch;

/* Evaluates a batch. outputs: room for n * n_outputs values, which are written sample by sample, those of
 * a map channel by channel. No softmax is applied: of a classifier they are logits. Fails with
 * AUG_BAD_ARGUMENT (n is 0 or above max_batch, a type that is not taken, an index out of range) or
 * AUG_CORRUPT (a value that is not finite; the message names the layer that made it); outputs are then
 * undefined. */
AUG_API AUG_MUST_CHECK AugStatus nn_model_run(NnModel *model, const NnModelBatch *batch,
                                              float *outputs, AugError *error);

#ifdef __cplusplus
}
#endif
#endif
