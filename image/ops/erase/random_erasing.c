/* RandomErasing: a rectangle of random area and shape is erased. */
#include <math.h>

#include "image/op.h"
#include "image/pixels/work.h"
#include "libaug/base/exact_math.h"

typedef struct ErasingParams {
    AugRange scale;
    AugRange ratio;
    AugFill value;
} ErasingParams;

static const AugParamDesc params[] = {
    AUG_PARAM(ErasingParams, scale, .fallback = "[0.02, 0.33]", .low = 0, .low_open = true,
              .high = 1, .scalar = AUG_SCALAR_POINT, .help = "part of the picture's area to erase"),
    AUG_PARAM(ErasingParams, ratio, .fallback = "[0.3, 3.3]", .low = 0.001, .high = 1000,
              .scalar = AUG_SCALAR_POINT, .help = "height / width of the rectangle"),
    AUG_PARAM(ErasingParams, value, .fallback = "0", .low = 0, .high = 255,
              .choices = img_erase_fill_names, .help = "a colour, mean or random"),
};

/* Tries before the picture stays whole, as in torchvision. */
enum { TRIES = 10 };

static void add_rectangle(const void *context, AugRng *rng, ImgErase *erase)
{
    const ErasingParams *erasing = context;
    const double area = (double)erase->height * erase->width;
    const double low = augi_log(erasing->ratio.low), high = augi_log(erasing->ratio.high);
    for (int i = 0; i < TRIES; i++) {
        const double target = area * aug_rng_uniform(rng, erasing->scale.low, erasing->scale.high);
        const double ratio = augi_exp(aug_rng_uniform(rng, low, high));
        const double height = rint(sqrt(target * ratio)), width = rint(sqrt(target / ratio));
        if (height >= erase->height || width >= erase->width)
            continue;
        const int32_t h = (int32_t)height, w = (int32_t)width;
        const int32_t y = (int32_t)aug_rng_integer(rng, 0, erase->height - h);
        const int32_t x = (int32_t)aug_rng_integer(rng, 0, erase->width - w);
        const ImgWindow window = {.x0 = x, .y0 = y, .x1 = x + w, .y1 = y + h};
        img_erase_add(erase, window, &erasing->value, rng);
        return;
    }
}

static uint64_t work(const void *context, const ImgWorkSizes *sizes)
{
    const ErasingParams *erasing = context;
    return img_size_pixels(sizes->in) * img_erase_passes(&erasing->value);
}

static const AugOpExample examples[] = {
    {"{}", "torchvision's shares and shapes, in black: half of the pictures lose 2 to 33 percent"},
    {"{p: 0.25, value: random}", "filled with noise, as timm's pixel mode does"},
};

const AugOpDesc aug_op_random_erasing = {
    .name = "RandomErasing",
    .summary = "Erase a rectangle of random area and shape",
    .convention =
        "Area uniform in scale, height / width log-uniform in ratio (the other way round "
        "than RandomResizedCrop), always inside the picture and smaller than it; after 10 "
        "tries that do not fit the picture stays as it is. Values are those of pixels, before "
        "normalization: 0 is black, mean is what torchvision's 0 is behind Normalize.",
    .reference = "Zhong et al. 2017, Random Erasing Data Augmentation; "
                 "torchvision.transforms.RandomErasing",
    .params = AUG_PARAM_TABLE(ErasingParams, params),
    .p = "0.5",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.erase = add_rectangle, .work = work),
};
