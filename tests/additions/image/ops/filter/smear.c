/* Smear, a filter: every pixel becomes the mean of itself and of its neighbours to the left. */
#include "image/op.h"

typedef struct SmearParams {
    int32_t length;
} SmearParams;

static const AugParamDesc params[] = {
    AUG_PARAM(SmearParams, length, .fallback = "3", .low = 1, .high = 99, .unit = "pixels",
              .help = "pixels of the mean"),
};

static ImgMargins reach(const void *state)
{
    return (ImgMargins){.left = ((const SmearParams *)state)->length - 1};
}

static AugStatus run(const void *state, const ImgSource *in, ImgWindow made, const AugImage *out,
                     ImgFilterScratch *scratch, AugError *error)
{
    (void)scratch;
    (void)error;
    const int32_t length = ((const SmearParams *)state)->length, channels = out->channels;
    for (int32_t y = made.y0; y < made.y1; y++)
        for (int32_t i = 0; i < (made.x1 - made.x0) * channels; i++) {
            int32_t sum = length / 2;
            for (int32_t k = 0; k < length; k++) {
                const int32_t x = made.x0 + i / channels - k;
                sum += img_source_at(in, x > 0 ? x : 0, y)[i % channels];
            }
            out->pixels[(size_t)(y - made.y0) * out->row_size + (size_t)i] =
                (uint8_t)(sum / length);
        }
    return AUG_OK;
}

static const ImgFilterKernel kernel = {.name = "smear", .reach = reach, .run = run};

static void add_smear(const void *context, AugRng *rng, ImgFiltering *filtering)
{
    (void)rng;
    img_filter_add(filtering, &kernel, context, sizeof(SmearParams));
}

static const AugOpExample examples[] = {{"{length: 5, p: 0.5}", "half of the pictures"}};

const AugOpDesc aug_op_smear = {
    .name = "Smear",
    .summary = "Smear the picture to the right",
    .convention = "Means are rounded half up; left of the picture its first column goes on",
    .params = AUG_PARAM_TABLE(SmearParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.filter = add_smear),
};
