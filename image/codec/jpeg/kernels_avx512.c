/* JPEG's kernels for CPUs with AVX-512 and its VNNI and VBMI. */
#include <immintrin.h>

typedef __m512i V;
#define N_LANES 4
#define HAS_DOT
#define OP(name) _mm512_##name
#define BITS(name) _mm512_##name##_si512

static inline V repeat_lane(__m128i lane)
{
    return _mm512_broadcast_i32x4(lane);
}

#include "image/codec/jpeg/vector_x86.h"

static inline V load(const uint8_t *from)
{
    return _mm512_loadu_si512(from);
}

static inline void store(uint8_t *to, V a)
{
    _mm512_storeu_si512(to, a);
}

/* Of low and high halves of lanes those in front, in order. */
static inline V lower_lanes(V low, V high)
{
    return _mm512_permutex2var_epi64(low, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), high);
}

/* The rest. */
static inline V upper_lanes(V low, V high)
{
    return _mm512_permutex2var_epi64(low, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15), high);
}

static inline V load_rows(int16_t *const *blocks, int at)
{
    V rows = _mm512_castsi128_si512(load_row(blocks[0] + at));
    rows = _mm512_mask_broadcast_i32x4(rows, 0x00f0, load_row(blocks[1] + at));
    rows = _mm512_mask_broadcast_i32x4(rows, 0x0f00, load_row(blocks[2] + at));
    return _mm512_mask_broadcast_i32x4(rows, 0xf000, load_row(blocks[3] + at));
}

static inline void store_rows(uint8_t *const *out, size_t at, size_t row_size, V rows)
{
    store_two(out[0] + at, row_size, _mm512_castsi512_si128(rows));
    store_two(out[1] + at, row_size, _mm512_extracti32x4_epi32(rows, 1));
    store_two(out[2] + at, row_size, _mm512_extracti32x4_epi32(rows, 2));
    store_two(out[3] + at, row_size, _mm512_extracti32x4_epi32(rows, 3));
}

static inline void clear_block(int16_t *block)
{
    _mm512_store_si512(block, _mm512_setzero_si512());
    _mm512_store_si512(block + 32, _mm512_setzero_si512());
}

#include "image/codec/jpeg/idct_vector.h"
#include "image/codec/jpeg/planes_vector.h"

/* 3 has an inverse modulo 64, so that the bytes of one colour go to places of their own: pixel i to
 * place 3 i + colour, modulo 64, of whichever of the three vectors. */
static inline V spread_out(V bytes, int colour)
{
#define PIXEL(i) (int8_t)((i) / 16 * 16 + (i) % 2 * 8 + (i) % 16 / 2)
#define PLACE(at, colour) PIXEL(((at) + 64 - (colour)) * 43 % 64)
#define FOUR(at, colour) \
    PLACE(at, colour), PLACE(at + 1, colour), PLACE(at + 2, colour), PLACE(at + 3, colour)
#define LANE(at, colour) \
    FOUR(at, colour), FOUR(at + 4, colour), FOUR(at + 8, colour), FOUR(at + 12, colour)
#define ALL(colour)                                                           \
    {                                                                         \
        LANE(0, colour), LANE(16, colour), LANE(32, colour), LANE(48, colour) \
    }
    static const int8_t places[3][64] = {ALL(0), ALL(1), ALL(2)};
#undef ALL
#undef LANE
#undef FOUR
#undef PLACE
#undef PIXEL
    return _mm512_permutexvar_epi8(_mm512_loadu_si512(places[colour]), bytes);
}

static inline void interleave(const Colours *colours, uint8_t *out)
{
    const V red = spread_out(colours->red, 0);
    const V green = spread_out(colours->green, 1);
    const V blue = spread_out(colours->blue, 2);
    /* Every third place; of vector k those whose remainder is (colour - 64 k) modulo 3. */
    const __mmask64 zero = 0x9249249249249249;
    const __mmask64 one = zero << 1;
    const __mmask64 two = zero << 2;
    store(out, _mm512_mask_mov_epi8(_mm512_mask_mov_epi8(red, one, green), two, blue));
    store(out + 64, _mm512_mask_mov_epi8(_mm512_mask_mov_epi8(red, zero, green), one, blue));
    store(out + 128, _mm512_mask_mov_epi8(_mm512_mask_mov_epi8(red, two, green), zero, blue));
}

const ImgJpegKernels img_jpeg_kernels_avx512 = {
    .name = "avx512",
    .idct = idct,
    .h2v1 = h2v1,
    .h1v2 = h1v2,
    .h2v2 = h2v2,
    .rgb = rgb,
};
