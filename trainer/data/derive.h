/* Specs that are made of a user's: the same steps over other data, or in another order. */
#ifndef TRAIN_DERIVE_H
#define TRAIN_DERIVE_H

#include "aug/limits.h"
#include "aug/spec.h"
#include "libaug/base/tree.h"

/* One spec as it was read, and its text as the user wrote it; or, for a map of the model file, that
 * map, borrowed, and the text of the JSON object that it means; or a derived one, with a document of
 * its own. */
typedef struct TrainSpecText {
    AugSpec *spec;
    const AugiTree *tree;
    AugiTreeDocument *document;
    char *text;
    char *name;
} TrainSpecText;

/* What a derived spec has in place of the other's.
 *
 * name:    what its errors begin with
 * dataset: name of its data set; NULL: it is not looked at, or the other's
 * shuffle: whether its order is random
 * batch:   size of its batches in digits; NULL: the other's
 */
typedef struct TrainDerivation {
    const char *name;
    const char *dataset;
    bool shuffle;
    const char *batch;
} TrainDerivation;

/* Makes out of a spec another one: every sample as it says, in an order of the derivation, the last
 * ones too. Paths in it start where the other's do. */
AUG_MUST_CHECK AugStatus train_spec_derive(TrainSpecText *out, const TrainSpecText *from,
                                           const TrainDerivation *derivation,
                                           const AugLimits *limits, AugError *error);

/* Accepts a zeroed struct. */
void train_spec_fini(TrainSpecText *spec);

#endif
