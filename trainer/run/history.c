/* Lists of records that grow step by step and epoch by epoch. */
#include "trainer/run/history.h"

#include <stdio.h>
#include <stdlib.h>

/* Room for one more item; false if memory is out. */
static bool reserve(void **items, size_t *capacity, size_t n, size_t item_size)
{
    if (n < *capacity)
        return true;
    size_t grown_capacity = *capacity ? 2 * *capacity : 256;
    void *grown = realloc(*items, grown_capacity * item_size);
    if (!grown)
        return false;
    *items = grown;
    *capacity = grown_capacity;
    return true;
}

AugStatus train_history_add_step(TrainHistory *history, const TrainStepRecord *record,
                                 AugError *error)
{
    void *items = history->steps;
    if (!reserve(&items, &history->steps_capacity, history->n_steps, sizeof(*record)))
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the history of the run");
    history->steps = items;
    history->steps[history->n_steps++] = *record;
    return AUG_OK;
}

AugStatus train_history_add_epoch(TrainHistory *history, const TrainEpochRecord *record,
                                  AugError *error)
{
    void *items = history->epochs;
    if (!reserve(&items, &history->epochs_capacity, history->n_epochs, sizeof(*record)))
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the history of the run");
    history->epochs = items;
    history->epochs[history->n_epochs++] = *record;
    return AUG_OK;
}

TrainGap train_history_gap(const TrainEpochRecord *record)
{
    const TrainEvaluation test = {record->eval_n, record->eval_loss, record->eval_figures};
    const TrainEvaluation *later = record->has_eval ? &test : &record->validation;
    const TrainEvaluation *train = &record->train_eval;
    if (train->n == 0 || later->n == 0)
        return (TrainGap){0};
    TrainGap gap = {.known = true, .loss = later->loss - train->loss, .figures = later->figures};
    for (size_t i = 0; i < later->figures.n; i++) {
        const double of_later = later->figures.values[i], of_train = train->figures.values[i];
        gap.figures.values[i] =
            later->figures.scalars[i].is_share ? of_train - of_later : of_later - of_train;
    }
    return gap;
}

void train_gap_text(const TrainGap *gap, char text[64])
{
    size_t i = 0;
    while (i < gap->figures.n && !gap->figures.scalars[i].is_share)
        i++;
    text[0] = 0;
    if (gap->known && i < gap->figures.n)
        snprintf(text, 64, "  gap %.2f points", 100 * gap->figures.values[i]);
    else if (gap->known)
        snprintf(text, 64, "  gap %.4f", gap->loss);
}

void train_history_fini(TrainHistory *history)
{
    free(history->steps);
    free(history->epochs);
    *history = (TrainHistory){0};
}
