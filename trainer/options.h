/* The command line of augtrain. */
#ifndef TRAIN_OPTIONS_H
#define TRAIN_OPTIONS_H

#include <stdio.h>

#include "libaug/spec/param.h"

/* What was asked for. TRAIN_COMMAND_RUN: train or evaluate the model file. */
typedef enum TrainCommand {
    TRAIN_COMMAND_RUN,
    TRAIN_COMMAND_LAYERS,
    TRAIN_COMMAND_HELP,
    TRAIN_COMMAND_VERSION,
} TrainCommand;

/* Data sets that one command line may name. */
#define TRAIN_MAX_DATASETS 64

/* A parsed command line. Members after datasets are rows of the option table, which has their
 * meaning; texts are NULL where not given. has_*: the option was given.
 *
 * operand:  model file, or name of a layer; NULL: none. Borrowed from the words, like datasets
 * datasets: "NAME=KIND:PATH", n_datasets of them
 */
typedef struct TrainOptions {
    TrainCommand command;
    const char *operand;
    const char *datasets[TRAIN_MAX_DATASETS];
    size_t n_datasets;
    bool has_epochs, has_seed, has_threads;
    AugText data, dataset, output, weights;
    int32_t epochs, threads;
    uint64_t seed;
    bool eval_only, overwrite, quiet, json, help, version;
} TrainOptions;

/* Parses the n words behind the program's name. Fails with AUG_BAD_ARGUMENT and one sentence. The
 * options can be given to train_options_fini whatever happens. */
AUG_MUST_CHECK AugStatus train_options_init(TrainOptions *options, const char *const *words,
                                            size_t n, AugError *error);

/* Accepts zeroed options. */
void train_options_fini(TrainOptions *options);

/* Prints usage, every option and examples. */
void train_options_help(FILE *stream);

#endif
