/* Sequential: several operations as one. */
#include "libaug/spec/op.h"

typedef struct SequentialParams {
    /* C has no empty struct; a group's children are handled by the spec. */
    char unused;
} SequentialParams;

static AugPicks picks(const void *params, size_t n)
{
    (void)params;
    return (AugPicks){.least = n, .most = n, .distinct = true, .in_order = true};
}

static size_t choose_all(const void *params, AugRng *rng, const double *weights, size_t n,
                         size_t *chosen)
{
    (void)params;
    (void)rng;
    (void)weights;
    for (size_t i = 0; i < n; i++)
        chosen[i] = i;
    return n;
}

static const AugOpExample examples[] = {
    {"{p: 0.5, transforms: [{HorizontalFlip: {p: 1}}, {Rotate: {limit: 10, p: 1}}]}",
     "half of the pictures are mirrored and then turned, the others stay as they are"},
    {"{transforms: [{Resize: [40, 40]}, HorizontalFlip]}",
     "as if the operations stood in the list by themselves; useful inside other groups"},
};

const AugOpDesc aug_op_sequential = {
    .name = "Sequential",
    .summary = "Apply several operations in order, all or none of them",
    .convention = "The p of the group is for all of it; if it runs, each child runs with its own "
                  "p. Albumentations has 0.5 where p of the group is not given, here it is 1.",
    .reference = "albumentations.Sequential",
    .p = "1",
    .params = {.size = sizeof(SequentialParams)},
    AUG_GROUP(.child_p = AUG_P_PROBABILITY, .picks = picks, .select = choose_all),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
};
