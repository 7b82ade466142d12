/* Inside of the warp: runs of pixels whose neighbours all lie in memory. */
#ifndef AUGI_WARP_KERNELS_H
#define AUGI_WARP_KERNELS_H

#include "image/warp.h"

/* Bits of a blending weight per axis: products of two and a pixel stay below 2^30. */
#define AUGI_WARP_BITS 11
#define AUGI_WARP_ONE (1 << AUGI_WARP_BITS)

/* A place in 32.32 fixed point, quantized to weights: column or row, and share of the next one. */
typedef struct AugiPlace {
    int32_t index, share;
} AugiPlace;

/* Splits a place that counts from the centre of pixel 0. */
static inline AugiPlace augi_place_split(int64_t place)
{
    const int64_t steps = (place + (INT64_C(1) << 20)) >> 21;
    return (AugiPlace){.index = (int32_t)(steps >> AUGI_WARP_BITS),
                       .share = (int32_t)(steps & (AUGI_WARP_ONE - 1))};
}

/* n output pixels of one row, whose places are x + i dx, y + i dy: relative to the centre of the
 * first pixel in memory for BILINEAR, to its corner for NEAREST. Each pixel's place, and for
 * BILINEAR the next column and row, lie in memory. */
typedef struct AugiWarpRun {
    const AugImage *pixels;
    int64_t x, y, dx, dy;
    int32_t n;
    uint8_t *out;
} AugiWarpRun;

/* Bilinear, any number of channels: the reference. */
void augi_warp_run_scalar(const AugiWarpRun *run);

/* Bilinear, three channels, for CPUs with AVX2. */
void augi_warp_run_avx2(const AugiWarpRun *run);

/* augi_warp with vector code, where the CPU runs it, or without. */
AUG_MUST_CHECK AugStatus augi_warp_with(bool vector, const AugiWarp *warp, const AugiSource *source,
                                        const AugImage *out, AugError *error);

#endif
