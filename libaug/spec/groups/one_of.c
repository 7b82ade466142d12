/* OneOf: one of several operations, chosen by weight. */
#include "libaug/spec/op.h"

typedef struct OneOfParams {
    /* C has no empty struct; a group's children are handled by the spec. */
    char unused;
} OneOfParams;

static AugPicks picks(const void *params, size_t n)
{
    (void)params;
    (void)n;
    return (AugPicks){.least = 1, .most = 1, .distinct = true, .in_order = true};
}

static size_t choose(const void *params, AugRng *rng, const double *weights, size_t n,
                     size_t *chosen)
{
    (void)params;
    chosen[0] = aug_rng_choice(rng, weights, n);
    return 1;
}

static const AugOpExample examples[] = {
    {"{p: 0.5, transforms: [{HorizontalFlip: {p: 2}}, VerticalFlip]}",
     "half of the pictures are flipped, two thirds of those horizontally"},
};

const AugOpDesc aug_op_one_of = {
    .name = "OneOf",
    .summary = "Apply exactly one of several operations, chosen by weight",
    .convention = "The p of a child is its weight (1 if not given); the chosen child always runs.",
    .p = "1",
    .params = {.size = sizeof(OneOfParams)},
    AUG_GROUP(.child_p = AUG_P_WEIGHT, .picks = picks, .select = choose),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
};
