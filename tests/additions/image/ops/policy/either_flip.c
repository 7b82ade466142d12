/* EitherFlip, a policy: it brings two operations with it and picks one of them by weight. */
#include <stdio.h>

#include "libaug/spec/op.h"

typedef struct EitherFlipParams {
    double horizontal;
} EitherFlipParams;

static const AugParamDesc params[] = {
    AUG_PARAM(EitherFlipParams, horizontal, .fallback = "0.75", .low = 0.01, .high = 0.99,
              .help = "share of the pictures that are mirrored; the others are turned over"),
};

static AugPicks picks(const void *context, size_t n)
{
    (void)context;
    (void)n;
    return (AugPicks){.least = 1, .most = 1, .distinct = true, .in_order = true};
}

static size_t choose(const void *context, AugRng *rng, const double *weights, size_t n,
                     size_t *chosen)
{
    (void)context;
    chosen[0] = aug_rng_choice(rng, weights, n);
    return 1;
}

static AugStatus expand(const void *context, AugPolicy *policy, AugError *error)
{
    const double share = ((const EitherFlipParams *)context)->horizontal;
    char weight[2][40];
    snprintf(weight[0], sizeof(weight[0]), "{p: %.17g}", share);
    snprintf(weight[1], sizeof(weight[1]), "{p: %.17g}", 1 - share);
    AUG_TRY(augi_policy_add(policy, augi_op_find("HorizontalFlip"), weight[0], error));
    return augi_policy_add(policy, augi_op_find("VerticalFlip"), weight[1], error);
}

static const AugOpExample examples[] = {{"{horizontal: 0.5}", "as often one as the other"}};

const AugOpDesc aug_op_either_flip = {
    .name = "EitherFlip",
    .summary = "Flip the picture, more often horizontally than vertically",
    .params = AUG_PARAM_TABLE(EitherFlipParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    AUG_GROUP(.child_p = AUG_P_WEIGHT, .picks = picks, .select = choose, .expand = expand),
};
