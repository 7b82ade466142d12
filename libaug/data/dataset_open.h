/* What opening a data set and using it share. */
#ifndef AUGI_DATASET_OPEN_H
#define AUGI_DATASET_OPEN_H

#include "libaug/data/dataset.h"

/* Calls the kind's open and checks what it made of it against the limits. Params are bound. After a
 * failure the set can be given to aug_dataset_unref. */
AUG_MUST_CHECK AugStatus augi_dataset_start(AugDataset *dataset, AugError *error);

/* The parameter path, or the kind's name where it has none: the place in messages. Borrowed. */
const char *augi_dataset_path(const AugDataset *dataset);

/* Whether a kind opens a file or folder; else its short form is "KIND:key=value,...". */
bool augi_dataset_kind_has_path(const AugDatasetKind *kind);

#endif
