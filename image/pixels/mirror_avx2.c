/* Mirroring rows for CPUs with AVX2 (of which the byte shuffle is used). */
#include <immintrin.h>

#include "image/pixels/mirror.h"

static int32_t mirror_gray(const uint8_t *from, int32_t n, uint8_t *to)
{
    const __m128i reverse = _mm_setr_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    int32_t x = 0;
    for (; x + 16 <= n; x += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(from + n - 16 - x));
        _mm_storeu_si128((__m128i *)(to + x), _mm_shuffle_epi8(bytes, reverse));
    }
    return x;
}

/* Five pixels at a time: 16 bytes are read of which the first belongs to the pixel before, and 16
 * are written of which the last is overwritten by the next step. So one more pixel must be left. */
static int32_t mirror_rgb(const uint8_t *from, int32_t n, uint8_t *to)
{
    const __m128i reverse = _mm_setr_epi8(13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, 0);
    int32_t x = 0;
    for (; x + 6 <= n; x += 5) {
        const uint8_t *first = from + 3 * (int64_t)(n - 5 - x) - 1;
        const __m128i bytes = _mm_loadu_si128((const __m128i *)first);
        _mm_storeu_si128((__m128i *)(to + 3 * (int64_t)x), _mm_shuffle_epi8(bytes, reverse));
    }
    return x;
}

int32_t img_mirror_row_avx2(const uint8_t *from, int32_t n, size_t size, uint8_t *to)
{
    return size == 1 ? mirror_gray(from, n, to) : mirror_rgb(from, n, to);
}
