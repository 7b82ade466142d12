/* The options of a training run. */
#ifndef TRAIN_OPTIONS_H
#define TRAIN_OPTIONS_H

#include "command/command.h"

/* What "augtrain MODEL.yaml" was given. The rows of options.c have the meaning of each; texts are
 * NULL where not given. has_*: the option was given.
 *
 * model:    path of the model file; NULL: that of the run that goes on
 * datasets: "NAME=KIND:PATH" each
 */
typedef struct TrainOptions {
    AugText data, output, resume, weights;
    int32_t epochs, threads, wait;
    uint64_t seed;
    bool eval_only, overwrite;
    AugChoice kernels;
    bool has_epochs, has_seed, has_threads, has_kernels;
    const char *model;
    CmdTexts datasets;
} TrainOptions;

/* The nameless command: train or evaluate a model file. Its options are TrainOptions. */
extern const CmdCommand train_options_command;

#endif
