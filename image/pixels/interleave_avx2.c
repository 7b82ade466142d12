/* Interleaving planes for CPUs with AVX2 (of which the byte shuffle is used). */
#include <immintrin.h>

#include "image/pixels/interleave.h"

/* 16 values of each plane as 48 bytes. Byte i of the result is channel i % 3 of pixel i / 3; each
 * shuffle puts the bytes of one plane there and zero elsewhere, so that the three join by OR. */
static void interleave_group(const uint8_t *const planes[3], int32_t at, uint8_t *out)
{
    const __m128i red = _mm_loadu_si128((const __m128i *)(planes[0] + at));
    const __m128i green = _mm_loadu_si128((const __m128i *)(planes[1] + at));
    const __m128i blue = _mm_loadu_si128((const __m128i *)(planes[2] + at));
    const __m128i red_a = _mm_setr_epi8(0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1, 5);
    const __m128i red_b = _mm_setr_epi8(-1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10, -1);
    const __m128i red_c =
        _mm_setr_epi8(-1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1, -1);
    const __m128i green_a =
        _mm_setr_epi8(-1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1);
    const __m128i green_b =
        _mm_setr_epi8(5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10);
    const __m128i green_c =
        _mm_setr_epi8(-1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1);
    const __m128i blue_a = _mm_setr_epi8(-1, -1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1);
    const __m128i blue_b = _mm_setr_epi8(-1, 5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1);
    const __m128i blue_c =
        _mm_setr_epi8(10, -1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15);
    const __m128i a =
        _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(red, red_a), _mm_shuffle_epi8(green, green_a)),
                     _mm_shuffle_epi8(blue, blue_a));
    const __m128i b =
        _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(red, red_b), _mm_shuffle_epi8(green, green_b)),
                     _mm_shuffle_epi8(blue, blue_b));
    const __m128i c =
        _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(red, red_c), _mm_shuffle_epi8(green, green_c)),
                     _mm_shuffle_epi8(blue, blue_c));
    uint8_t *to = out + 3 * (int64_t)at;
    _mm_storeu_si128((__m128i *)to, a);
    _mm_storeu_si128((__m128i *)(to + 16), b);
    _mm_storeu_si128((__m128i *)(to + 32), c);
}

void img_interleave_row_avx2(const uint8_t *const planes[3], int32_t n, uint8_t *out)
{
    int32_t at = 0;
    for (; at + IMG_INTERLEAVE_GROUP <= n; at += IMG_INTERLEAVE_GROUP)
        interleave_group(planes, at, out);
    /* The last group reaches back over pixels that are already there. */
    if (at < n)
        interleave_group(planes, n - IMG_INTERLEAVE_GROUP, out);
}
