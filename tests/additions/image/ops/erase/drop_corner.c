/* DropCorner, an erase operation: a square in one of the four corners. */
#include "image/op.h"

typedef struct DropCornerParams {
    int32_t size;
    AugFill fill;
} DropCornerParams;

static const AugParamDesc params[] = {
    AUG_PARAM(DropCornerParams, size, .low = 1, .high = 65535, .unit = "pixels",
              .help = "side of the square"),
    AUG_PARAM(DropCornerParams, fill, .fallback = "0", .low = 0, .high = 255,
              .choices = img_erase_fill_names, .help = "a colour, mean or random"),
};

static void add_corner(const void *context, AugRng *rng, ImgErase *erase)
{
    const DropCornerParams *given = context;
    const uint64_t corner = aug_rng_below(rng, 4);
    const int32_t x = corner & 1 ? erase->width - given->size : 0;
    const int32_t y = corner & 2 ? erase->height - given->size : 0;
    const ImgWindow square = {.x0 = x, .y0 = y, .x1 = x + given->size, .y1 = y + given->size};
    img_erase_add(erase, square, &given->fill, rng);
}

static const AugOpExample examples[] = {
    {"{size: 8}", "a black square of 8 pixels in every picture"},
    {"{size: 5, fill: random, p: 0.5}", "half of the pictures, noise"},
};

const AugOpDesc aug_op_drop_corner = {
    .name = "DropCorner",
    .summary = "Erase a square in one of the corners",
    .params = AUG_PARAM_TABLE(DropCornerParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.erase = add_corner),
};
