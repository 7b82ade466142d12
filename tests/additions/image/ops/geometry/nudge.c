/* Nudge, a geometry: the picture moves by whole pixels, and its edge fills what it leaves. */
#include "image/op.h"

typedef struct NudgeParams {
    int32_t limit;
} NudgeParams;

static const AugParamDesc params[] = {
    AUG_PARAM(NudgeParams, limit, .fallback = "4", .low = 0, .high = 1000, .unit = "pixels",
              .help = "largest move, in each direction"),
};

static void nudge(const void *context, AugRng *rng, ImgGeometry *geometry)
{
    const NudgeParams *given = context;
    const double x = (double)aug_rng_integer(rng, -given->limit, given->limit);
    const double y = (double)aug_rng_integer(rng, -given->limit, given->limit);
    const double matrix[6] = {1, 0, -x, 0, 1, -y};
    const AugSize size = {.height = geometry->height, .width = geometry->width};
    const ImgOutside outside = {.border = IMG_BORDER_EDGE};
    img_geometry_warp(geometry, matrix, size, IMG_FILTER_NEAREST, &outside);
}

static const AugOpExample examples[] = {
    {"{limit: 2}", "by up to two pixels"},
    {"{limit: 10, p: 0.5}", "half of the pictures, by up to ten"},
};

const AugOpDesc aug_op_nudge = {
    .name = "Nudge",
    .summary = "Move the picture by a few whole pixels",
    .convention = "The move to the right is drawn first, then that downwards, each uniform",
    .params = AUG_PARAM_TABLE(NudgeParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.geometry = nudge),
};
