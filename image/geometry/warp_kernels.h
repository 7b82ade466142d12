/* Inside of the warp: runs of pixels whose neighbours all lie in memory. */
#ifndef IMG_WARP_KERNELS_H
#define IMG_WARP_KERNELS_H

#include "image/geometry/warp.h"

/* Bits of a blending weight per axis: products of two and a pixel stay below 2^30. */
#define IMG_WARP_BITS 11
#define IMG_WARP_ONE (1 << IMG_WARP_BITS)

/* A place in 32.32 fixed point, quantized to weights: column or row, and share of the next one. */
typedef struct ImgWarpPlace {
    int32_t index, share;
} ImgWarpPlace;

/* Splits a place that counts from the centre of pixel 0. */
static inline ImgWarpPlace img_warp_place_split(int64_t place)
{
    const int64_t steps = (place + (INT64_C(1) << 20)) >> 21;
    return (ImgWarpPlace){.index = (int32_t)(steps >> IMG_WARP_BITS),
                          .share = (int32_t)(steps & (IMG_WARP_ONE - 1))};
}

/* n output pixels of one row, whose places are x + i dx, y + i dy: relative to the centre of the
 * first pixel in memory for BILINEAR, to its corner for NEAREST. Each pixel's place, and for
 * BILINEAR the next column and row, lie in memory. */
typedef struct ImgWarpSpan {
    const AugImage *pixels;
    int64_t x, y, dx, dy;
    int32_t n;
    uint8_t *out;
} ImgWarpSpan;

/* The four pixels around a place, above left, above right, below left and below right, with shares
 * that add up to 2^(2 IMG_WARP_BITS). One of share zero is not read and may be NULL. */
typedef struct ImgWarpNeighbours {
    int32_t shares[4];
    const uint8_t *pixels[4];
} ImgWarpNeighbours;

/* One pixel of any type, blended. */
void img_warp_blend(const ImgWarpNeighbours *around, ImgPixelType type, uint8_t *out);

/* Bilinear, uint8, any number of channels: the reference. */
void img_warp_span_scalar(const ImgWarpSpan *span);

/* Bilinear, any type. */
void img_warp_span_wide(const ImgWarpSpan *span);

/* Bilinear, uint8, three channels, for CPUs with AVX2. */
void img_warp_span_avx2(const ImgWarpSpan *span);

/* img_warp with vector code, where the CPU runs it, or without. */
AUG_MUST_CHECK AugStatus img_warp_with(bool vector, const ImgWarp *warp, const ImgSource *source,
                                       const AugImage *out, AugError *error);

#endif
