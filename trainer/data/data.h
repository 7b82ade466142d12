/* The data of a run: the specs of a model file, and the sources that they become. */
#ifndef TRAIN_DATA_H
#define TRAIN_DATA_H

#include "aug/catalog.h"
#include "trainer/data/derive.h"
#include "trainer/data/source.h"
#include "trainer/model/model_file.h"

/* Where a source begins: its first batch. */
typedef struct TrainDataPosition {
    uint32_t epoch;
    uint64_t step;
} TrainDataPosition;

/* Specs and sources of a run; zero-initialise, end with train_data_fini.
 *
 * address:    of the daemon; NULL: in this process. Borrowed
 * patience:   how a daemon is waited for; set before sources are opened
 * train_at:   where the training data begin; set before they are opened
 * pool:       worker threads that the sources of this process share
 * validation: what early stopping, plateau and the best weights are chosen by; NULL: not given
 * train_eval: the training data as the evaluation's spec makes them, in an order that is random and
 *             the same each time; NULL: not wanted, or not to be had
 * prefetch:   batches that each source keeps ready
 * notes:      what was found odd about them
 */
typedef struct TrainData {
    const char *address;
    TrainPatience patience;
    TrainDataPosition train_at;
    TrainSpecText train_spec, validation_spec, eval_spec, train_eval_spec;
    AugCatalog *catalog;
    AugPool *pool;
    TrainSource *train, *validation, *eval, *train_eval;
    uint32_t prefetch;
    TrainNotes notes;
} TrainData;

/* Reads the specs that are needed: the model file's, the training one replaced by data if that is a
 * spec. Every mistake goes to problems. Without a training spec (unless eval_only), or without a
 * test spec for eval_only, that is a problem too. The model file must outlive out. */
AUG_MUST_CHECK AugStatus train_data_read_specs(TrainData *out, const TrainModelFile *model,
                                               const char *data, bool eval_only,
                                               const AugLimits *limits, AugProblems *problems);

/* Opens the sources of the specs that were read. definitions: n "NAME=KIND:PATH" for specs that
 * name their data set. settings: prefetch, epochs to read, whether part of the training data is
 * evaluated. What is odd (the same data for training and test, ...) goes to data->notes. */
AUG_MUST_CHECK AugStatus train_data_open(TrainData *data, const char *const *definitions, size_t n,
                                         const TrainSettings *settings, const AugLimits *limits,
                                         AugError *error);

/* Opens a source of epochs epochs of a spec. dataset: its data, if they are in this process and open;
 * NULL: those that it names. Takes a reference to them. */
AUG_MUST_CHECK AugStatus train_data_open_source(TrainData *data, const TrainSpecText *spec,
                                                AugDataset *dataset, uint32_t epochs,
                                                TrainSource **out, AugError *error);

/* Makes the sources ready for a network: matches classes with those of the training data, or without
 * these with the model file's, checks shapes and labels as train_source_fit does, and whether the
 * network can train on the last batch of an epoch. n_classes 0: labels are not looked at. */
AUG_MUST_CHECK AugStatus train_data_fit(TrainData *data, const TrainModelFile *model,
                                        const NnNetwork *network, uint32_t n_classes,
                                        AugError *error);

/* Views of a sample, which all specs make and the model's task and loss take; as many rows has the
 * network. */
AUG_MUST_CHECK AugStatus train_data_count_views(const TrainData *data, const TrainModelFile *model,
                                                uint32_t *n, AugError *error);

/* Gives a model whose file names no classes those of the training data, if they have names and are as
 * many as n_classes: so they go where its weights go. They are the data's, which must outlive it. */
void train_data_name_classes(const TrainData *data, TrainModelFile *model, uint32_t n_classes);

/* Samples of the largest batch. */
uint32_t train_data_max_batch(const TrainData *data);

/* Accepts a zeroed struct. */
void train_data_fini(TrainData *data);

#endif
