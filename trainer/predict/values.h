/* Outputs of a network for many samples as one array in a file. */
#ifndef TRAIN_PREDICT_VALUES_H
#define TRAIN_PREDICT_VALUES_H

#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"
#include "trainer/nn/nn.h"

/* An array that grows. Zero-initialise, set shape, end with train_values_fini.
 *
 * shape:   of one sample's values: a list of features, or a map
 * values:  n rows in PyTorch's order: channel, row, column
 * indices: of their samples in the data set
 */
typedef struct TrainValues {
    NnShape shape;
    float *values;
    int64_t *indices;
    size_t n, capacity;
} TrainValues;

/* A sample's values, which lie row, column, channel, in PyTorch's order. */
void train_values_reorder(NnShape shape, const float *from, float *to);

/* Appends a row of values, which lie row, column, channel; NULL: values that are not numbers, for a
 * sample without a prediction. */
AUG_MUST_CHECK AugStatus train_values_add(TrainValues *values, const float *row, int64_t index,
                                          AugError *error);

/* Writes FILE.npy (NumPy's format 1.0, float32), or FILE.safetensors with the tensors `name` and "index".
 * Complete or absent. */
AUG_MUST_CHECK AugStatus train_values_save(const TrainValues *values, const char *name,
                                           const char *path, AugError *error);

/* Whether a path ends as one of the two. */
bool train_values_is_path(const char *path);

/* Accepts a zeroed one, and zeroes it. */
void train_values_fini(TrainValues *values);

#endif
