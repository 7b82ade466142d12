/* Contrast: a line through a point that depends on the picture's mean. */
#include "image/filters/contrast.h"

#include <math.h>
#include <string.h>

void img_linear_table(double scale, double offset, uint8_t lut[256])
{
    for (int v = 0; v < 256; v++) {
        const double value = floor(scale * v + offset + 0.5);
        lut[v] = (uint8_t)(value <= 0 ? 0 : value >= 255 ? 255 : value);
    }
}

static double channel_mean(const uint32_t counts[256])
{
    uint64_t n = 0, sum = 0;
    for (uint32_t v = 0; v < 256; v++) {
        n += counts[v];
        sum += (uint64_t)v * counts[v];
    }
    return n ? (double)sum / (double)n : 0;
}

static double mean_of(const ImgHistogram *histogram, int32_t channels, bool luma)
{
    if (luma && channels == 3)
        return 0.299 * channel_mean(histogram->counts[0]) +
               0.587 * channel_mean(histogram->counts[1]) +
               0.114 * channel_mean(histogram->counts[2]);
    double sum = 0;
    for (int32_t c = 0; c < channels; c++)
        sum += channel_mean(histogram->counts[c]);
    return sum / channels;
}

static void fill_table(const void *context, int32_t channels, const ImgHistogram *histogram,
                       ImgTable *table)
{
    const ImgContrast *contrast = context;
    const double mean = mean_of(histogram, channels, contrast->luma);
    uint8_t lut[256];
    img_linear_table(contrast->scale, contrast->per_mean * mean + contrast->offset, lut);
    for (int32_t c = 0; c < channels && c < IMG_TABLE_CHANNELS; c++)
        memcpy(table->values[c], lut, sizeof(lut));
}

const ImgAdaptKernel img_contrast_kernel = {.name = "contrast", .table = fill_table};
