/* MixUp: every sample is blended with another one of the batch. */
#include "image/op.h"

typedef struct MixUpParams {
    double alpha;
    AugChoice scope;
} MixUpParams;

enum { SCOPE_BATCH, SCOPE_SAMPLE };
static const char *const scope_names[] = {[SCOPE_BATCH] = "batch", [SCOPE_SAMPLE] = "sample", NULL};

static const AugParamDesc params[] = {
    AUG_PARAM(MixUpParams, alpha, .fallback = "1.0", .low = 0, .low_open = true, .high = 1000,
              .help = "both parameters of the Beta distribution of the share; smaller mixes less"),
    AUG_PARAM(MixUpParams, scope, .fallback = "batch", .choices = scope_names,
              .help = "one share for the whole batch, or one for each sample"),
};

static void blend(const void *context, AugRng *rng, ImgMix *mix)
{
    const MixUpParams *mixup = context;
    if (mix->n < 2)
        return;
    double share = aug_rng_beta(rng, mixup->alpha, mixup->alpha);
    aug_rng_permutation(rng, mix->scratch, mix->n);
    for (uint32_t i = 0; i < mix->n; i++) {
        if (i > 0 && mixup->scope.value == SCOPE_SAMPLE)
            share = aug_rng_beta(rng, mixup->alpha, mixup->alpha);
        /* A sample that is its own partner stays exactly what it is. */
        if (mix->scratch[i] != i)
            mix->items[i] = (ImgMixItem){
                .kind = IMG_MIX_BLEND, .base.partner = mix->scratch[i], .base.share = share};
    }
}

static const AugOpExample examples[] = {
    {"{alpha: 0.2}", "the paper's setting for ImageNet"},
    {"{alpha: 1.0, scope: sample, p: 0.5}", "half of the batches, a share for each sample"},
};

const AugOpDesc aug_op_mix_up = {
    .name = "MixUp",
    .summary = "Blend each sample and its label with another one of the batch",
    .convention =
        "share * own + (1 - share) * partner, share from Beta(alpha, alpha); partners are "
        "a random permutation of the global batch. A batch of one sample stays as it is.",
    .reference = "Zhang et al. 2018, mixup: Beyond Empirical Risk Minimization",
    .params = AUG_PARAM_TABLE(MixUpParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_BATCH_OP(.mix = blend),
};
