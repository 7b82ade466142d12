/* JPEG's kernels for CPUs with SSE4.1 (of which SSSE3 is used, too). */
#include <immintrin.h>

typedef __m128i V;
#define N_LANES 1
#define OP(name) _mm_##name
#define BITS(name) _mm_##name##_si128

static inline V repeat_lane(__m128i lane)
{
    return lane;
}

#include "image/codec/jpeg/vector_x86.h"

static inline V load(const uint8_t *from)
{
    return _mm_loadu_si128((const V *)(const void *)from);
}

static inline void store(uint8_t *to, V a)
{
    _mm_storeu_si128((V *)(void *)to, a);
}

/* Of low and high halves of lanes those in front, in order. */
static inline V lower_lanes(V low, V high)
{
    (void)high;
    return low;
}

/* The rest. */
static inline V upper_lanes(V low, V high)
{
    (void)low;
    return high;
}

static inline V load_rows(int16_t *const *blocks, int at)
{
    return load_row(blocks[0] + at);
}

static inline void store_rows(uint8_t *const *out, size_t at, size_t row_size, V rows)
{
    store_two(out[0] + at, row_size, rows);
}

static inline void clear_block(int16_t *block)
{
    for (int i = 0; i < IMG_JPEG_BLOCK; i += 8)
        _mm_store_si128((V *)(void *)(block + i), _mm_setzero_si128());
}

#include "image/codec/jpeg/idct_vector.h"
#include "image/codec/jpeg/planes_vector.h"

static inline void interleave(const Colours *colours, uint8_t *out)
{
    for (int k = 0; k < 3; k++)
        store(out + 16 * k, interleaved(colours, k));
}

const ImgJpegKernels img_jpeg_kernels_sse41 = {
    .name = "sse41",
    .idct = idct,
    .h2v1 = h2v1,
    .h1v2 = h1v2,
    .h2v2 = h2v2,
    .rgb = rgb,
};
