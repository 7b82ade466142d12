/* Rows of the final pass for CPUs with AVX2, equal to the scalar code in every bit.
 *
 * Floats are not looked up but computed, in double, where augi_output_init has seen that this gives
 * the table's bits for all 256 values. The sum is of a product rounded on its own: no fused
 * multiply-add, which would round differently.
 */
#include <immintrin.h>
#include <string.h>

#include "image/output_kernels.h"

/* Pixels per step. */
#define GROUP 16

/* 16 RGB pixels (48 bytes) as three times 16 bytes. Each source register gives the bytes that it
 * holds of a channel; -1 makes zero, so the three can be joined by OR. */
static void split_channels(const uint8_t *in, __m128i planes[3])
{
    const __m128i a = _mm_loadu_si128((const __m128i *)in);
    const __m128i b = _mm_loadu_si128((const __m128i *)(in + 16));
    const __m128i c = _mm_loadu_si128((const __m128i *)(in + 32));
    const __m128i red_a = _mm_setr_epi8(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m128i red_b =
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1);
    const __m128i red_c =
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13);
    const __m128i green_a =
        _mm_setr_epi8(1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m128i green_b =
        _mm_setr_epi8(-1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1);
    const __m128i green_c =
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14);
    const __m128i blue_a =
        _mm_setr_epi8(2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m128i blue_b =
        _mm_setr_epi8(-1, -1, -1, -1, -1, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1);
    const __m128i blue_c =
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15);
    planes[0] = _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, red_a), _mm_shuffle_epi8(b, red_b)),
                             _mm_shuffle_epi8(c, red_c));
    planes[1] =
        _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, green_a), _mm_shuffle_epi8(b, green_b)),
                     _mm_shuffle_epi8(c, green_c));
    planes[2] = _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, blue_a), _mm_shuffle_epi8(b, blue_b)),
                             _mm_shuffle_epi8(c, blue_c));
}

static __m128i reverse_bytes(__m128i bytes)
{
    return _mm_shuffle_epi8(bytes,
                            _mm_setr_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

/* Four values from the low bytes. */
static __m128 normalize(__m128i bytes, __m256d scale, __m256d offset)
{
    const __m256d values = _mm256_cvtepi32_pd(_mm_cvtepu8_epi32(bytes));
    return _mm256_cvtpd_ps(_mm256_add_pd(_mm256_mul_pd(values, scale), offset));
}

/* 16 bytes of one channel as floats. */
static void store_floats(__m128i bytes, __m256d scale, __m256d offset, float *out)
{
    _mm_storeu_ps(out, normalize(bytes, scale, offset));
    _mm_storeu_ps(out + 4, normalize(_mm_srli_si128(bytes, 4), scale, offset));
    _mm_storeu_ps(out + 8, normalize(_mm_srli_si128(bytes, 8), scale, offset));
    _mm_storeu_ps(out + 12, normalize(_mm_srli_si128(bytes, 12), scale, offset));
}

/* Group x of a row as planes of bytes, in the order in which they are written. */
static void load_group(const AugiOutputRow *row, int32_t x, __m128i planes[3])
{
    const uint8_t *in = row->in + (size_t)x * (size_t)row->channels;
    if (row->channels == 3)
        split_channels(in, planes);
    else
        planes[0] = _mm_loadu_si128((const __m128i *)in);
    if (!row->mirror)
        return;
    for (int32_t c = 0; c < row->channels; c++)
        planes[c] = reverse_bytes(planes[c]);
}

static int32_t write_planar(const AugiOutputRow *row)
{
    const AugiOutput *output = row->output;
    int32_t x = 0;
    for (; x + GROUP <= row->width; x += GROUP) {
        __m128i planes[3];
        load_group(row, x, planes);
        const size_t at = (size_t)(row->mirror ? row->width - x - GROUP : x);
        for (int32_t c = 0; c < row->channels; c++) {
            const size_t target = at + (size_t)c * row->plane;
            if (output->real)
                store_floats(planes[c], _mm256_set1_pd(output->scale[c]),
                             _mm256_set1_pd(output->offset[c]), (float *)row->out + target);
            else
                _mm_storeu_si128((__m128i *)((uint8_t *)row->out + target), planes[c]);
        }
    }
    return x;
}

/* Interleaved floats of 16 pixels: 48 bytes in a row, of which byte i is of channel i % 3. */
static void store_interleaved(const AugiOutput *output, const uint8_t *in, float *out)
{
    for (int i = 0; i < 48; i += 12) {
        for (int k = 0; k < 3; k++) {
            /* Values i + 4 k to i + 4 k + 3; i is a multiple of 3, so they begin at channel k. */
            const int c0 = (4 * k) % 3;
            const int c1 = (4 * k + 1) % 3;
            const int c2 = (4 * k + 2) % 3;
            const __m256d scale = _mm256_setr_pd(output->scale[c0], output->scale[c1],
                                                 output->scale[c2], output->scale[c0]);
            const __m256d offset = _mm256_setr_pd(output->offset[c0], output->offset[c1],
                                                  output->offset[c2], output->offset[c0]);
            const __m128i bytes = _mm_loadu_si32(in + i + 4 * k);
            _mm_storeu_ps(out + i + 4 * k, normalize(bytes, scale, offset));
        }
    }
}

/* Interleaved RGB: as it stands if it is not mirrored. */
static int32_t write_interleaved(const AugiOutputRow *row)
{
    if (!row->output->real) {
        memcpy(row->out, row->in, (size_t)row->width * 3);
        return row->width;
    }
    int32_t x = 0;
    for (; x + GROUP <= row->width; x += GROUP)
        store_interleaved(row->output, row->in + 3 * (size_t)x, (float *)row->out + 3 * (size_t)x);
    return x;
}

int32_t augi_output_row_avx2(const AugiOutputRow *row)
{
    if (row->output->real && !row->output->linear)
        return 0;
    /* One channel is the same in both layouts. */
    if (row->plane || row->channels == 1)
        return write_planar(row);
    return row->mirror ? 0 : write_interleaved(row);
}
