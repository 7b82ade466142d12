/* Cutout: a square of fixed size, centred anywhere, is erased. */
#include "image/op.h"
#include "image/pixels/work.h"

typedef struct CutoutParams {
    int32_t size;
    AugFill fill;
} CutoutParams;

static const AugParamDesc params[] = {
    AUG_PARAM(CutoutParams, size, .low = 1, .high = 65535, .unit = "pixels",
              .help = "side of the square; the paper uses 16 for CIFAR-10 and 8 for CIFAR-100"),
    AUG_PARAM(CutoutParams, fill, .fallback = "mean", .low = 0, .high = 255,
              .choices = img_erase_fill_names,
              .help = "a colour, mean (0 after normalization, as in the paper) or random"),
};

static void add_square(const void *context, AugRng *rng, ImgErase *erase)
{
    const CutoutParams *cutout = context;
    const int32_t y = (int32_t)aug_rng_below(rng, (uint64_t)erase->height) - cutout->size / 2;
    const int32_t x = (int32_t)aug_rng_below(rng, (uint64_t)erase->width) - cutout->size / 2;
    const ImgWindow square = {.x0 = x, .y0 = y, .x1 = x + cutout->size, .y1 = y + cutout->size};
    img_erase_add(erase, square, &cutout->fill, rng);
}

static uint64_t work(const void *context, const ImgWorkSizes *sizes)
{
    const CutoutParams *cutout = context;
    return img_size_pixels(sizes->in) * img_erase_passes(&cutout->fill);
}

static const AugOpExample examples[] = {
    {"16", "the paper's setting for CIFAR-10; on average 196 of 1024 pixels are erased"},
    {"{size: 8, fill: [125, 123, 114], p: 0.5}", "a given colour, on half of the pictures"},
};

const AugOpDesc aug_op_cutout = {
    .name = "Cutout",
    .summary = "Erase a square of fixed size at a random place",
    .convention =
        "The centre is uniform over all pixels and the square is clipped at the border, so "
        "less than its area is erased on average. It starts size / 2 (rounded down) "
        "before the centre.",
    .reference =
        "DeVries and Taylor 2017, Improved Regularization of Convolutional Neural Networks "
        "with Cutout",
    .params = AUG_PARAM_TABLE(CutoutParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.erase = add_square, .work = work),
};
