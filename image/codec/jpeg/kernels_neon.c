/* JPEG's kernels for AArch64, all of whose CPUs have NEON. */
#include <arm_neon.h>
#include <string.h>

#include "image/codec/jpeg/transform.h"

/* Eight outputs of four columns or rows, before they are scaled. Sums of 16-bit numbers wrap, as in
 * libjpeg-turbo on x86. */
static inline void transform(const int16x4_t in[8], int32x4_t out[8])
{
    const int32x4_t a = vshll_n_s16(vadd_s16(in[0], in[4]), IMG_JPEG_CONSTANT_BITS);
    const int32x4_t b = vshll_n_s16(vsub_s16(in[0], in[4]), IMG_JPEG_CONSTANT_BITS);
    const int32x4_t c = vmlal_n_s16(vmull_n_s16(in[2], F_0_541 + F_0_765), in[6], F_0_541);
    const int32x4_t d = vmlal_n_s16(vmull_n_s16(in[2], F_0_541), in[6], F_0_541 - F_1_847);
    const int32x4_t even[4] = {vaddq_s32(a, c), vaddq_s32(b, d), vsubq_s32(b, d), vsubq_s32(a, c)};
    const int16x4_t z73 = vadd_s16(in[7], in[3]);
    const int16x4_t z51 = vadd_s16(in[5], in[1]);
    const int32x4_t turn_73 = vmlal_n_s16(vmull_n_s16(z73, F_1_175 - F_1_961), z51, F_1_175);
    const int32x4_t turn_51 = vmlal_n_s16(vmull_n_s16(z73, F_1_175), z51, F_1_175 - F_0_390);
    const int32x4_t odd[4] = {
        vmlal_n_s16(vmlal_n_s16(turn_51, in[7], -F_0_899), in[1], F_1_501 - F_0_899),
        vmlal_n_s16(vmlal_n_s16(turn_73, in[5], -F_2_562), in[3], F_3_072 - F_2_562),
        vmlal_n_s16(vmlal_n_s16(turn_51, in[5], F_2_053 - F_2_562), in[3], -F_2_562),
        vmlal_n_s16(vmlal_n_s16(turn_73, in[7], F_0_298 - F_0_899), in[1], -F_0_899),
    };
    for (int k = 0; k < 4; k++) {
        out[k] = vaddq_s32(even[k], odd[k]);
        out[7 - k] = vsubq_s32(even[k], odd[k]);
    }
}

/* The same where inputs 4 to 7 are zero. */
static inline void transform_short(const int16x4_t in[4], int32x4_t out[8])
{
    const int32x4_t a = vshll_n_s16(in[0], IMG_JPEG_CONSTANT_BITS);
    const int32x4_t even[4] = {
        vmlal_n_s16(a, in[2], F_0_541 + F_0_765),
        vmlal_n_s16(a, in[2], F_0_541),
        vmlal_n_s16(a, in[2], -F_0_541),
        vmlal_n_s16(a, in[2], -F_0_541 - F_0_765),
    };
    const int32x4_t odd[4] = {
        vmlal_n_s16(vmull_n_s16(in[1], F_1_501 - F_0_899 + F_1_175 - F_0_390), in[3], F_1_175),
        vmlal_n_s16(vmull_n_s16(in[1], F_1_175), in[3], F_3_072 - F_2_562 + F_1_175 - F_1_961),
        vmlal_n_s16(vmull_n_s16(in[1], F_1_175 - F_0_390), in[3], F_1_175 - F_2_562),
        vmlal_n_s16(vmull_n_s16(in[1], F_1_175 - F_0_899), in[3], F_1_175 - F_1_961),
    };
    for (int k = 0; k < 4; k++) {
        out[k] = vaddq_s32(even[k], odd[k]);
        out[7 - k] = vsubq_s32(even[k], odd[k]);
    }
}

static inline int16x4_t scale_column(int32x4_t sum)
{
    return vqrshrn_n_s32(sum, IMG_JPEG_COLUMN_BITS);
}

/* Rounds and takes the upper half, then what is left of the bits. */
static inline int16x4_t scale_row(int32x4_t sum)
{
    const int32x4_t half = vdupq_n_s32(1 << (IMG_JPEG_ROW_BITS - 1));
    return vshr_n_s16(vaddhn_s32(sum, half), IMG_JPEG_ROW_BITS - 16);
}

static inline void swap_pairs(int16x8_t *a, int16x8_t *b)
{
    const int16x8_t first = vtrn1q_s16(*a, *b);
    *b = vtrn2q_s16(*a, *b);
    *a = first;
}

static inline void swap_fours(int16x8_t *a, int16x8_t *b)
{
    const int32x4_t upper = vreinterpretq_s32_s16(*a);
    const int32x4_t lower = vreinterpretq_s32_s16(*b);
    *a = vreinterpretq_s16_s32(vtrn1q_s32(upper, lower));
    *b = vreinterpretq_s16_s32(vtrn2q_s32(upper, lower));
}

static inline void swap_halves(int16x8_t *a, int16x8_t *b)
{
    const int16x8_t first = vcombine_s16(vget_low_s16(*a), vget_low_s16(*b));
    *b = vcombine_s16(vget_high_s16(*a), vget_high_s16(*b));
    *a = first;
}

static inline void transpose(int16x8_t rows[8])
{
    for (int i = 0; i < 8; i += 2)
        swap_pairs(&rows[i], &rows[i + 1]);
    for (int i = 0; i < 8; i += i % 4 == 1 ? 3 : 1)
        swap_fours(&rows[i], &rows[i + 2]);
    for (int i = 0; i < 4; i++)
        swap_halves(&rows[i], &rows[i + 4]);
}

/* From eight columns to rows of samples. */
static inline void store_columns(int16x8_t columns[8], uint8_t *out, size_t row_size)
{
    transpose(columns);
    for (size_t v = 0; v < 8; v++) {
        const uint8x8_t bits = vreinterpret_u8_s8(vqmovn_s16(columns[v]));
        vst1_u8(out + v * row_size, veor_u8(bits, vdup_n_u8(0x80)));
    }
}

static void idct_full(int16_t *block, const uint16_t *quantiser, uint8_t *out, size_t row_size)
{
    int16x8_t rows[8];
    for (int v = 0; v < 8; v++) {
        rows[v] = vmulq_s16(vld1q_s16(block + 8 * v),
                            vreinterpretq_s16_u16(vld1q_u16(quantiser + 8 * v)));
        vst1q_s16(block + 8 * v, vdupq_n_s16(0));
    }
    for (int pass = 0; pass < 2; pass++) {
        int16x4_t low[8];
        int16x4_t high[8];
        int32x4_t low_sums[8];
        int32x4_t high_sums[8];
        for (int k = 0; k < 8; k++) {
            low[k] = vget_low_s16(rows[k]);
            high[k] = vget_high_s16(rows[k]);
        }
        transform(low, low_sums);
        transform(high, high_sums);
        for (int k = 0; k < 8; k++)
            rows[k] = pass == 0
                          ? vcombine_s16(scale_column(low_sums[k]), scale_column(high_sums[k]))
                          : vcombine_s16(scale_row(low_sums[k]), scale_row(high_sums[k]));
        if (pass == 0)
            transpose(rows);
    }
    store_columns(rows, out, row_size);
}

static void idct_quarter(int16_t *block, const uint16_t *quantiser, uint8_t *out, size_t row_size)
{
    int16x4_t in[4];
    int32x4_t sums[8];
    int32x4_t more_sums[8];
    int16x8_t rows[8];
    for (int v = 0; v < 4; v++) {
        in[v] =
            vmul_s16(vld1_s16(block + 8 * v), vreinterpret_s16_u16(vld1_u16(quantiser + 8 * v)));
        vst1_s16(block + 8 * v, vdup_n_s16(0));
    }
    transform_short(in, sums);
    for (int k = 0; k < 8; k++)
        rows[k] = vcombine_s16(scale_column(sums[k]), vdup_n_s16(0));
    transpose(rows);
    int16x4_t lower[4];
    for (int k = 0; k < 4; k++) {
        in[k] = vget_low_s16(rows[k]);
        lower[k] = vget_high_s16(rows[k]);
    }
    transform_short(in, sums);
    transform_short(lower, more_sums);
    for (int k = 0; k < 8; k++)
        rows[k] = vcombine_s16(scale_row(sums[k]), scale_row(more_sums[k]));
    store_columns(rows, out, row_size);
}

static void idct(int16_t *blocks, size_t n, const uint16_t quantiser[IMG_JPEG_BLOCK],
                 const uint8_t *extents, uint8_t *out, size_t row_size)
{
    for (size_t i = 0; i < n; i++) {
        int16_t *block = blocks + i * IMG_JPEG_BLOCK;
        if (extents[i] == IMG_JPEG_FULL)
            idct_full(block, quantiser, out + 8 * i, row_size);
        else if (extents[i] == IMG_JPEG_QUARTER)
            idct_quarter(block, quantiser, out + 8 * i, row_size);
        else
            img_jpeg_idct_dc(block, quantiser[0], out + 8 * i, row_size);
    }
}

static void h2v1(const uint8_t *in, size_t n, uint8_t *out)
{
    for (size_t i = 0; i < n; i += 8) {
        const uint16x8_t triple = vmull_u8(vld1_u8(in + i), vdup_n_u8(3));
        const uint16x8_t left = vaddw_u8(triple, vld1_u8(in + i - 1));
        const uint16x8_t right = vaddw_u8(triple, vld1_u8(in + i + 1));
        vst2_u8(out + 2 * i, ((uint8x8x2_t){{vshrn_n_u16(vaddq_u16(left, vdupq_n_u16(1)), 2),
                                             vrshrn_n_u16(right, 2)}}));
    }
}

/* 3 near + far. */
static inline uint16x8_t blend(const uint8_t *near, const uint8_t *far)
{
    return vaddw_u8(vmull_u8(vld1_u8(near), vdup_n_u8(3)), vld1_u8(far));
}

static void h1v2(const uint8_t *near, const uint8_t *far, size_t n, int bias, uint8_t *out)
{
    const uint16x8_t offset = vdupq_n_u16((uint16_t)bias);
    for (size_t i = 0; i < n; i += 8)
        vst1_u8(out + i, vshrn_n_u16(vaddq_u16(blend(near + i, far + i), offset), 2));
}

static void h2v2(const uint8_t *near, const uint8_t *far, size_t n, uint8_t *out)
{
    for (size_t i = 0; i < n; i += 8) {
        const uint16x8_t here = blend(near + i, far + i);
        const uint16x8_t left = vmlaq_n_u16(blend(near + i - 1, far + i - 1), here, 3);
        const uint16x8_t right = vmlaq_n_u16(blend(near + i + 1, far + i + 1), here, 3);
        vst2_u8(out + 2 * i, ((uint8x8x2_t){{vrshrn_n_u16(left, 4),
                                             vshrn_n_u16(vaddq_u16(right, vdupq_n_u16(7)), 4)}}));
    }
}

/* The difference from 128, doubled. */
static inline int16x8_t load_chroma(const uint8_t *from)
{
    const int16x8_t value = vreinterpretq_s16_u16(vsubl_u8(vld1_u8(from), vdup_n_u8(128)));
    return vaddq_s16(value, value);
}

/* Eight pixels. Factors: as planes_vector.h has them. */
static inline void convert(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, uint8_t *out)
{
    const int16x8_t luma = vreinterpretq_s16_u16(vmovl_u8(vld1_u8(y)));
    const int16x8_t blue = load_chroma(cb);
    const int16x8_t red = load_chroma(cr);
    const int32x4_t green_low =
        vmlal_n_s16(vmull_n_s16(vget_low_s16(blue), -11277), vget_low_s16(red), -23401);
    const int32x4_t green_high =
        vmlal_n_s16(vmull_n_s16(vget_high_s16(blue), -11277), vget_high_s16(red), -23401);
    const int16x8_t green = vcombine_s16(vrshrn_n_s32(green_low, 16), vrshrn_n_s32(green_high, 16));
    vst3_u8(out, ((uint8x8x3_t){{vqmovun_s16(vaddq_s16(luma, vqrdmulhq_n_s16(red, 22971))),
                                 vqmovun_s16(vaddq_s16(luma, green)),
                                 vqmovun_s16(vaddq_s16(luma, vqrdmulhq_n_s16(blue, 29033)))}}));
}

static void rgb(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, size_t n, uint8_t *out)
{
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        convert(y + i, cb + i, cr + i, out + 3 * i);
    if (i < n) {
        uint8_t last[3 * 8];
        convert(y + i, cb + i, cr + i, last);
        memcpy(out + 3 * i, last, 3 * (n - i));
    }
}

const ImgJpegKernels img_jpeg_kernels_neon = {
    .name = "neon",
    .idct = idct,
    .h2v1 = h2v1,
    .h1v2 = h1v2,
    .h2v2 = h2v2,
    .rgb = rgb,
};
