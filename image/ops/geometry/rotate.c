/* Rotate: by a random angle about the centre. */
#include <math.h>

#include "image/op.h"
#include "image/pixels/work.h"
#include "libaug/base/exact_math.h"

typedef struct RotateParams {
    AugRange limit;
    bool expand;
    AugChoice interpolation;
    AugChoice border_mode;
    AugFill fill;
} RotateParams;

/* The filters of a warp, as far as ImgFilter has them. */
static const char *const filter_names[] = {"nearest", "bilinear", NULL};
static const ImgFilter filters[] = {IMG_FILTER_NEAREST, IMG_FILTER_BILINEAR};

static const AugParamDesc params[] = {
    AUG_PARAM(RotateParams, limit, .fallback = "[-90, 90]", .low = -360, .high = 360,
              .scalar = AUG_SCALAR_SYMMETRIC, .unit = "degrees",
              .help = "range of the angle; one number x means [-x, x]",
              .aka = "degrees angle angles"),
    AUG_PARAM(RotateParams, expand, .fallback = "false",
              .help = "make the picture as large as its turned corners need"),
    AUG_PARAM(RotateParams, interpolation, .fallback = "bilinear", .choices = filter_names,
              .help = "how values between pixels are made"),
    AUG_PARAM(RotateParams, border_mode, .fallback = "constant", .choices = img_border_names,
              .help = "what the empty corners show: fill, the mirrored picture, or its edge"),
    AUG_PARAM(RotateParams, fill, .fallback = "0", .low = 0, .high = 255,
              .help = "colour of constant corners"),
};

typedef struct Turn {
    double sine, cosine;
} Turn;

static Turn make_turn(double degrees)
{
    return (Turn){.sine = augi_sin_degrees(degrees), .cosine = augi_cos_degrees(degrees)};
}

/* Pixels that [middle - reach, middle + reach] touches. The slack keeps a corner that lies on a
 * pixel's edge but for rounding from adding a pixel. */
static int32_t touched(double middle, double reach)
{
    const double slack = 1e-6;
    return (int32_t)(ceil(middle + reach - slack) - floor(middle - reach + slack));
}

static bool is_half(Turn turn)
{
    return turn.cosine <= -1;
}

static bool is_quarter(Turn turn)
{
    return turn.sine >= 1 || turn.sine <= -1;
}

static AugSize expanded(AugSize in, Turn turn)
{
    if (is_quarter(turn))
        return (AugSize){.height = in.width, .width = in.height};
    const double height = in.height, width = in.width;
    const double sine = fabs(turn.sine), cosine = fabs(turn.cosine);
    return (AugSize){
        .height = touched(height / 2, (width * sine + height * cosine) / 2),
        .width = touched(width / 2, (width * cosine + height * sine) / 2),
    };
}

static AugSize out_size(const void *context, AugSize in)
{
    const RotateParams *rotate = context;
    if (!rotate->expand)
        return in;
    const bool is_fixed = rotate->limit.low >= rotate->limit.high;
    if (!is_fixed || in.height == 0 || in.width == 0)
        return (AugSize){0};
    return expanded(in, make_turn(rotate->limit.low));
}

/* Quarter turns that keep all pixels are moves of D4, not resampled. Returns false if it is none.
 */
static bool turn_by_quarters(ImgGeometry *geometry, Turn turn, bool expand)
{
    if (is_half(turn) || turn.cosine >= 1) {
        img_geometry_orient(geometry, is_half(turn) ? IMG_ORIENT_TURN_180 : IMG_ORIENT_NONE);
        return true;
    }
    if (!is_quarter(turn) || (!expand && geometry->height != geometry->width))
        return false;
    img_geometry_orient(geometry, turn.sine > 0 ? IMG_ORIENT_TURN_90 : IMG_ORIENT_TURN_270);
    return true;
}

static void add_rotation(const void *context, AugRng *rng, ImgGeometry *geometry)
{
    const RotateParams *rotate = context;
    const Turn turn = make_turn(aug_rng_uniform(rng, rotate->limit.low, rotate->limit.high));
    if (turn_by_quarters(geometry, turn, rotate->expand))
        return;
    const AugSize in = {.height = geometry->height, .width = geometry->width};
    const AugSize size = rotate->expand ? expanded(in, turn) : in;
    const double y = size.height / 2.0, x = size.width / 2.0;
    const double matrix[6] = {
        turn.cosine, -turn.sine,  in.width / 2.0 - turn.cosine * x + turn.sine * y,
        turn.sine,   turn.cosine, in.height / 2.0 - turn.sine * x - turn.cosine * y,
    };
    const ImgOutside outside = img_outside_make(geometry, rotate->border_mode, &rotate->fill);
    img_geometry_warp(geometry, matrix, size, filters[rotate->interpolation.value], &outside);
}

static uint64_t work(const void *context, const ImgWorkSizes *sizes)
{
    const RotateParams *rotate = context;
    const bool is_constant = rotate->border_mode.value == IMG_BORDER_CONSTANT;
    return img_size_pixels(sizes->out) * (is_constant ? IMG_PASSES_WARP : IMG_PASSES_BORDER);
}

static const AugOpExample examples[] = {
    {"{limit: 15}", "half of the pictures are turned by up to 15 degrees either way"},
    {"{limit: [90, 90], p: 1}", "all are turned by 90 degrees, counter-clockwise"},
    {"{limit: 45, expand: true, fill: 255}", "nothing is cut off, white corners"},
};

const AugOpDesc aug_op_rotate = {
    .name = "Rotate",
    .summary = "Rotate about the centre by a random angle",
    .convention = "Positive angles are counter-clockwise on the screen, about (width / 2, height / "
                  "2). Turns by multiples of 90 degrees that keep all pixels move them exactly.",
    .reference = "Pillow Image.rotate; albumentations.Rotate",
    .params = AUG_PARAM_TABLE(RotateParams, params),
    .p = "0.5",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.out_size = out_size, .geometry = add_rotation, .work = work),
};
