/* RandomBrightnessContrast: values are multiplied and shifted. */
#include "image/filters/contrast.h"
#include "image/op.h"
#include "image/pixels/work.h"

typedef struct BrightnessParams {
    AugRange brightness_limit, contrast_limit;
    bool brightness_by_max;
} BrightnessParams;

static const AugParamDesc params[] = {
    AUG_PARAM(BrightnessParams, brightness_limit, .fallback = "[-0.2, 0.2]", .low = -1, .high = 1,
              .scalar = AUG_SCALAR_SYMMETRIC,
              .help = "what is added, as a part of the largest value or of the mean; one number x "
                      "means [-x, x]"),
    AUG_PARAM(BrightnessParams, contrast_limit, .fallback = "[-0.2, 0.2]", .low = -1, .high = 10,
              .scalar = AUG_SCALAR_SYMMETRIC,
              .help = "1 + this is the factor; one number x means [-x, x]"),
    AUG_PARAM(BrightnessParams, brightness_by_max, .fallback = "true",
              .help = "brightness is a part of 255; else of the picture's mean"),
};

static void add_line(const void *context, AugRng *rng, ImgPoint *point)
{
    const BrightnessParams *given = context;
    const AugRange contrast = given->contrast_limit, brightness = given->brightness_limit;
    const double alpha = 1 + aug_rng_uniform(rng, contrast.low, contrast.high);
    const double beta = aug_rng_uniform(rng, brightness.low, brightness.high);
    if (given->brightness_by_max) {
        uint8_t lut[256];
        img_linear_table(alpha, 255 * beta, lut);
        img_point_table(point, lut);
        return;
    }
    const ImgContrast state = {.scale = alpha, .per_mean = beta};
    img_point_adapt(point, &img_contrast_kernel, &state, sizeof(state));
}

static uint64_t work(const void *context, const ImgWorkSizes *sizes)
{
    (void)context;
    return img_size_pixels(sizes->in) * (2 * IMG_PASSES_TABLE + IMG_PASSES_COUNT);
}

static const AugOpExample examples[] = {
    {"{}", "half of the pictures, by up to a fifth either way"},
    {"{brightness_limit: [0.1, 0.3], contrast_limit: [0, 0], p: 1}", "brighter only"},
    {"{brightness_limit: 0.4, brightness_by_max: false}", "dark pictures change less"},
};

const AugOpDesc aug_op_random_brightness_contrast = {
    .name = "RandomBrightnessContrast",
    .summary = "Multiply values by a random factor and add a random constant",
    .convention = "value (1 + contrast) + brightness 255, or with brightness_by_max false + "
                  "brightness times the mean of all values, rounded to the nearest and cut to "
                  "0..255. The factor acts about 0, not about the mean.",
    .reference = "albumentations.RandomBrightnessContrast",
    .params = AUG_PARAM_TABLE(BrightnessParams, params),
    .p = "0.5",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.point = add_line, .work = work),
};
