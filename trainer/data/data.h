/* The data of a run: the specs of a model file, and the sources that they become. */
#ifndef TRAIN_DATA_H
#define TRAIN_DATA_H

#include "aug/catalog.h"
#include "trainer/data/source.h"
#include "trainer/model/model_file.h"

/* One spec as it was read, and its text as the user wrote it; or, for a map of the model file, that
 * map, borrowed, and the text of the JSON object that it means. */
typedef struct TrainSpecText {
    AugSpec *spec;
    const AugiTree *tree;
    char *text;
    char *name;
} TrainSpecText;

/* Specs and sources of a run; zero-initialise, end with train_data_fini.
 *
 * address: of the daemon; NULL: in this process. Borrowed
 * pool:    worker threads that the sources of this process share
 */
typedef struct TrainData {
    const char *address;
    TrainSpecText train_spec, eval_spec;
    AugCatalog *catalog;
    AugPool *pool;
    TrainSource *train, *eval;
} TrainData;

/* Reads the specs that are needed: the model file's, the training one replaced by data if that is a
 * spec. Every mistake goes to problems. Without a training spec (unless eval_only), or without a
 * test spec for eval_only, that is a problem too. The model file must outlive out. */
AUG_MUST_CHECK AugStatus train_data_read_specs(TrainData *out, const TrainModelFile *model,
                                               const char *data, bool eval_only,
                                               const AugLimits *limits, AugProblems *problems);

/* Opens the sources of the specs that were read. definitions: n "NAME=KIND:PATH" for specs that
 * name their data set. settings: prefetch, and epochs to read. */
AUG_MUST_CHECK AugStatus train_data_open(TrainData *data, const char *const *definitions, size_t n,
                                         const TrainSettings *settings, const AugLimits *limits,
                                         AugError *error);

/* Samples of the largest batch. */
uint32_t train_data_max_batch(const TrainData *data);

/* Accepts a zeroed struct. */
void train_data_fini(TrainData *data);

#endif
