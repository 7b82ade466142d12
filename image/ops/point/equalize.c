/* Equalize: each channel's values are spread so that their histogram becomes flat. */
#include "image/op.h"

/* Pillow's ImageOps.equalize, in its integers. */
static void equalize(const uint32_t counts[256], uint8_t lut[256])
{
    uint64_t total = 0;
    uint32_t n_values = 0, last = 0;
    for (int v = 0; v < 256; v++) {
        total += counts[v];
        n_values += counts[v] > 0;
        last = counts[v] ? counts[v] : last;
    }
    const uint64_t step = (total - last) / 255;
    if (n_values <= 1 || step == 0)
        return;
    uint64_t n = step / 2;
    for (int v = 0; v < 256; v++) {
        lut[v] = (uint8_t)(n / step < 255 ? n / step : 255);
        n += counts[v];
    }
}

static void fill_table(const void *state, int32_t channels, const ImgHistogram *histogram,
                       ImgTable *table)
{
    (void)state;
    for (int32_t c = 0; c < channels; c++)
        equalize(histogram->counts[c], table->values[c]);
}

static const ImgAdaptKernel kernel = {.name = "equalize", .table = fill_table};

static void add_equalize(const void *context, AugRng *rng, ImgPoint *point)
{
    (void)context;
    (void)rng;
    img_point_adapt(point, &kernel, NULL, 0);
}

static const AugOpExample examples[] = {
    {"{}", "half of the pictures"},
    {"{p: 1}", "every picture"},
};

const AugOpDesc aug_op_equalize = {
    .name = "Equalize",
    .summary = "Spread the values of each channel over the whole range",
    .convention = "Equal in every byte to ImageOps.equalize of Pillow 9.4 to 13: each channel by "
                  "itself, from the histogram of the whole picture.",
    .reference = "Pillow ImageOps.equalize; torchvision.transforms.RandomEqualize",
    .p = "0.5",
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    IMG_OP(.point = add_equalize),
};
