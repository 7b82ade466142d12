/* RandomRotate90: a random number of quarter turns. */
#include "image/op.h"

static AugSize out_size(const void *params, AugSize in)
{
    (void)params;
    return in.height == in.width ? in : (AugSize){0};
}

static void turn(const void *params, AugRng *rng, ImgGeometry *geometry)
{
    (void)params;
    static const ImgOrient turns[4] = {
        IMG_ORIENT_NONE,
        IMG_ORIENT_TURN_90,
        IMG_ORIENT_TURN_180,
        IMG_ORIENT_TURN_270,
    };
    img_geometry_orient(geometry, turns[aug_rng_below(rng, 4)]);
}

static const AugOpExample examples[] = {
    {"{}", "as in Albumentations: half of the pictures get 0 to 3 quarter turns"},
    {"{p: 1}", "all four positions are equally frequent"},
};

const AugOpDesc aug_op_random_rotate90 = {
    .name = "RandomRotate90",
    .summary = "Turn by 0, 90, 180 or 270 degrees, each with the same probability",
    .convention = "Counter-clockwise on the screen; pixels are moved, not resampled. Height and "
                  "width change places for 90 and 270 degrees.",
    .p = "0.5",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.out_size = out_size, .geometry = turn),
};
