/* Samples of about one length come into one batch, so that little is padded; which lengths come
 * when is chance. */
#include "libaug/run/by_length.h"

#include <stdlib.h>
#include <string.h>

#include "aug/random.h"

/* A sample of a window, and where it stood. */
typedef struct Item {
    uint64_t length, sample;
    size_t place;
} Item;

/* One item more, so that an empty window is no special case. */
static size_t items_size(uint32_t n_batches, uint32_t batch_size)
{
    return ((size_t)n_batches * batch_size + 1) * sizeof(Item);
}

static size_t order_size(uint32_t n_batches)
{
    return ((size_t)n_batches + 1) * sizeof(uint32_t);
}

size_t augi_by_length_scratch(uint32_t n_batches, uint32_t batch_size)
{
    return items_size(n_batches, batch_size) + order_size(n_batches);
}

static int compare(const void *a, const void *b)
{
    const Item *x = a, *y = b;
    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

/* Fisher and Yates's shuffle of the numbers 0 to n - 1. */
static void shuffle(const AugOrderWindow *window, uint32_t *order)
{
    const AugKey key = {.seed = window->seed,
                        .epoch = window->epoch,
                        .sample = window->step,
                        .position = AUG_POSITION_WINDOW};
    AugRng rng = aug_rng_make(&key);
    for (uint32_t i = 0; i < window->n_batches; i++)
        order[i] = i;
    for (uint32_t i = window->n_batches; window->shuffle && i > 1; i--) {
        const uint32_t other = (uint32_t)aug_rng_below(&rng, i);
        const uint32_t moved = order[i - 1];
        order[i - 1] = order[other];
        order[other] = moved;
    }
}

AugStatus augi_arrange_by_length(void *user, const AugOrderWindow *window, uint64_t *samples,
                                 AugError *error)
{
    (void)user;
    const size_t n = (size_t)window->n_batches * window->batch_size;
    Item *items = malloc(items_size(window->n_batches, window->batch_size));
    uint32_t *order = malloc(order_size(window->n_batches));
    if (!items || !order) {
        free(items);
        free(order);
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to sort %zu samples by length", n);
    }
    for (size_t i = 0; i < n; i++)
        items[i] = (Item){.length = aug_dataset_stored_size(window->dataset, samples[i]),
                          .sample = samples[i],
                          .place = i};
    qsort(items, n, sizeof(*items), compare);
    shuffle(window, order);
    for (size_t i = 0; i < n; i++)
        samples[i] = items[(size_t)order[i / window->batch_size] * window->batch_size +
                           i % window->batch_size]
                         .sample;
    free(items);
    free(order);
    return AUG_OK;
}
