/* Transpose: rows become columns. */
#include "image/op.h"

static AugSize out_size(const void *params, AugSize in)
{
    (void)params;
    return (AugSize){.height = in.width, .width = in.height};
}

static void transpose(const void *params, AugRng *rng, ImgGeometry *geometry)
{
    (void)params;
    (void)rng;
    img_geometry_orient(geometry, IMG_ORIENT_TRANSPOSE);
}

static const AugOpExample examples[] = {
    {"{}", "half of the pictures are mirrored at the diagonal"},
};

const AugOpDesc aug_op_transpose = {
    .name = "Transpose",
    .summary = "Swap rows and columns",
    .convention = "Row y, column x becomes row x, column y; height and width change places.",
    .p = "0.5",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.out_size = out_size, .geometry = transpose),
};
