/* Pictures with everything that may lie on them, for tests: fields, samples, and data sets of
 * samples in memory. */
#ifndef TEST_TARGETS_CASE_H
#define TEST_TARGETS_CASE_H

#include "tests/support/image_case.h"

/* Numbers of the fields. tags (I64) accompany the boxes, marks (U8 [2]) the points. */
enum {
    TARGETS_IMAGE,
    TARGETS_MASK,
    TARGETS_BOXES,
    TARGETS_TAGS,
    TARGETS_POINTS,
    TARGETS_MARKS,
    TARGETS_FIELDS,
};

/* Most rows of a field. */
#define TARGETS_MOST 24

/* Info of a data set with those fields: raw pictures of one size, of channels 1 or 3; or, with 0
 * channels, picture and mask as files. */
AugDatasetInfo targets_info(AugSize size, int32_t channels);

/* Values of fields; what is pointed to is borrowed. */
AugField targets_pixels(const uint8_t *pixels, AugSize size, int32_t channels);
AugField targets_rows(const void *rows, uint32_t n, size_t row_size);
AugField targets_file(const void *bytes, size_t size);

/* Opens a pipeline (see image_case_open; output NULL: the defaults), or ends the test. */
void targets_open(ImageCase *image_case, const char *pipeline, const char *output,
                  const AugDatasetInfo *info);

/* The same for results of any size. */
void targets_open_any_size(ImageCase *image_case, const char *pipeline, const AugDatasetInfo *info);

/* Augments a sample with the draws of an index, or ends the test. out is borrowed from the case
 * until the next call. */
void targets_augment(ImageCase *image_case, uint64_t index, const AugField in[TARGETS_FIELDS],
                     AugField out[TARGETS_FIELDS]);

/* Expects the augmentation to fail with these words, at the sample. */
void targets_refused(ImageCase *image_case, const AugField in[TARGETS_FIELDS], AugStatus status,
                     const char *words);

/* Ends the test unless a field has these rows, but for rounding of floats. */
void targets_assert_floats(const AugField *field, const float *rows, uint32_t n, uint32_t n_values,
                           const char *what);

/* A data set of n samples, with 3 classes by their number. All is borrowed and outlives it; it is
 * given up with aug_dataset_unref. */
AugDataset *targets_dataset(const AugDatasetInfo *info, const AugSample *samples, uint64_t n);

#endif
