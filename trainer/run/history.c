/* Lists of records that grow step by step and epoch by epoch. */
#include "trainer/run/history.h"

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

void train_history_fini(TrainHistory *history)
{
    free(history->steps);
    free(history->epochs);
    *history = (TrainHistory){0};
}
