/* CutMix: a box of every sample is taken from another one of the batch. */
#include <math.h>

#include "image/op.h"

typedef struct CutMixParams {
    double alpha;
    AugChoice scope;
} CutMixParams;

enum { SCOPE_BATCH, SCOPE_SAMPLE };
static const char *const scope_names[] = {[SCOPE_BATCH] = "batch", [SCOPE_SAMPLE] = "sample", NULL};

static const AugParamDesc params[] = {
    AUG_PARAM(CutMixParams, alpha, .fallback = "1.0", .low = 0, .low_open = true, .high = 1000,
              .help = "both parameters of the Beta distribution of the share; 1 is uniform"),
    AUG_PARAM(CutMixParams, scope, .fallback = "batch", .choices = scope_names,
              .help = "one box for the whole batch, or one for each sample"),
};

/* Half-open range of a box of the given length around a centre, cut to the picture. */
static void place(int32_t centre, int32_t length, int32_t end, int32_t *from, int32_t *to)
{
    const int32_t first = centre - length / 2;
    *from = first > 0 ? first : 0;
    *to = first + length < end ? first + length : end;
}

static ImgMixItem draw(double alpha, AugSize extent, AugRng *rng)
{
    const double side = sqrt(1 - aug_rng_beta(rng, alpha, alpha));
    const int32_t y = (int32_t)aug_rng_below(rng, (uint64_t)extent.height);
    const int32_t x = (int32_t)aug_rng_below(rng, (uint64_t)extent.width);
    ImgMixItem item = {.kind = IMG_MIX_PASTE};
    place(y, (int32_t)rint(side * extent.height), extent.height, &item.y0, &item.y1);
    place(x, (int32_t)rint(side * extent.width), extent.width, &item.x0, &item.x1);
    const double box = (double)(item.y1 - item.y0) * (item.x1 - item.x0);
    item.base.share = 1 - box / ((double)extent.height * extent.width);
    return item;
}

static void paste(const void *context, AugRng *rng, ImgMix *mix)
{
    const CutMixParams *cutmix = context;
    if (mix->n < 2)
        return;
    ImgMixItem item = draw(cutmix->alpha, mix->extent, rng);
    aug_rng_permutation(rng, mix->scratch, mix->n);
    for (uint32_t i = 0; i < mix->n; i++) {
        if (i > 0 && cutmix->scope.value == SCOPE_SAMPLE)
            item = draw(cutmix->alpha, mix->extent, rng);
        item.base.partner = mix->scratch[i];
        /* Nothing to paste: the sample is its own partner, or the box is empty. */
        if (item.base.partner != i && item.base.share < 1)
            mix->items[i] = item;
    }
}

static const AugOpExample examples[] = {
    {"{}", "the paper's setting: the part that stays is uniform before clipping"},
    {"{alpha: 0.5, scope: sample}", "a box for each sample, more often nearly all or nothing"},
};

const AugOpDesc aug_op_cut_mix = {
    .name = "CutMix",
    .summary = "Replace a box of each sample, and that share of its label, by another sample's",
    .convention = "Sides are sqrt(1 - share) of the picture's, rounded half to even; the centre is "
                  "uniform over all pixels; the box is clipped, and the label gets exactly the "
                  "share of pixels that stay. Partners are a random permutation of the global "
                  "batch. A batch of one sample stays as it is.",
    .reference =
        "Yun et al. 2019, CutMix: Regularization Strategy to Train Strong Classifiers with "
        "Localizable Features",
    .params = AUG_PARAM_TABLE(CutMixParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_BATCH_OP(.mix = paste, .targets = IMG_MASKS),
};
