/* The data of a run: the specs of a model file, and the sources that they become. */
#ifndef NN_DATA_H
#define NN_DATA_H

#include "aug/catalog.h"
#include "trainer/model_file.h"
#include "trainer/source.h"

/* One spec as it was read, and its text as the user wrote it. */
typedef struct NnSpecText {
    AugSpec *spec;
    char *text;
    char *name;
} NnSpecText;

/* Specs and sources of a run; zero-initialise, end with nn_data_fini.
 *
 * address: of the daemon; NULL: in this process. Borrowed
 * pool:    worker threads that the sources of this process share
 */
typedef struct NnData {
    const char *address;
    NnSpecText train_spec, eval_spec;
    AugCatalog *catalog;
    AugPool *pool;
    NnSource *train, *eval;
} NnData;

/* True if --data names a daemon and not a spec. */
bool nn_data_is_address(const char *data);

/* Reads the specs that are needed: the model file's, the training one replaced by data if that is a
 * spec. Every mistake goes to problems. Without a training spec (unless eval_only), or without a
 * test spec for eval_only, that is a problem too. */
AUG_MUST_CHECK AugStatus nn_data_read_specs(NnData *out, const NnModelFile *model, const char *data,
                                            bool eval_only, const AugLimits *limits,
                                            AugProblems *problems);

/* Opens the sources of the specs that were read. definitions: n "NAME=KIND:PATH" for specs that
 * name their data set. settings: prefetch, and epochs to read. */
AUG_MUST_CHECK AugStatus nn_data_open(NnData *data, const char *const *definitions, size_t n,
                                      const NnTrainSettings *settings, const AugLimits *limits,
                                      AugError *error);

/* Samples of the largest batch. */
uint32_t nn_data_max_batch(const NnData *data);

/* Accepts a zeroed struct. */
void nn_data_fini(NnData *data);

#endif
