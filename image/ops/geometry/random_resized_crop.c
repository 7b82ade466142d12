/* RandomResizedCrop: a random part of random shape, resized to a given size. */
#include <math.h>

#include "image/geometry/resample.h"
#include "image/op.h"
#include "libaug/base/exact_math.h"

typedef struct CropParams {
    AugSize size;
    AugRange scale;
    AugRange ratio;
    AugChoice interpolation;
} CropParams;

static const AugParamDesc params[] = {
    AUG_PARAM(CropParams, size, .low = 1, .high = 65535, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "[height, width] of the result, or one number for a square",
              .aka = "height width"),
    AUG_PARAM(CropParams, scale, .fallback = "[0.08, 1.0]", .low = 0, .low_open = true, .high = 1,
              .scalar = AUG_SCALAR_POINT, .help = "part of the picture's area to crop"),
    AUG_PARAM(CropParams, ratio, .fallback = "[0.75, 1.3333333333333333]", .low = 0.001,
              .high = 1000, .scalar = AUG_SCALAR_POINT,
              .help = "width / height of the crop, before resizing"),
    AUG_PARAM(CropParams, interpolation, .fallback = "bilinear", .choices = img_filter_names,
              .help = "filter; all but nearest are widened where the picture shrinks"),
};

/* Tries before the fallback, as in torchvision. */
enum { TRIES = 10 };

static AugSize out_size(const void *context, AugSize in)
{
    (void)in;
    return ((const CropParams *)context)->size;
}

/* The largest central crop whose shape is allowed. */
static ImgWindow central(const ImgGeometry *geometry, AugRange ratio)
{
    int32_t height = geometry->height, width = geometry->width;
    const double shape = (double)width / height;
    if (shape < ratio.low)
        height = (int32_t)rint(width / ratio.low);
    else if (shape > ratio.high)
        width = (int32_t)rint(height * ratio.high);
    /* Thinner than a pixel, if only shapes are allowed that no row of pixels has. */
    height = height < 1 ? 1 : height;
    width = width < 1 ? 1 : width;
    const int32_t y = (geometry->height - height) / 2, x = (geometry->width - width) / 2;
    return (ImgWindow){.x0 = x, .y0 = y, .x1 = x + width, .y1 = y + height};
}

static ImgWindow draw(const CropParams *crop, AugRng *rng, const ImgGeometry *geometry)
{
    const double area = (double)geometry->height * geometry->width;
    const double low = augi_log(crop->ratio.low), high = augi_log(crop->ratio.high);
    for (int i = 0; i < TRIES; i++) {
        const double target = area * aug_rng_uniform(rng, crop->scale.low, crop->scale.high);
        const double ratio = augi_exp(aug_rng_uniform(rng, low, high));
        const double width = rint(sqrt(target * ratio)), height = rint(sqrt(target / ratio));
        if (width < 1 || height < 1 || width > geometry->width || height > geometry->height)
            continue;
        const int32_t h = (int32_t)height, w = (int32_t)width;
        const int32_t y = (int32_t)aug_rng_integer(rng, 0, geometry->height - h);
        const int32_t x = (int32_t)aug_rng_integer(rng, 0, geometry->width - w);
        return (ImgWindow){.x0 = x, .y0 = y, .x1 = x + w, .y1 = y + h};
    }
    return central(geometry, crop->ratio);
}

static void add_crop(const void *context, AugRng *rng, ImgGeometry *geometry)
{
    const CropParams *crop = context;
    img_geometry_resized_crop(geometry, draw(crop, rng, geometry), crop->size,
                              (ImgFilter)crop->interpolation.value);
}

static uint64_t work(const void *context, const ImgWorkSizes *sizes)
{
    const CropParams *crop = context;
    return img_resize_most_work((ImgFilter)crop->interpolation.value, sizes->in, sizes->out,
                                sizes->longest);
}

static const AugOpExample examples[] = {
    {"{size: [224, 224]}", "the usual training crop for ImageNet"},
    {"{size: 32, scale: [0.5, 1.0], ratio: 1}", "squares of at least half the area"},
};

const AugOpDesc aug_op_random_resized_crop = {
    .name = "RandomResizedCrop",
    .summary = "Crop a random part of random shape and resize it",
    .convention = "Area uniform in scale, width / height log-uniform in ratio, sides rounded half "
                  "to even; after 10 tries that do not fit, the largest central crop of an allowed "
                  "shape. The filter may read beyond the crop, like Pillow's resize(box=...).",
    .reference = "Szegedy et al. 2015, Going deeper with convolutions; "
                 "torchvision.transforms.RandomResizedCrop",
    .params = AUG_PARAM_TABLE(CropParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.out_size = out_size, .geometry = add_crop, .work = work),
};
