/* The passes of resampling in plain C: the reference for the vector code. */
#include "image/geometry/resample_kernels.h"

static uint8_t finish(int32_t sum)
{
    const int32_t value = sum >> IMG_WEIGHT_BITS;
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static void resample_row(const ImgPass *pass, const uint8_t *in, uint8_t *out)
{
    const ImgTaps *taps = pass->taps;
    const int32_t channels = pass->channels;
    for (int32_t x = 0; x < taps->n; x++) {
        const int32_t *weights = taps->weights + (size_t)x * (size_t)taps->reach;
        const uint8_t *pixels = in + (size_t)taps->first[x] * (size_t)channels;
        for (int32_t c = 0; c < channels; c++) {
            int32_t sum = 1 << (IMG_WEIGHT_BITS - 1);
            for (int32_t i = 0; i < taps->count[x]; i++)
                sum += weights[i] * pixels[i * channels + c];
            *out++ = finish(sum);
        }
    }
}

static void horizontal(const ImgPass *pass)
{
    for (int32_t y = 0; y < pass->n_rows; y++)
        resample_row(pass, pass->in + (size_t)y * pass->in_row_size,
                     pass->out + (size_t)y * pass->out_row_size);
}

static void vertical(const ImgPass *pass)
{
    const ImgTaps *taps = pass->taps;
    const size_t row_length = (size_t)pass->width * (size_t)pass->channels;
    for (int32_t y = 0; y < taps->n; y++) {
        const int32_t *weights = taps->weights + (size_t)y * (size_t)taps->reach;
        const uint8_t *in = pass->in + (size_t)taps->first[y] * pass->in_row_size;
        uint8_t *out = pass->out + (size_t)y * pass->out_row_size;
        for (size_t x = 0; x < row_length; x++) {
            int32_t sum = 1 << (IMG_WEIGHT_BITS - 1);
            for (int32_t i = 0; i < taps->count[y]; i++)
                sum += weights[i] * in[(size_t)i * pass->in_row_size + x];
            out[x] = finish(sum);
        }
    }
}

static size_t work_size(int32_t n, int32_t reach, size_t in_length, size_t out_length)
{
    (void)n;
    (void)reach;
    (void)in_length;
    (void)out_length;
    return 0;
}

const ImgResampleKernels img_resample_scalar = {
    .work_size = work_size,
    .horizontal = horizontal,
    .vertical = vertical,
};
