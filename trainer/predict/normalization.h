/* What a specification's output does to pixels of 8 bits, as a mean and a scale for each channel. */
#ifndef TRAIN_PREDICT_NORMALIZATION_H
#define TRAIN_PREDICT_NORMALIZATION_H

#include "trainer/model/saved_model.h"

/* A pixel's channel c becomes (value / 255 - mean[c]) / scale[c]. n: channels; 0: it stays as it is. */
typedef struct TrainNormalization {
    size_t n;
    double mean[AUG_MAX_CHANNELS], scale[AUG_MAX_CHANNELS];
} TrainNormalization;

/* Finds it for the input of a model, by what the engine makes of a black and of a white pixel. spec: JSON of
 * the specification by which the model is evaluated. Fails with
 * AUG_BAD_ARGUMENT where the input is no map of up to AUG_MAX_CHANNELS channels. */
AUG_MUST_CHECK AugStatus train_normalization_find(TrainNormalization *out,
                                                  const TrainSavedModel *saved, const char *spec,
                                                  const AugLimits *limits, AugError *error);

#endif
