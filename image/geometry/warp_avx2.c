/* Blending of RGB for CPUs with AVX2, equal to the scalar code in every bit: the same products in
 * the same 32-bit integers.
 *
 * One pixel fills a register: the two pixels above in its lower half, the two below in its upper.
 */
#include <immintrin.h>

#include "image/geometry/warp_kernels.h"

/* The six bytes of two pixels, at 0..2 and 5..7 of eight; nothing else is read, so the last pixels
 * of a picture are safe. */
static __m128i load_two(const uint8_t *pixels)
{
    return _mm_insert_epi32(_mm_loadu_si32(pixels), _mm_cvtsi128_si32(_mm_loadu_si32(pixels + 2)),
                            1);
}

/* R, G, B and an unused number of one pixel. */
static __m128i blend(const uint8_t *above, size_t row_size, ImgWarpPlace x, ImgWarpPlace y)
{
    const __m256i pairs = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, -1, 5, -1, 1, -1, 6, -1, 2, -1, 7, -1, -1, -1, -1, -1));
    const __m256i bytes = _mm256_inserti128_si256(_mm256_castsi128_si256(load_two(above)),
                                                  load_two(above + row_size), 1);
    const __m256i share_x = _mm256_set1_epi32(IMG_WARP_ONE - x.share + x.share * 65536);
    const __m256i share_y = _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_set1_epi32(IMG_WARP_ONE - y.share)), _mm_set1_epi32(y.share), 1);
    const __m256i rows = _mm256_madd_epi16(_mm256_shuffle_epi8(bytes, pairs), share_x);
    const __m256i products = _mm256_mullo_epi32(rows, share_y);
    const __m128i sum =
        _mm_add_epi32(_mm256_castsi256_si128(products), _mm256_extracti128_si256(products, 1));
    const __m128i half = _mm_set1_epi32(1 << (2 * IMG_WARP_BITS - 1));
    return _mm_srai_epi32(_mm_add_epi32(sum, half), 2 * IMG_WARP_BITS);
}

void img_warp_span_avx2(const ImgWarpSpan *span)
{
    const AugImage *pixels = span->pixels;
    int64_t place_x = span->x;
    int64_t place_y = span->y;
    uint8_t *out = span->out;
    for (int32_t i = 0; i < span->n; i++, place_x += span->dx, place_y += span->dy, out += 3) {
        const ImgWarpPlace x = img_warp_place_split(place_x);
        const ImgWarpPlace y = img_warp_place_split(place_y);
        const uint8_t *above =
            pixels->pixels + (size_t)y.index * pixels->row_size + 3 * (size_t)x.index;
        const __m128i sum = blend(above, pixels->row_size, x, y);
        const __m128i words = _mm_packs_epi32(sum, sum);
        const uint32_t bytes = (uint32_t)_mm_cvtsi128_si32(_mm_packus_epi16(words, words));
        /* Four bytes where the next pixel overwrites the fourth, three at the end. */
        if (i + 1 < span->n) {
            _mm_storeu_si32(out, _mm_cvtsi32_si128((int32_t)bytes));
        } else {
            out[0] = (uint8_t)bytes;
            out[1] = (uint8_t)(bytes >> 8);
            out[2] = (uint8_t)(bytes >> 16);
        }
    }
}
