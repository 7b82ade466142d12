/* Whether fields make sense, and whether samples are what their fields say: for data that comes
 * from a caller.
 */
#ifndef AUGI_DATASET_CHECK_H
#define AUGI_DATASET_CHECK_H

#include "aug/dataset.h"

/* Checks the fields of a data set: names, types, shapes, forms. AUG_BAD_ARGUMENT names the first
 * that is wrong; where is the place. */
AUG_MUST_CHECK AugStatus augi_fields_check(const AugDatasetInfo *info, const char *where,
                                           AugError *error);

/* Checks a sample against the fields, and fills in n_rows where it is 0. A value of no bytes gets a
 * valid address. Fails with AUG_CORRUPT or AUG_TOO_LARGE. */
AUG_MUST_CHECK AugStatus augi_sample_check(const AugDatasetInfo *info, const AugLimits *limits,
                                           AugSample *sample, AugError *error);

#endif
