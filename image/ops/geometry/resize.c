/* Resize: to a given size, or so that the shorter side has a given length. */
#include "image/geometry/resample.h"
#include "image/op.h"

typedef struct ResizeParams {
    AugSize size; /* width 0: height is the shorter side */
    AugChoice interpolation;
} ResizeParams;

static const AugParamDesc params[] = {
    AUG_PARAM(ResizeParams, size, .low = 1, .high = 65535, .scalar = AUG_SCALAR_SHORTER_SIDE,
              .unit = "pixels", .help = "[height, width], or one number for the shorter side",
              .aka = "height width"),
    AUG_PARAM(ResizeParams, interpolation, .fallback = "bilinear", .choices = img_filter_names,
              .help = "filter; all but nearest are widened where the picture shrinks"),
};

/* The longer side is cut off, not rounded, as torchvision does: 480 x 641 to 256 is 256 x 341. */
static int64_t longer(int64_t shorter, int64_t from_longer, int64_t from_shorter)
{
    return shorter * from_longer / from_shorter;
}

static AugSize out_size(const void *context, AugSize in)
{
    const ResizeParams *resize = context;
    AugSize size = resize->size;
    if (size.width > 0)
        return size;
    if (in.height == 0 || in.width == 0)
        return (AugSize){0};
    const bool is_tall = in.height > in.width;
    const int64_t length = is_tall ? longer(size.height, in.height, in.width)
                                   : longer(size.height, in.width, in.height);
    /* Too large for any limit, and still an int32_t. */
    const int32_t bounded = length > INT32_MAX ? INT32_MAX : (int32_t)length;
    return is_tall ? (AugSize){.height = bounded, .width = size.height}
                   : (AugSize){.height = size.height, .width = bounded};
}

static void add_resize(const void *context, AugRng *rng, ImgGeometry *geometry)
{
    (void)rng;
    const ResizeParams *resize = context;
    const AugSize now = {.height = geometry->height, .width = geometry->width};
    const AugSize size = out_size(context, now);
    img_geometry_resize(geometry, size.height, size.width, (ImgFilter)resize->interpolation.value);
}

static uint64_t work(const void *context, const ImgWorkSizes *sizes)
{
    const ResizeParams *resize = context;
    return img_resize_most_work((ImgFilter)resize->interpolation.value, sizes->in, sizes->out,
                                sizes->longest);
}

static const AugOpExample examples[] = {
    {"{size: [224, 320]}", "to 224 rows and 320 columns, whatever the shape was"},
    {"256", "the shorter side becomes 256, the shape stays"},
    {"{size: 64, interpolation: bicubic}", "the shorter side becomes 64, with a sharper filter"},
};

const AugOpDesc aug_op_resize = {
    .name = "Resize",
    .summary = "Resize with an antialiasing filter",
    .convention =
        "box, bilinear and bicubic are equal in every byte to Image.resize of Pillow 9.4 to 12; "
        "13 rounds otherwise. nearest takes the pixel that holds the centre, and where that is "
        "the border of two may take another one than Pillow. The shorter side becomes size, the "
        "longer one size * longer / shorter without its fraction.",
    .reference = "Pillow 9.4 to 12 Image.resize; torchvision.transforms.Resize",
    .params = AUG_PARAM_TABLE(ResizeParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.out_size = out_size, .geometry = add_resize, .work = work),
};
