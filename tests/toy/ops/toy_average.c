/* ToyAverage: every toy of a batch is averaged with its neighbour. */
#include "tests/toy/toy_domain.h"

static void average(const void *params, AugRng *rng, const AugMixPass *pass)
{
    (void)params;
    (void)rng;
    AugMixItem *items = pass->items;
    for (uint32_t i = 0; i < pass->n; i++)
        items[i] = (AugMixItem){.partner = (i + 1) % pass->n, .mixes = true, .share = 0.5};
}

static const AugOpExample examples[] = {{"{}", "half of the next one"}};

const AugOpDesc aug_op_toy_average = {
    .name = "ToyAverage",
    .summary = "Average each toy with the next one of the batch",
    .scope = AUG_OP_BATCH,
    .params = {.size = 1},
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TOY_OP(.mix = average),
};
