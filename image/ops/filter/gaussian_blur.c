/* GaussianBlur: every pixel becomes a weighted mean of its neighbourhood. */
#include "image/filters/blur.h"
#include "image/op.h"
#include "image/pixels/work.h"

typedef struct GaussianBlurParams {
    AugRange sigma;
    int32_t kernel_size;
} GaussianBlurParams;

static const AugParamDesc params[] = {
    AUG_PARAM(GaussianBlurParams, sigma, .fallback = "[0.5, 3.0]", .low = 0, .low_open = true,
              .high = 100, .scalar = AUG_SCALAR_POINT, .unit = "pixels",
              .help = "standard deviation of the bell, drawn for each picture"),
    AUG_PARAM(GaussianBlurParams, kernel_size, .fallback = "0", .low = 0, .high = 1001,
              .unit = "pixels",
              .help = "width of the neighbourhood, odd; 0: as wide as sigma needs"),
};

static AugStatus check(const void *context, AugError *error)
{
    const GaussianBlurParams *blur = context;
    if (blur->kernel_size == 0 || blur->kernel_size % 2 == 1)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "kernel_size is %d; odd numbers and 0 are allowed",
                    blur->kernel_size);
}

static int32_t radius_of(const GaussianBlurParams *given, double sigma)
{
    return given->kernel_size > 0 ? given->kernel_size / 2 : (int32_t)(3.5 * sigma);
}

static void add_blur(const void *context, AugRng *rng, ImgFiltering *filtering)
{
    const GaussianBlurParams *given = context;
    ImgBlur blur = {.sigma = aug_rng_uniform(rng, given->sigma.low, given->sigma.high)};
    blur.radius = radius_of(given, blur.sigma);
    if (blur.radius > 0)
        img_filter_add(filtering, &img_blur_kernel, &blur, sizeof(blur));
}

static uint64_t work(const void *context, const ImgWorkSizes *sizes)
{
    const GaussianBlurParams *given = context;
    return img_size_pixels(sizes->in) * img_blur_passes(radius_of(given, given->sigma.high));
}

static const AugOpExample examples[] = {
    {"{}", "Albumentations' range, on half of the pictures"},
    {"{sigma: [0.1, 2.0], kernel_size: 23, p: 0.5}", "as SimCLR blurs pictures of 224 pixels"},
    {"{sigma: 1.5, p: 1}", "the same blur for every picture"},
};

const AugOpDesc aug_op_gaussian_blur = {
    .name = "GaussianBlur",
    .summary = "Blur with a Gaussian of random width",
    .convention = "Without kernel_size the neighbourhood has 2 floor(3.5 sigma) + 1 pixels, as in "
                  "Albumentations. Beyond the borders the picture is mirrored about the centre of "
                  "its edge pixels.",
    .reference = "albumentations.GaussianBlur; torchvision.transforms.GaussianBlur",
    .params = AUG_PARAM_TABLE(GaussianBlurParams, params),
    .p = "0.5",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .check = check,
    IMG_OP(.filter = add_blur, .work = work),
};
