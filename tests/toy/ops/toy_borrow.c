/* ToyBorrow: the second picture is taken from another sample. */
#include <string.h>

#include "tests/toy/toy_domain.h"

static void borrow(const void *params, AugRng *rng, ToySample *sample)
{
    (void)params;
    (void)rng;
    if (sample->partner[1])
        memcpy(sample->pictures[1], sample->partner[1], TOY_PIXELS);
}

static const AugOpExample examples[] = {{"{p: 0.5}", "for half of the toys"}};

const AugOpDesc aug_op_toy_borrow = {
    .name = "ToyBorrow",
    .summary = "Take the second picture from another toy",
    .params = {.size = 1},
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TOY_OP(.edit = borrow, .wants_partner = true),
};
