/* AtMostOne, a group: one of several operations by weight, or none of them. */
#include "libaug/spec/op.h"

typedef struct AtMostOneParams {
    double none;
} AtMostOneParams;

static const AugParamDesc params[] = {
    AUG_PARAM(AtMostOneParams, none, .fallback = "1", .low = 0, .high = 1000,
              .help = "weight of doing nothing, beside those of the operations"),
};

static AugPicks picks(const void *context, size_t n)
{
    (void)context;
    (void)n;
    return (AugPicks){.least = 0, .most = 1, .distinct = true, .in_order = true};
}

/* Two draws whatever they give. */
static size_t choose(const void *context, AugRng *rng, const double *weights, size_t n,
                     size_t *chosen)
{
    const AtMostOneParams *given = context;
    double total = given->none;
    for (size_t i = 0; i < n; i++)
        total += weights[i];
    const bool is_none = aug_rng_uniform(rng, 0, total) < given->none;
    chosen[0] = aug_rng_choice(rng, weights, n);
    return is_none ? 0 : 1;
}

static const AugOpExample examples[] = {
    {"{none: 2, transforms: [HorizontalFlip, VerticalFlip]}", "half of the pictures stay"},
};

const AugOpDesc aug_op_at_most_one = {
    .name = "AtMostOne",
    .summary = "Apply one of several operations, or none",
    .params = AUG_PARAM_TABLE(AtMostOneParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    AUG_GROUP(.child_p = AUG_P_WEIGHT, .picks = picks, .select = choose),
};
