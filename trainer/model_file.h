/* The model file: what a user writes to say which network is trained how, on which data.
 *
 *   augtrain: 1
 *   model:     {input: [28, 28, 1], classes: [...], layers: [...]}
 *   loss:      cross_entropy
 *   optimizer: {sgd: {lr: 0.2, momentum: 0.9, nesterov: true}}
 *   schedule:  one_cycle
 *   train:     {epochs: 5, seed: 1}
 *   data:      {train: train.yaml, eval: eval.yaml}
 *
 * Layers, loss, optimizer and schedule are described by the tables of nn; the rest by those here.
 */
#ifndef NN_MODEL_FILE_H
#define NN_MODEL_FILE_H

#include "aug/limits.h"
#include "aug/problems.h"
#include "aug/spec.h"
#include "trainer/nn/nn.h"

/* The section "train"; see its table for ranges and defaults.
 *
 * threads:          0: one for each CPU
 * log_every:        steps between two entries of the log and points of the curves
 * checkpoint_every: epochs between two checkpoints; the last epoch always has one
 * prefetch:         batches that are kept ready ahead of the step
 */
typedef struct NnTrainSettings {
    int32_t epochs;
    uint64_t seed;
    int32_t threads;
    int32_t log_every;
    int32_t checkpoint_every;
    int32_t prefetch;
    AugChoice kernels;
} NnTrainSettings;

/* Rows of NnTrainSettings. kernels has the order of NnKernelChoice. */
extern const AugParamTable nn_train_params;

/* A data spec that a model file names: a file, or text that stood in the model file itself, at its
 * lines and columns. name is what its errors begin with. All NULL: not given. */
typedef struct NnSpecRef {
    const char *path;
    const char *text;
    const char *name;
} NnSpecRef;

/* A checked model file; const once it is loaded. Everything in it is its own. */
typedef struct NnModelFile {
    const char *path;
    NnShape input;
    const char *const *classes; /* n_classes names, or NULL */
    size_t n_classes;
    const NnLayerSpec *layers;
    size_t n_layers;
    NnLoss loss;
    NnOptimizer optimizer;
    const NnScheduleDesc *schedule;
    const void *schedule_params;
    NnTrainSettings train;
    NnSpecRef train_data, eval_data;
    struct NnModelMemory *memory;
} NnModelFile;

/* Reads and checks a model file. Every mistake goes to problems, with line and column; on any, *out
 * is NULL. Paths in it start at its own folder. */
AUG_MUST_CHECK AugStatus nn_model_file_load(NnModelFile **out, const char *path,
                                            const AugLimits *limits, AugProblems *problems);

/* NULL does nothing. */
void nn_model_file_free(NnModelFile *file);

/* Parses a spec that a model file names. Every mistake goes to problems; on any, *out is NULL. */
AUG_MUST_CHECK AugStatus nn_spec_ref_load(AugSpec **out, const NnSpecRef *ref,
                                          const AugLimits *limits, AugProblems *problems);

/* Writes the model, every default spelt out, as members of the JSON object that is open in the
 * writer: model, loss, optimizer, schedule and train. */
void nn_model_file_write(const NnModelFile *file, const NnTrainSettings *train,
                         AugJsonWriter *writer);

/* The same of the section "model" alone: input, classes and layers. */
void nn_model_file_write_network(const NnModelFile *file, AugJsonWriter *writer);

#endif
