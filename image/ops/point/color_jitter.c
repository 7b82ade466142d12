/* ColorJitter: brightness, contrast, saturation and hue change in random order. */
#include "image/filters/contrast.h"
#include "image/filters/hue.h"
#include "image/op.h"
#include "image/pixels/work.h"

typedef struct ColorJitterParams {
    AugRange brightness, contrast, saturation, hue;
} ColorJitterParams;

static const AugParamDesc params[] = {
    AUG_PARAM(ColorJitterParams, brightness, .fallback = "[0.8, 1.2]", .low = 0, .high = 10,
              .scalar = AUG_SCALAR_FACTOR, .help = "factor of every value"),
    AUG_PARAM(ColorJitterParams, contrast, .fallback = "[0.8, 1.2]", .low = 0, .high = 10,
              .scalar = AUG_SCALAR_FACTOR, .help = "factor of the distance from the mean grey"),
    AUG_PARAM(ColorJitterParams, saturation, .fallback = "[0.8, 1.2]", .low = 0, .high = 10,
              .scalar = AUG_SCALAR_FACTOR, .help = "factor of the distance from the pixel's grey"),
    AUG_PARAM(ColorJitterParams, hue, .fallback = "[-0.5, 0.5]", .low = -0.5, .high = 0.5,
              .scalar = AUG_SCALAR_SYMMETRIC,
              .help = "turn of the hue as a part of the circle; one number x means [-x, x]"),
};

static bool is_one(double factor)
{
    return factor >= 1 && factor <= 1;
}

static void add_brightness(ImgPoint *point, double factor)
{
    uint8_t lut[256];
    img_linear_table(factor, 0, lut);
    img_point_table(point, lut);
}

static void add_contrast(ImgPoint *point, double factor)
{
    const ImgContrast contrast = {.scale = factor, .per_mean = 1 - factor, .luma = true};
    if (!is_one(factor))
        img_point_adapt(point, &img_contrast_kernel, &contrast, sizeof(contrast));
}

static void add_saturation(ImgPoint *point, double factor)
{
    const double rest = 1 - factor;
    const double red = 0.299 * rest, green = 0.587 * rest, blue = 0.114 * rest;
    const double matrix[12] = {
        red + factor, green, blue, 0, red, green + factor, blue, 0, red, green, blue + factor, 0,
    };
    img_point_matrix(point, matrix);
}

static void add_hue(ImgPoint *point, double turns)
{
    const ImgHue hue = {.turns = turns};
    if (point->channels == 3 && (turns < 0 || turns > 0))
        img_point_kernel(point, &img_hue_kernel, &hue, sizeof(hue));
}

static void add_jitter(const void *context, AugRng *rng, ImgPoint *point)
{
    static void (*const parts[4])(ImgPoint *, double) = {add_brightness, add_contrast,
                                                         add_saturation, add_hue};
    const ColorJitterParams *given = context;
    const AugRange ranges[4] = {given->brightness, given->contrast, given->saturation, given->hue};
    uint32_t order[4];
    double values[4];
    aug_rng_permutation(rng, order, 4);
    for (int i = 0; i < 4; i++)
        values[i] = aug_rng_uniform(rng, ranges[i].low, ranges[i].high);
    for (int i = 0; i < 4; i++)
        parts[order[i]](point, values[order[i]]);
}

static uint64_t work(const void *context, const ImgWorkSizes *sizes)
{
    (void)context;
    return img_size_pixels(sizes->in) *
           (2 * IMG_PASSES_TABLE + IMG_PASSES_COUNT + IMG_PASSES_MATRIX + IMG_PASSES_HUE);
}

static const AugOpExample examples[] = {
    {"{}", "Albumentations' ranges, on half of the pictures"},
    {"{brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, p: 0.8}",
     "SimCLR and torchvision: one number x is [1 - x, 1 + x], of the hue [-x, x]"},
    {"{brightness: 0, contrast: 0, saturation: [0, 0], hue: 0, p: 1}", "no colour is left"},
};

const AugOpDesc aug_op_color_jitter = {
    .name = "ColorJitter",
    .summary = "Change brightness, contrast, saturation and hue by random amounts",
    .convention = "In an order that is drawn for each picture. Each result is rounded to the "
                  "nearest and cut to 0..255. Contrast acts about the mean grey of the picture at "
                  "that point, saturation about each pixel's grey (0.299, 0.587, 0.114), hue turns "
                  "in HSV. On pictures of one channel only brightness and contrast act.",
    .reference = "torchvision.transforms.ColorJitter; albumentations.ColorJitter",
    .params = AUG_PARAM_TABLE(ColorJitterParams, params),
    .p = "0.5",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.point = add_jitter, .work = work),
};
