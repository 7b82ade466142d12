/* The command line of augtrain. */
#ifndef NN_OPTIONS_H
#define NN_OPTIONS_H

#include <stdio.h>

#include "libaug/param.h"

/* What was asked for. NN_COMMAND_RUN: train or evaluate the model file. */
typedef enum NnCommand {
    NN_COMMAND_RUN,
    NN_COMMAND_LAYERS,
    NN_COMMAND_HELP,
    NN_COMMAND_VERSION,
} NnCommand;

/* Data sets that one command line may name. */
#define NN_MAX_DATASETS 64

/* A parsed command line. Members after datasets are rows of the option table, which has their
 * meaning; texts are NULL where not given. has_*: the option was given.
 *
 * operand:  model file, or name of a layer; NULL: none. Borrowed from the words, like datasets
 * datasets: "NAME=KIND:PATH", n_datasets of them
 */
typedef struct NnOptions {
    NnCommand command;
    const char *operand;
    const char *datasets[NN_MAX_DATASETS];
    size_t n_datasets;
    bool has_epochs, has_seed, has_threads;
    AugText data, dataset, output, weights;
    int32_t epochs, threads;
    uint64_t seed;
    bool eval_only, overwrite, quiet, json, help, version;
} NnOptions;

/* Parses the n words behind the program's name. Fails with AUG_BAD_ARGUMENT and one sentence. The
 * options can be given to nn_options_fini whatever happens. */
AUG_MUST_CHECK AugStatus nn_options_init(NnOptions *options, const char *const *words, size_t n,
                                         AugError *error);

/* Accepts zeroed options. */
void nn_options_fini(NnOptions *options);

/* Prints usage, every option and examples. */
void nn_options_help(FILE *stream);

#endif
