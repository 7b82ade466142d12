/* RandomCrop: a window of fixed size at a random place, after padding if asked for. */
#include "image/geometry/padding.h"
#include "image/op.h"
#include "image/pixels/work.h"

typedef struct CropParams {
    AugSize size;
    AugNumbers padding;
    bool pad_if_needed;
    AugChoice padding_mode;
    AugFill fill;
} CropParams;

static const AugParamDesc params[] = {
    AUG_PARAM(CropParams, size, .low = 1, .high = 65535, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "[height, width] of the result, or one number for a square",
              .aka = "height width"),
    AUG_PARAM(CropParams, padding, .fallback = "0", .low = 0, .high = IMG_MAX_PADDING,
              .unit = "pixels",
              .help = "margin to add before: one number, [left and right, top and bottom], or "
                      "[left, top, right, bottom]"),
    AUG_PARAM(CropParams, pad_if_needed, .fallback = "false",
              .help = "pad pictures that are smaller than size, on both sides by what is missing"),
    AUG_PARAM(CropParams, padding_mode, .fallback = "constant", .choices = img_border_names,
              .help = "what the margin shows: fill, the mirrored picture, or its edge"),
    AUG_PARAM(CropParams, fill, .fallback = "0", .low = 0, .high = 255,
              .help = "colour of a constant margin"),
};

static AugStatus check(const void *context, AugError *error)
{
    return img_padding_check(&((const CropParams *)context)->padding, error);
}

static AugSize out_size(const void *context, AugSize in)
{
    (void)in;
    return ((const CropParams *)context)->size;
}

static int32_t missing(int32_t wanted, int32_t length)
{
    return wanted > length ? wanted - length : 0;
}

static void add_crop(const void *context, AugRng *rng, ImgGeometry *geometry)
{
    const CropParams *crop = context;
    const AugSize size = crop->size;
    const ImgOutside outside = img_outside_make(geometry, crop->padding_mode, &crop->fill);
    const ImgPadding padding = img_padding_make(&crop->padding);
    img_geometry_pad(geometry, &padding, &outside);
    if (crop->pad_if_needed) {
        const int32_t rows = missing(size.height, geometry->height);
        const int32_t columns = missing(size.width, geometry->width);
        const ImgPadding more = {.top = rows, .bottom = rows, .left = columns, .right = columns};
        img_geometry_pad(geometry, &more, &outside);
    } else if (geometry->height < size.height || geometry->width < size.width) {
        img_geometry_fail(geometry,
                          "the picture is %d x %d with its padding, smaller than the crop of %d x "
                          "%d; pad_if_needed: true pads it",
                          geometry->height, geometry->width, size.height, size.width);
        return;
    }
    /* The margins may have been refused as too large. */
    if (geometry->failed)
        return;
    const int32_t y = (int32_t)aug_rng_integer(rng, 0, geometry->height - size.height);
    const int32_t x = (int32_t)aug_rng_integer(rng, 0, geometry->width - size.width);
    img_geometry_crop(geometry, y, x, size.height, size.width);
}

/* The margin may become a picture of its own. */
static uint64_t work(const void *context, const ImgWorkSizes *sizes)
{
    const ImgPadding padding = img_padding_make(&((const CropParams *)context)->padding);
    const AugSize padded = {
        .height = sizes->in.height + padding.top + padding.bottom,
        .width = sizes->in.width + padding.left + padding.right,
    };
    return IMG_PASSES_PLACE * (img_size_pixels(padded) + img_size_pixels(sizes->out));
}

static const AugOpExample examples[] = {
    {"{size: 32, padding: 4}", "the usual crop for CIFAR: black margin of 4, then 32 x 32"},
    {"{size: [224, 224], pad_if_needed: true, padding_mode: reflect}",
     "smaller pictures are continued by their mirror image"},
};

const AugOpDesc aug_op_random_crop = {
    .name = "RandomCrop",
    .summary = "Crop a window of fixed size at a random place",
    .convention = "All places are equally likely. A picture that is too small is an error unless "
                  "pad_if_needed is set.",
    .reference = "torchvision.transforms.RandomCrop",
    .params = AUG_PARAM_TABLE(CropParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .check = check,
    IMG_OP(.out_size = out_size, .geometry = add_crop, .work = work),
};
