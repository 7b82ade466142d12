/* GaussNoise: normal noise is added to every value. */
#include "image/filters/noise.h"
#include "image/op.h"

typedef struct GaussNoiseParams {
    AugRange std_range, mean_range;
    bool per_channel;
} GaussNoiseParams;

static const AugParamDesc params[] = {
    AUG_PARAM(GaussNoiseParams, std_range, .fallback = "[0.2, 0.44]", .low = 0, .high = 1,
              .scalar = AUG_SCALAR_POINT,
              .help = "standard deviation, as a part of the largest value; drawn for each picture"),
    AUG_PARAM(GaussNoiseParams, mean_range, .fallback = "[0, 0]", .low = -1, .high = 1,
              .scalar = AUG_SCALAR_POINT,
              .help = "mean, as a part of the largest value; drawn for each picture"),
    AUG_PARAM(GaussNoiseParams, per_channel, .fallback = "true",
              .help = "another noise for each channel; false: the same, so that colours stay"),
};

static void add_noise(const void *context, AugRng *rng, ImgFiltering *filtering)
{
    const GaussNoiseParams *given = context;
    const ImgGaussNoise noise = {
        .std = (float)(255 * aug_rng_uniform(rng, given->std_range.low, given->std_range.high)),
        .mean = (float)(255 * aug_rng_uniform(rng, given->mean_range.low, given->mean_range.high)),
        .seed = aug_rng_u64(rng),
        .per_channel = given->per_channel,
    };
    img_filter_add(filtering, &img_gauss_noise_kernel, &noise, sizeof(noise));
}

static const AugOpExample examples[] = {
    {"{}", "Albumentations' range, on half of the pictures"},
    {"{std_range: [0.02, 0.1], per_channel: false, p: 1}", "faint grains of grey"},
    {"{std_range: 0.1, mean_range: [-0.1, 0.1]}", "grains, and brighter or darker"},
};

const AugOpDesc aug_op_gauss_noise = {
    .name = "GaussNoise",
    .summary = "Add normal noise",
    .convention = "What a pixel gets is a function of the sample's key and of its row, column and "
                  "channel in the picture at that place of the pipeline. The sum is rounded to the "
                  "nearest and cut to 0..255 (0..65535 for uint16; neither for float32).",
    .reference = "albumentations.GaussNoise",
    .params = AUG_PARAM_TABLE(GaussNoiseParams, params),
    .p = "0.5",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.filter = add_noise, .any_pixels = true),
};
