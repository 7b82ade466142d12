/* RandomOrder: some or all of several operations, in an order of chance. */
#include "libaug/spec/picking.h"

static AugPicks picks(const void *params, size_t n)
{
    (void)n;
    return augi_picking_picks(params, false);
}

static size_t choose(const void *params, AugRng *rng, const double *weights, size_t n,
                     size_t *chosen)
{
    (void)weights;
    return augi_picking_draw(params, rng, n, chosen);
}

static const AugOpExample examples[] = {
    {"{n: 3, transforms: [{Rotate: 30}, {Cutout: 8}, HorizontalFlip]}",
     "all three, in one of six orders; the turn and the flip run with their p of 0.5"},
    {"{n: [1, 2], transforms: [{Rotate: 30}, {Pad: 4}, {Cutout: {size: 8, p: 0.5}}]}",
     "one or two of the three"},
};

const AugOpDesc aug_op_random_order = {
    .name = "RandomOrder",
    .summary = "Apply n of several operations, in random order",
    .convention = "Every sequence of n is equally likely, whatever the p of the operations; each "
                  "pick then runs with the p of its operation. n has no default: Albumentations "
                  "takes 1, torchvision all.",
    .reference = "albumentations.RandomOrder",
    .p = "1",
    .params = {.rows = augi_picking_rows, .n = AUGI_N_PICKING_ROWS, .size = sizeof(AugiPicking)},
    .check = augi_picking_check,
    AUG_GROUP(.child_p = AUG_P_PROBABILITY, .picks = picks, .select = choose),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
};
