/* JoinHalves, a mix operation: the right half of a picture is that of the next one of the batch. */
#include "image/op.h"

/* C has no empty struct. */
typedef struct JoinHalvesParams {
    char unused;
} JoinHalvesParams;

static void join(const void *context, AugRng *rng, ImgMix *mix)
{
    (void)context;
    (void)rng;
    const int32_t from = (mix->extent.width + 1) / 2;
    for (uint32_t i = 0; i < mix->n && mix->n > 1 && mix->extent.width > 1; i++)
        mix->items[i] = (ImgMixItem){
            .kind = IMG_MIX_PASTE,
            .base.partner = (i + 1) % mix->n,
            .base.share = (double)from / mix->extent.width,
            .x0 = from,
            .x1 = mix->extent.width,
            .y1 = mix->extent.height,
        };
}

static const AugOpExample examples[] = {{"{p: 0.5}", "half of the batches"}};

const AugOpDesc aug_op_join_halves = {
    .name = "JoinHalves",
    .summary = "Join the left half of each sample with the right half of the next one",
    .convention = "The middle column of an odd width stays; labels follow the share of pixels",
    .params = {.size = sizeof(JoinHalvesParams)},
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_BATCH_OP(.mix = join),
};
