/* Predictions of a trained model for all samples of an input. */
#ifndef TRAIN_PREDICT_H
#define TRAIN_PREDICT_H

#include "trainer/predict/input.h"
#include "trainer/predict/rows.h"
#include "trainer/predict/values.h"

/* What is made of outputs. */
typedef enum TrainMade {
    TRAIN_MADE_CLASSES,
    TRAIN_MADE_LOGITS,
    TRAIN_MADE_PROBABILITIES,
    TRAIN_MADE_FEATURES,
} TrainMade;

/* One run of predictions; members that point elsewhere are borrowed.
 *
 * made:     CLASSES go to rows as text, form of them, with top classes each; the others to values
 * rows:     where they go
 * n, n_damaged: samples so far, and those of them without a prediction
 * first_error: why the first of these has none
 */
typedef struct TrainPredictor {
    const TrainSavedModel *saved;
    NnNetwork *network;
    NnNetworkInfo info;
    TrainInput *input;
    TrainMade made;
    TrainRowsForm form;
    uint32_t top;
    FILE *rows;
    TrainValues values;
    uint64_t n, n_damaged;
    char first_error[AUG_MAX_REASON];
} TrainPredictor;

/* Predicts all samples. Fails where the model does not fit the samples, or cannot say classes. */
AUG_MUST_CHECK AugStatus train_predict(TrainPredictor *predictor, AugError *error);

#endif
