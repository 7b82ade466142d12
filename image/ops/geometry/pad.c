/* Pad: a margin around the picture. */
#include "image/geometry/padding.h"
#include "image/op.h"

typedef struct PadParams {
    AugNumbers padding;
    AugChoice padding_mode;
    AugFill fill;
} PadParams;

static const AugParamDesc params[] = {
    AUG_PARAM(PadParams, padding, .low = 0, .high = IMG_MAX_PADDING, .unit = "pixels",
              .help =
                  "one number, [left and right, top and bottom], or [left, top, right, bottom]"),
    AUG_PARAM(PadParams, padding_mode, .fallback = "constant", .choices = img_border_names,
              .help = "what the margin shows: fill, the mirrored picture, or its edge"),
    AUG_PARAM(PadParams, fill, .fallback = "0", .low = 0, .high = 255,
              .help = "colour of a constant margin"),
};

static AugStatus check(const void *context, AugError *error)
{
    return img_padding_check(&((const PadParams *)context)->padding, error);
}

static AugSize out_size(const void *context, AugSize in)
{
    const ImgPadding padding = img_padding_make(&((const PadParams *)context)->padding);
    return (AugSize){
        .height = in.height ? in.height + padding.top + padding.bottom : 0,
        .width = in.width ? in.width + padding.left + padding.right : 0,
    };
}

static void add_margin(const void *context, AugRng *rng, ImgGeometry *geometry)
{
    (void)rng;
    const PadParams *pad = context;
    const ImgPadding padding = img_padding_make(&pad->padding);
    const ImgOutside outside = img_outside_make(geometry, pad->padding_mode, &pad->fill);
    img_geometry_pad(geometry, &padding, &outside);
}

static const AugOpExample examples[] = {
    {"{padding: 2}", "two black pixels on each side: 28 x 28 becomes 32 x 32"},
    {"{padding: [8, 0, 8, 4], padding_mode: edge}", "the edge is repeated left, right and below"},
    {"{padding: [3, 5], fill: [255, 128, 0]}", "an orange margin"},
};

const AugOpDesc aug_op_pad = {
    .name = "Pad",
    .summary = "Add a margin",
    .convention = "Order of the sides as in torchvision: left, top, right, bottom. reflect mirrors "
                  "about the centre of the edge pixel, as often as the margin needs.",
    .reference = "torchvision.transforms.Pad",
    .params = AUG_PARAM_TABLE(PadParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .check = check,
    IMG_OP(.out_size = out_size, .geometry = add_margin),
};
