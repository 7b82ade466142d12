/* Batch by batch: evaluate, turn outputs into probabilities, sort out the likeliest, write. */
#include "trainer/predict/predict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Whether a sample may have several classes, each with a probability of its own. */
static bool has_several(const TrainPredictor *predictor)
{
    const TrainTaskDesc *task = predictor->saved->task;
    return task && task->several;
}

/* Shares of e^logit (softmax), or for several classes each output's own 1 / (1 + e^-logit). */
static void make_probabilities(const float *logits, size_t n, bool several, float *probabilities)
{
    double largest = -INFINITY, sum = 0;
    for (size_t i = 0; i < n; i++)
        /* GCC 12 for AArch64 breaks on fmax here. */
        largest = (double)logits[i] > largest ? (double)logits[i] : largest;
    for (size_t i = 0; i < n; i++)
        sum += exp((double)logits[i] - largest);
    for (size_t i = 0; i < n; i++)
        probabilities[i] = (float)(several ? 1 / (1 + exp(-(double)logits[i]))
                                           : exp((double)logits[i] - largest) / sum);
}

/* Name of a class for people, or its number. */
static void class_name(const TrainPredictor *predictor, uint32_t number, char name[256])
{
    const TrainSavedModel *saved = predictor->saved;
    if (number < saved->n_classes)
        snprintf(name, 256, "%.255s", saved->classes[number]);
    else
        snprintf(name, 256, "%u", number);
}

/* A class by its probability. */
typedef struct Ranked {
    uint32_t number;
    float probability;
} Ranked;

/* Room for the outputs of a batch, their probabilities, and the classes of a sample. */
typedef struct Work {
    NnReal *outputs;
    float *probabilities;
    Ranked *ranked;
    TrainGuess *guesses;
} Work;

/* The most probable classes, the first of equals first: a list that each class is put into where it is
 * better than the last one of it. */
static void find_top(const TrainPredictor *predictor, const Work *work)
{
    Ranked *ranked = work->ranked;
    uint32_t n = 0;
    for (uint32_t i = 0; i < predictor->info.n_classes; i++) {
        const float probability = work->probabilities[i];
        uint32_t k = n;
        while (k > 0 && probability > ranked[k - 1].probability)
            k--;
        if (k == predictor->top)
            continue;
        n += n < predictor->top;
        memmove(&ranked[k + 1], &ranked[k], (n - 1 - k) * sizeof(*ranked));
        ranked[k] = (Ranked){i, probability};
    }
    for (uint32_t k = 0; k < n; k++) {
        TrainGuess *guess = &work->guesses[k];
        guess->number = ranked[k].number;
        guess->probability = (double)ranked[k].probability;
        class_name(predictor, guess->number, guess->name);
    }
}

/* The note of a row whose sample another stands in for. */
static const AugReplaced *find_note(const TrainSourceBatch *batch, uint32_t row)
{
    for (uint32_t i = 0; i < batch->stream.n_replaced; i++)
        if (batch->stream.replaced[i].row == row)
            return &batch->stream.replaced[i];
    return NULL;
}

/* One sample's own members. A damaged one is named in the reason; its row has the name of another. */
static TrainPrediction describe(TrainPredictor *predictor, const TrainSourceBatch *batch,
                                uint32_t row)
{
    const AugReplaced *note = find_note(batch, row);
    TrainPrediction prediction = {.index = batch->index[row]};
    if (!note) {
        prediction.name =
            train_input_sample_name(predictor->input, batch, row, &prediction.name_size);
        return prediction;
    }
    prediction.index = (int64_t)note->index;
    prediction.error = note->reason[0] ? note->reason : "the sample is damaged";
    if (predictor->n_damaged++ == 0)
        snprintf(predictor->first_error, sizeof(predictor->first_error), "%s", prediction.error);
    return prediction;
}

static AugStatus put_classes(TrainPredictor *predictor, const TrainSourceBatch *batch, uint32_t row,
                             const Work *work, AugError *error)
{
    TrainPrediction prediction = describe(predictor, batch, row);
    char *label = NULL;
    if (!prediction.error) {
        find_top(predictor, work);
        prediction.guesses = work->guesses;
        prediction.n_guesses = predictor->top;
        AUG_TRY(train_input_sample_label(predictor->input, batch, row, &label, error));
        prediction.label = label[0] ? label : NULL;
    }
    const AugStatus status =
        train_rows_put(predictor->rows, predictor->form, predictor->top, &prediction, error);
    free(label);
    return status;
}

static AugStatus put_batch(TrainPredictor *predictor, const TrainSourceBatch *batch,
                           const Work *work, AugError *error)
{
    const size_t n = predictor->info.n_classes;
    const bool several = has_several(predictor);
    for (uint32_t row = 0; row < batch->batch.n; row++, predictor->n++) {
        const float *outputs = work->outputs + row * n;
        if (predictor->made == TRAIN_MADE_CLASSES || predictor->made == TRAIN_MADE_PROBABILITIES)
            make_probabilities(outputs, n, several, work->probabilities);
        if (predictor->made == TRAIN_MADE_CLASSES) {
            AUG_TRY(put_classes(predictor, batch, row, work, error));
            continue;
        }
        const float *made =
            predictor->made == TRAIN_MADE_PROBABILITIES ? work->probabilities : outputs;
        const TrainPrediction prediction = describe(predictor, batch, row);
        AUG_TRY(train_values_add(&predictor->values, prediction.error ? NULL : made,
                                 prediction.index, error));
    }
    return AUG_OK;
}

static AugStatus predict_batches(TrainPredictor *predictor, const Work *work, AugError *error)
{
    if (predictor->made == TRAIN_MADE_CLASSES)
        train_rows_head(predictor->rows, predictor->form, predictor->top);
    for (;;) {
        TrainSourceBatch batch;
        NnResult result;
        const AugStatus status = train_source_next(predictor->input->source, &batch, error);
        if (status == AUG_END)
            return AUG_OK;
        AUG_TRY(status);
        AUG_TRY(
            nn_network_evaluate(predictor->network, &batch.batch, work->outputs, &result, error));
        AUG_TRY(put_batch(predictor, &batch, work, error));
        if (predictor->made == TRAIN_MADE_CLASSES && fflush(predictor->rows) != 0)
            return AUG_FAIL(error, AUG_IO, NULL, "the rows could not be written");
    }
}

static AugStatus check_classes(const TrainPredictor *predictor, AugError *error)
{
    const TrainSavedModel *saved = predictor->saved;
    if (predictor->made != TRAIN_MADE_CLASSES && predictor->made != TRAIN_MADE_PROBABILITIES)
        return AUG_OK;
    if (saved->task && !saved->task->has_classes)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "the model was trained to %s, not to tell classes; --values logits and "
                        "--output FILE.npy give its outputs",
                        saved->task->name);
    /* A map of one pixel, as pooling leaves it, is a list of classes, too. */
    const NnShape output = predictor->info.output;
    const int32_t least = has_several(predictor) ? 1 : 2;
    if (output.height == 1 && output.width == 1 && output.channels >= least)
        return AUG_OK;
    return AUG_FAIL(
        error, AUG_BAD_ARGUMENT, NULL,
        "the model's outputs are %dx%dx%d values, which are no classes; --values logits "
        "and --output FILE.npy give them",
        output.height, output.width, output.channels);
}

AugStatus train_predict(TrainPredictor *predictor, AugError *error)
{
    nn_network_info(predictor->network, &predictor->info);
    AUG_TRY(check_classes(predictor, error));
    AUG_TRY(train_source_fit(predictor->input->source, predictor->saved->model->input,
                             predictor->info.n_indices, 0, error));
    const uint32_t n = predictor->info.n_classes;
    predictor->top = predictor->top < n ? predictor->top : n;
    predictor->values.shape = predictor->info.output;
    const Work work = {
        .outputs = malloc((size_t)predictor->info.max_batch * n * sizeof(NnReal)),
        .probabilities = malloc(n * sizeof(float)),
        .ranked = malloc((predictor->top + 1) * sizeof(Ranked)),
        .guesses = malloc((predictor->top + 1) * sizeof(TrainGuess)),
    };
    AugStatus status = AUG_NO_MEMORY;
    if (work.outputs && work.probabilities && work.ranked && work.guesses)
        status = predict_batches(predictor, &work, error);
    else
        AUG_FAIL(error, status, NULL, "no memory for the predictions of a batch");
    free(work.outputs);
    free(work.probabilities);
    free(work.ranked);
    free(work.guesses);
    return status;
}
