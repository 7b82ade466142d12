/* The batch that gave a value that is not finite, kept for looking at. */
#ifndef TRAIN_BAD_BATCH_H
#define TRAIN_BAD_BATCH_H

#include "trainer/run/run.h"

/* Writes bad_batch.safetensors to the run's folder: data and label as they came, the samples'
 * numbers in the data set (index), and as metadata epoch and step (of the stream, from 0) and the
 * message. Adds to the error, which says what was found, which batch it was and where it is kept; a
 * file that cannot be written is no failure. */
void train_bad_batch_keep(const TrainRun *run, const TrainSourceBatch *batch, AugError *error);

#endif
