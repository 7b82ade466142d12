/* JPEG's arithmetic in plain C: the reference of the vector kernels.
 *
 * It follows what libjpeg-turbo does on x86, step by step: 16-bit sums wrap, sums of products have 32
 * bits, and what goes from columns to rows saturates to 16 bits. Sums are taken with 64 bits here and
 * cut, which gives the same bits without an overflow.
 */
#include <string.h>

#include "image/codec/jpeg/kernels.h"
#include "image/codec/jpeg/transform.h"

static int16_t wrap(int32_t value)
{
    return (int16_t)(uint16_t)value;
}

static int16_t saturate(int32_t value)
{
    return (int16_t)(value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value);
}

static int16_t descale(int64_t sum, int bits)
{
    const int32_t cut = (int32_t)(uint32_t)(sum + (INT64_C(1) << (bits - 1)));
    return saturate(cut >> bits);
}

/* One column or row, whose values lie step apart. Loeffler, Ligtenberg and Moschytz, "Practical fast
 * 1-D DCT algorithms with 11 multiplications", in the form of libjpeg's jidctint. */
static void transform(int16_t *line, size_t step, int bits)
{
    int16_t in[8];
    for (size_t k = 0; k < 8; k++)
        in[k] = line[k * step];
    const int64_t even_c = (int64_t)in[2] * (F_0_541 + F_0_765) + (int64_t)in[6] * F_0_541;
    const int64_t even_d = (int64_t)in[2] * F_0_541 + (int64_t)in[6] * (F_0_541 - F_1_847);
    const int64_t even_a = (int64_t)wrap(in[0] + in[4]) * F_1;
    const int64_t even_b = (int64_t)wrap(in[0] - in[4]) * F_1;
    const int64_t even[4] = {even_a + even_c, even_b + even_d, even_b - even_d, even_a - even_c};

    const int64_t sum_73 = wrap(in[7] + in[3]);
    const int64_t sum_51 = wrap(in[5] + in[1]);
    const int64_t turn_73 = sum_73 * (F_1_175 - F_1_961) + sum_51 * F_1_175;
    const int64_t turn_51 = sum_73 * F_1_175 + sum_51 * (F_1_175 - F_0_390);
    const int64_t odd[4] = {
        in[7] * -F_0_899 + in[1] * (F_1_501 - F_0_899) + turn_51,
        in[5] * -F_2_562 + in[3] * (F_3_072 - F_2_562) + turn_73,
        in[5] * (F_2_053 - F_2_562) + in[3] * -F_2_562 + turn_51,
        in[7] * (F_0_298 - F_0_899) + in[1] * -F_0_899 + turn_73,
    };
    for (size_t k = 0; k < 4; k++) {
        line[k * step] = descale(even[k] + odd[k], bits);
        line[(7 - k) * step] = descale(even[k] - odd[k], bits);
    }
}

static uint8_t sample(int16_t value)
{
    const int shifted = value + 128;
    return (uint8_t)(shifted < 0 ? 0 : shifted > 255 ? 255 : shifted);
}

static void idct(int16_t *blocks, size_t n, const uint16_t quantiser[IMG_JPEG_BLOCK],
                 const uint8_t *extents, uint8_t *out, size_t row_size)
{
    (void)extents; /* What is zero does no harm. */
    for (size_t i = 0; i < n; i++) {
        int16_t *block = blocks + i * IMG_JPEG_BLOCK;
        for (size_t k = 0; k < IMG_JPEG_BLOCK; k++)
            block[k] = wrap(block[k] * quantiser[k]);
        for (size_t u = 0; u < 8; u++)
            transform(block + u, 8, IMG_JPEG_COLUMN_BITS);
        for (size_t v = 0; v < 8; v++) {
            transform(block + 8 * v, 1, IMG_JPEG_ROW_BITS);
            for (size_t u = 0; u < 8; u++)
                out[v * row_size + i * 8 + u] = sample(block[8 * v + u]);
        }
        memset(block, 0, IMG_JPEG_BLOCK * sizeof(*block));
    }
}

static void h2v1(const uint8_t *in, size_t n, uint8_t *out)
{
    for (size_t i = 0; i < n; i++) {
        const int before = in[(ptrdiff_t)i - 1];
        out[2 * i] = (uint8_t)((3 * in[i] + before + 1) >> 2);
        out[2 * i + 1] = (uint8_t)((3 * in[i] + in[i + 1] + 2) >> 2);
    }
}

static void h1v2(const uint8_t *near, const uint8_t *far, size_t n, int bias, uint8_t *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)((3 * near[i] + far[i] + bias) >> 2);
}

static void h2v2(const uint8_t *near, const uint8_t *far, size_t n, uint8_t *out)
{
    int before = 3 * near[-1] + far[-1];
    int here = 3 * near[0] + far[0];
    for (size_t i = 0; i < n; i++) {
        const int after = 3 * near[i + 1] + far[i + 1];
        out[2 * i] = (uint8_t)((3 * here + before + 8) >> 4);
        out[2 * i + 1] = (uint8_t)((3 * here + after + 7) >> 4);
        before = here;
        here = after;
    }
}

static uint8_t clamp(int32_t value)
{
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* JFIF's matrix, its factors times 65536, each product rounded as in libjpeg's jdcolor. */
static void rgb(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, size_t n, uint8_t *out)
{
    const int32_t half = 32768;
    for (size_t i = 0; i < n; i++) {
        const int32_t blue = cb[i] - 128;
        const int32_t red = cr[i] - 128;
        out[3 * i] = clamp(y[i] + ((91881 * red + half) >> 16));
        out[3 * i + 1] = clamp(y[i] + ((-22554 * blue - 46802 * red + half) >> 16));
        out[3 * i + 2] = clamp(y[i] + ((116130 * blue + half) >> 16));
    }
}

const ImgJpegKernels img_jpeg_kernels_scalar = {
    .name = "scalar",
    .idct = idct,
    .h2v1 = h2v1,
    .h1v2 = h1v2,
    .h2v2 = h2v2,
    .rgb = rgb,
};
