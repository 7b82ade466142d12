/* What is odd about the data of a run taken together. */
#ifndef TRAIN_CHECK_H
#define TRAIN_CHECK_H

#include "trainer/data/data.h"

/* Adds notes to data->notes: data that serve for training and test, or partly so; evaluations whose
 * spec augments. Opens streams of its own for the latter; where that fails it says nothing. */
void train_data_check(TrainData *data, const AugLimits *limits);

/* Whether two sources read the same samples. */
bool train_data_same(const TrainSource *a, const TrainSource *b);

#endif
