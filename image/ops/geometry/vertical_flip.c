/* VerticalFlip: top becomes bottom. */
#include "image/op.h"

static void flip(const void *params, AugRng *rng, ImgGeometry *geometry)
{
    (void)params;
    (void)rng;
    img_geometry_orient(geometry, IMG_ORIENT_MIRROR_Y);
}

static const AugOpExample examples[] = {
    {"{}", "half of the pictures are turned upside down by mirroring"},
};

const AugOpDesc aug_op_vertical_flip = {
    .name = "VerticalFlip",
    .summary = "Mirror top to bottom",
    .convention = "Row y becomes row height - 1 - y.",
    .p = "0.5",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.geometry = flip),
};
