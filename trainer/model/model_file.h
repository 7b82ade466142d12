/* The model file: what a user writes to say which network is trained how, on which data.
 *
 *   augtrain: 1
 *   model:     {input: [28, 28, 1], classes: [...], layers: [...]}
 *   task:      classify
 *   loss:      cross_entropy
 *   optimizer: {sgd: {lr: 0.2, momentum: 0.9, nesterov: true}}
 *   schedule:  one_cycle
 *   groups:    [{match: "stem.*", frozen: true}]
 *   train:     {epochs: 5, seed: 1}
 *   data:      {train: train.yaml, validation: validation.yaml, eval: eval.yaml}
 *
 * Layers, loss, optimizer and schedule are described by the tables of nn; the rest by those here.
 */
#ifndef TRAIN_MODEL_FILE_H
#define TRAIN_MODEL_FILE_H

#include "aug/limits.h"
#include "aug/problems.h"
#include "aug/spec.h"
#include "trainer/tasks/task.h"

/* Data that early stopping, plateau and the best weights are chosen by. */
typedef enum TrainChooseOn { TRAIN_CHOOSE_ON_VALIDATION, TRAIN_CHOOSE_ON_TEST } TrainChooseOn;

/* The section "train"; see its table for ranges and defaults.
 *
 * threads:          0: one for each CPU
 * log_every:        steps between two entries of the log and points of the curves
 * eval_every:       epochs between two evaluations; the last epoch always has one
 * train_eval:       samples of the training data that are evaluated, too; 0: none
 * choose_on:        which evaluation chooses; of TrainChooseOn
 * checkpoint_every: time between two checkpoints, as written; the last step always has one
 * checkpoint_epochs, checkpoint_steps, checkpoint_s: what that means: one of them is not 0
 * checkpoint_keep:  newest checkpoints that stay
 * best:             figure of the evaluations that chooses the best weights; NULL: none
 * ema:              decay of the average of the weights; 0: there is none
 * early_stop:       evaluations in a row without a better figure that end the run; 0: none do
 * min_delta:        how much better counts as better
 * restore_best:     a run with early_stop ends with the best weights
 * accumulate:       batches that a step is made of; 0: all of an epoch
 * prefetch:         batches that are kept ready ahead of the step
 */
typedef struct TrainSettings {
    int32_t epochs;
    uint64_t seed;
    int32_t threads;
    int32_t log_every;
    int32_t eval_every;
    int32_t train_eval;
    AugChoice choose_on;
    AugText checkpoint_every;
    uint32_t checkpoint_epochs, checkpoint_steps, checkpoint_s;
    int32_t checkpoint_keep;
    AugText best;
    double ema;
    int32_t early_stop;
    double min_delta;
    bool restore_best;
    int32_t accumulate;
    int32_t prefetch;
    AugChoice kernels;
} TrainSettings;

/* Rows of TrainSettings. kernels has the order of NnKernelChoice. */
extern const AugParamTable train_params;

/* A data spec that a model file names: a file, or a map that stands in the model file itself and
 * belongs to it. name is what its errors begin with. All NULL: not given. */
typedef struct TrainSpecRef {
    const char *path;
    const AugiTree *tree;
    const char *name;
} TrainSpecRef;

/* A checked model file; const once it is loaded. Everything in it is its own. */
typedef struct TrainModelFile {
    const char *path;
    NnShape input;
    const char *const *classes; /* n_classes names, or NULL */
    size_t n_classes;
    const NnLayerSpec *layers;
    size_t n_layers;
    const TrainTaskDesc *task;
    NnChoice loss;
    NnChoice optimizer;
    const NnGroupSpec *groups;
    size_t n_groups;
    NnSchedule schedule;
    TrainSettings train;
    TrainSpecRef train_data, validation_data, eval_data;
    struct TrainModelMemory *memory;
} TrainModelFile;

/* Reads and checks a model file. Every mistake goes to problems, with line and column; on any, *out
 * is NULL. Paths in it start at its own folder. */
AUG_MUST_CHECK AugStatus train_model_file_load(TrainModelFile **out, const char *path,
                                               const AugLimits *limits, AugProblems *problems);

/* The same of the layers that stand in a file of weights, as train_model_file_write_network wrote
 * them: JSON of the section "model" alone. The result has input, layers and classes, and nothing that
 * training needs. name: what errors begin with. */
AUG_MUST_CHECK AugStatus train_model_file_parse_network(TrainModelFile **out, const char *text,
                                                        const char *name, const AugLimits *limits,
                                                        AugProblems *problems);

/* NULL does nothing. */
void train_model_file_free(TrainModelFile *file);

/* The network that a model file describes, with these settings. The rest of the spec, such as max_batch,
 * is the caller's to fill. What it points to is the model file's. */
NnNetworkSpec train_model_network(const TrainModelFile *file, const TrainSettings *settings);

/* Gives the error of a network that is made of a model file the file as its place, unless it has a line
 * of it; returns status. */
AugStatus train_model_place(const TrainModelFile *file, AugStatus status, AugError *error);

/* Turns an error that names a value of the map tree by JSON pointer ("/spec/batch/size: ..."), as a
 * daemon does, into one at that value's place in the file called name. Others stay as they are. */
void train_spec_place(const AugiTree *tree, const char *name, AugError *error);

/* Writes the model, every default spelt out, as members of the JSON object that is open in the
 * writer: model, task, loss, optimizer, groups, schedule and train. */
void train_model_file_write(const TrainModelFile *file, const TrainSettings *train,
                            AugiJsonWriter *writer);

/* The same of the section "model" alone: input, classes and layers. */
void train_model_file_write_network(const TrainModelFile *file, AugiJsonWriter *writer);

#endif
