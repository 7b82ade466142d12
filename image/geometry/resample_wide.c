/* The passes of resampling for uint16 and float32: double sums over float32 rows.
 *
 * uint16 values and weights enter as they are; between the passes stand floats for both types, so
 * that uint16 is rounded to whole numbers only once.
 */
#include <math.h>
#include <string.h>

#include "image/geometry/resample_kernels.h"

/* Half up, cut off. */
static uint16_t word_of(float value)
{
    const double whole = floor((double)value + 0.5);
    return (uint16_t)(whole > 0 ? whole < 65535 ? whole : 65535 : 0);
}

void img_resample_finish(const float *row, size_t n, AugDtype type, uint8_t *out)
{
    if (type == AUG_DTYPE_F32) {
        memcpy(out, row, n * sizeof(*row));
        return;
    }
    uint16_t *words = (uint16_t *)(void *)out;
    for (size_t i = 0; i < n; i++)
        words[i] = word_of(row[i]);
}

/* Sums as values of the output, through float for both types. */
static void finish_sums(const double *sums, size_t n, AugDtype type, uint8_t *out)
{
    if (type == AUG_DTYPE_F32) {
        float *reals = (float *)(void *)out;
        for (size_t i = 0; i < n; i++)
            reals[i] = (float)sums[i];
    } else {
        uint16_t *words = (uint16_t *)(void *)out;
        for (size_t i = 0; i < n; i++)
            words[i] = word_of((float)sums[i]);
    }
}

/* A row of the input as floats: itself, or converted into room. */
static const float *row_as_floats(const ImgPass *pass, int32_t y, float *room)
{
    const uint8_t *row = pass->in + (size_t)y * pass->in_row_size;
    if (pass->in_type == AUG_DTYPE_F32)
        return (const float *)(const void *)row;
    const uint16_t *words = (const uint16_t *)(const void *)row;
    const size_t n = (size_t)pass->width * (size_t)pass->channels;
    for (size_t i = 0; i < n; i++)
        room[i] = words[i];
    return room;
}

static void resample_row(const ImgPass *pass, const float *in, float *out)
{
    const ImgTaps *taps = pass->taps;
    const size_t channels = (size_t)pass->channels;
    for (int32_t x = 0; x < taps->n; x++) {
        const double *weights = taps->exact + (size_t)x * (size_t)taps->reach;
        const float *pixels = in + (size_t)taps->first[x] * channels;
        for (size_t c = 0; c < channels; c++) {
            double sum = 0.0;
            for (int32_t i = 0; i < taps->count[x]; i++)
                sum += weights[i] * (double)pixels[(size_t)i * channels + c];
            *out++ = (float)sum;
        }
    }
}

static void horizontal(const ImgPass *pass)
{
    for (int32_t y = 0; y < pass->n_rows; y++)
        resample_row(pass, row_as_floats(pass, y, pass->work),
                     (float *)(void *)(pass->out + (size_t)y * pass->out_row_size));
}

/* Adds a row of the input, weighted, to n sums. */
static void add_row(const ImgPass *pass, int32_t y, double weight, size_t n, double *restrict sums)
{
    const uint8_t *row = pass->in + (size_t)y * pass->in_row_size;
    if (pass->in_type == AUG_DTYPE_F32) {
        const float *values = (const float *)(const void *)row;
        for (size_t i = 0; i < n; i++)
            sums[i] += weight * (double)values[i];
    } else {
        const uint16_t *values = (const uint16_t *)(const void *)row;
        for (size_t i = 0; i < n; i++)
            sums[i] += weight * values[i];
    }
}

static void vertical(const ImgPass *pass)
{
    const ImgTaps *taps = pass->taps;
    const size_t n = (size_t)pass->width * (size_t)pass->channels;
    double *sums = pass->work;
    for (int32_t y = 0; y < taps->n; y++) {
        const double *weights = taps->exact + (size_t)y * (size_t)taps->reach;
        memset(sums, 0, n * sizeof(*sums));
        for (int32_t i = 0; i < taps->count[y]; i++)
            add_row(pass, taps->first[y] + i, weights[i], n, sums);
        finish_sums(sums, n, pass->out_type, pass->out + (size_t)y * pass->out_row_size);
    }
}

/* Horizontal: a row as floats, at most twice the bytes of its words. Vertical: a sum in double for
 * each of the floats that the horizontal pass writes. */
static size_t work_size(int32_t n, int32_t reach, size_t in_length, size_t out_length)
{
    (void)n;
    (void)reach;
    return 2 * (in_length > out_length ? in_length : out_length);
}

const ImgResampleKernels img_resample_wide = {
    .work_size = work_size,
    .horizontal = horizontal,
    .vertical = vertical,
};
