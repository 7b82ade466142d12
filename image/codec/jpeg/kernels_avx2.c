/* JPEG's kernels for CPUs with AVX2. */
#include <immintrin.h>

typedef __m256i V;
#define N_LANES 2
#define OP(name) _mm256_##name
#define BITS(name) _mm256_##name##_si256

static inline V repeat_lane(__m128i lane)
{
    return _mm256_broadcastsi128_si256(lane);
}

#include "image/codec/jpeg/vector_x86.h"

static inline V load(const uint8_t *from)
{
    return _mm256_loadu_si256((const V *)(const void *)from);
}

static inline void store(uint8_t *to, V a)
{
    _mm256_storeu_si256((V *)(void *)to, a);
}

/* Of low and high halves of lanes those in front, in order. */
static inline V lower_lanes(V low, V high)
{
    return _mm256_permute2x128_si256(low, high, 0x20);
}

/* The rest. */
static inline V upper_lanes(V low, V high)
{
    return _mm256_permute2x128_si256(low, high, 0x31);
}

static inline V load_rows(int16_t *const *blocks, int at)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(load_row(blocks[0] + at)),
                                   load_row(blocks[1] + at), 1);
}

static inline void store_rows(uint8_t *const *out, size_t at, size_t row_size, V rows)
{
    store_two(out[0] + at, row_size, _mm256_castsi256_si128(rows));
    store_two(out[1] + at, row_size, _mm256_extracti128_si256(rows, 1));
}

static inline void clear_block(int16_t *block)
{
    for (int i = 0; i < IMG_JPEG_BLOCK; i += 16)
        _mm256_store_si256((V *)(void *)(block + i), _mm256_setzero_si256());
}

#include "image/codec/jpeg/idct_vector.h"
#include "image/codec/jpeg/planes_vector.h"

static inline void interleave(const Colours *colours, uint8_t *out)
{
    for (int k = 0; k < 3; k++) {
        const V bytes = interleaved(colours, k);
        _mm_storeu_si128((__m128i *)(void *)(out + 16 * k), _mm256_castsi256_si128(bytes));
        _mm_storeu_si128((__m128i *)(void *)(out + 48 + 16 * k),
                         _mm256_extracti128_si256(bytes, 1));
    }
}

const ImgJpegKernels img_jpeg_kernels_avx2 = {
    .name = "avx2",
    .idct = idct,
    .h2v1 = h2v1,
    .h1v2 = h1v2,
    .h2v2 = h2v2,
    .rgb = rgb,
};
