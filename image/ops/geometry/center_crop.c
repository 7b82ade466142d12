/* CenterCrop: the middle of the picture. */
#include <math.h>

#include "image/op.h"

typedef struct CropParams {
    AugSize size;
    AugFill fill;
} CropParams;

static const AugParamDesc params[] = {
    AUG_PARAM(CropParams, size, .low = 1, .high = 65535, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "[height, width] of the result, or one number for a square",
              .aka = "height width"),
    AUG_PARAM(CropParams, fill, .fallback = "0", .low = 0, .high = 255,
              .help = "colour around pictures that are smaller than size"),
};

static AugSize out_size(const void *context, AugSize in)
{
    (void)in;
    return ((const CropParams *)context)->size;
}

static int32_t missing(int32_t wanted, int32_t length)
{
    return wanted > length ? wanted - length : 0;
}

static int32_t offset(int32_t length, int32_t wanted)
{
    return (int32_t)rint((length - wanted) / 2.0);
}

static void add_crop(const void *context, AugRng *rng, ImgGeometry *geometry)
{
    (void)rng;
    const CropParams *crop = context;
    const AugSize size = crop->size;
    const int32_t rows = missing(size.height, geometry->height);
    const int32_t columns = missing(size.width, geometry->width);
    const ImgPadding padding = {
        .top = rows / 2,
        .bottom = rows - rows / 2,
        .left = columns / 2,
        .right = columns - columns / 2,
    };
    const ImgOutside outside =
        img_outside_make(geometry, (AugChoice){IMG_BORDER_CONSTANT}, &crop->fill);
    img_geometry_pad(geometry, &padding, &outside);
    img_geometry_crop(geometry, offset(geometry->height, size.height),
                      offset(geometry->width, size.width), size.height, size.width);
}

static const AugOpExample examples[] = {
    {"{size: [224, 224]}", "the usual crop for evaluation, after Resize: 256"},
    {"96", "a square of 96 pixels"},
};

const AugOpDesc aug_op_center_crop = {
    .name = "CenterCrop",
    .summary = "Crop the middle of the picture",
    .convention = "The first row is (height - size) / 2 rounded half to even, as in torchvision: 7 "
                  "to 4 starts at 2, 5 to 4 at 0. Smaller pictures are padded, the odd pixel goes "
                  "below and right.",
    .reference = "torchvision.transforms.CenterCrop",
    .params = AUG_PARAM_TABLE(CropParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.out_size = out_size, .geometry = add_crop),
};
