/* HorizontalFlip: left becomes right. */
#include "image/op.h"

static void flip(const void *params, AugRng *rng, ImgGeometry *geometry)
{
    (void)params;
    (void)rng;
    img_geometry_orient(geometry, IMG_ORIENT_MIRROR_X);
}

static const AugOpExample examples[] = {
    {"{}", "half of the pictures are mirrored"},
    {"{p: 0.2}", "one picture in five is mirrored"},
};

const AugOpDesc aug_op_horizontal_flip = {
    .name = "HorizontalFlip",
    .summary = "Mirror left to right",
    .convention = "Column x becomes column width - 1 - x.",
    .p = "0.5",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.geometry = flip),
};
