/* SomeOf: some of several operations, in the order in which they are listed. */
#include "libaug/spec/picking.h"

static AugPicks picks(const void *params, size_t n)
{
    (void)n;
    return augi_picking_picks(params, true);
}

static size_t choose(const void *params, AugRng *rng, const double *weights, size_t n,
                     size_t *chosen)
{
    (void)weights;
    const size_t n_picks = augi_picking_draw(params, rng, n, chosen);
    for (size_t i = 1; i < n_picks; i++) {
        const size_t child = chosen[i];
        size_t at = i;
        for (; at > 0 && chosen[at - 1] > child; at--)
            chosen[at] = chosen[at - 1];
        chosen[at] = child;
    }
    return n_picks;
}

static const AugOpExample examples[] = {
    {"{n: 2, transforms: [HorizontalFlip, VerticalFlip, {Rotate: 15}]}",
     "two of the three are picked, and each of those runs with its p, which is 0.5 by default"},
    {"{n: [0, 2], transforms: [{HorizontalFlip: {p: 1}}, {VerticalFlip: {p: 1}}]}",
     "none, one or both, a third of the pictures each"},
    {"{n: 3, replace: true, transforms: [{Cutout: 4}, {RandomErasing: {p: 1}}]}",
     "three times a rectangle of either kind, each somewhere else"},
};

const AugOpDesc aug_op_some_of = {
    .name = "SomeOf",
    .summary = "Apply n of several operations, in the order of the list",
    .convention =
        "Every choice of n is equally likely, whatever the p of the operations; each pick "
        "then runs with the p of its operation. n has no default, and without replacement "
        "it cannot be above the number of operations, where Albumentations lowers it.",
    .reference = "albumentations.SomeOf",
    .p = "1",
    .params = {.rows = augi_picking_rows, .n = AUGI_N_PICKING_ROWS, .size = sizeof(AugiPicking)},
    .check = augi_picking_check,
    AUG_GROUP(.child_p = AUG_P_PROBABILITY, .picks = picks, .select = choose),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
};
