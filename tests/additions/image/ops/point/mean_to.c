/* MeanTo, a point operation that adapts: its table is made when the picture's histogram is known. */
#include "image/op.h"

typedef struct MeanToParams {
    int32_t mean;
} MeanToParams;

static const AugParamDesc params[] = {
    AUG_PARAM(MeanToParams, mean, .fallback = "128", .low = 0, .high = 255, .unit = "pixel values",
              .help = "mean of each channel afterwards, but for values that are cut off"),
};

static int32_t mean_of(const uint32_t counts[256])
{
    uint64_t n = 0, sum = 0;
    for (uint32_t v = 0; v < 256; v++) {
        n += counts[v];
        sum += (uint64_t)counts[v] * v;
    }
    return n ? (int32_t)((sum + n / 2) / n) : 0;
}

static void shift(const void *state, int32_t channels, const ImgHistogram *histogram,
                  ImgTable *table)
{
    const MeanToParams *given = state;
    for (int32_t c = 0; c < channels; c++) {
        const int32_t by = given->mean - mean_of(histogram->counts[c]);
        for (int32_t v = 0; v < 256; v++)
            table->values[c][v] = (uint8_t)(v + by < 0 ? 0 : v + by > 255 ? 255 : v + by);
    }
}

static const ImgAdaptKernel kernel = {.name = "mean to", .table = shift};

static void add_shift(const void *context, AugRng *rng, ImgPoint *point)
{
    (void)rng;
    img_point_adapt(point, &kernel, context, sizeof(MeanToParams));
}

static const AugOpExample examples[] = {{"{mean: 100, p: 0.5}", "half of the pictures"}};

const AugOpDesc aug_op_mean_to = {
    .name = "MeanTo",
    .summary = "Make each channel brighter or darker until it has a given mean",
    .params = AUG_PARAM_TABLE(MeanToParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.point = add_shift),
};
