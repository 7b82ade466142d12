/* A running average of all weights and buffers, beside those that are trained. */
#include <stdlib.h>
#include <string.h>

#include "trainer/nn/network.h"

/* values: as they are stored in the network; weight: of the new ones in the next average */
struct NnAverage {
    NnNetwork *network;
    NnReal *values;
    NnReal weight;
};

AugStatus nn_average_new(NnAverage **out, NnNetwork *network, AugError *error)
{
    const size_t n = network->blueprint.n_stored;
    *out = NULL;
    NnAverage *average = calloc(1, sizeof(*average));
    if (average)
        average->values = malloc((n + 1) * sizeof(NnReal));
    if (!average || !average->values) {
        nn_average_free(average);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an average of %zu weights", n);
    }
    average->network = network;
    memcpy(average->values, network->pass.parameters, n * sizeof(NnReal));
    *out = average;
    return AUG_OK;
}

void nn_average_free(NnAverage *average)
{
    if (!average)
        return;
    free(average->values);
    free(average);
}

static void update_slice(void *context, uint32_t slice, uint32_t thread)
{
    const NnAverage *average = context;
    const NnReal *fresh = average->network->pass.parameters;
    size_t first, end;
    (void)thread;
    nn_slice(average->network->blueprint.n_stored, NN_ALIGN_VALUES, slice, &first, &end);
    for (size_t i = first; i < end; i++)
        average->values[i] += average->weight * (fresh[i] - average->values[i]);
}

void nn_average_update(NnAverage *average, double decay)
{
    /* The step behind the update is counted already; the first average is the weights themselves. */
    average->weight = average->network->pass.step == 1 ? 1 : (NnReal)(1 - decay);
    nn_pool_run(average->network->pool, NN_SHARDS, update_slice, average);
}

static void swap_slice(void *context, uint32_t slice, uint32_t thread)
{
    const NnAverage *average = context;
    NnReal *fresh = average->network->pass.parameters;
    size_t first, end;
    (void)thread;
    nn_slice(average->network->blueprint.n_stored, NN_ALIGN_VALUES, slice, &first, &end);
    for (size_t i = first; i < end; i++) {
        const NnReal value = fresh[i];
        fresh[i] = average->values[i];
        average->values[i] = value;
    }
}

void nn_average_swap(NnAverage *average)
{
    nn_pool_run(average->network->pool, NN_SHARDS, swap_slice, average);
}
