/* The passes of resampling for CPUs with AVX2, equal to resample_scalar.c in every bit.
 *
 * A weight w of 22 bits does not fit a 16-bit multiplier, so it is split exactly into
 * w = 2048 * high + low with 0 <= low < 2048; then two multiply-add instructions take two taps of
 * eight sums at once, and sum = 2048 * sum(high) + sum(low). |high| is at most 2^11 and pixels have
 * 8 bits, so no 32-bit sum overflows.
 */
#include <immintrin.h>
#include <string.h>

#include "image/resample_kernels.h"

#define LOW_BITS 11
#define LOW_MASK ((1 << LOW_BITS) - 1)
#define HALF (1 << (AUGI_WEIGHT_BITS - 1))

/* Rows that the horizontal pass takes at once: they share the loads of weights. */
#define N_ROWS 4

/* Narrower pictures are left to the scalar code, which reads nothing beyond a row. A load of 16
 * bytes at the last pixel of a row of this many ends inside the next row. */
#define MIN_WIDTH 16

static int16_t high_bits(int32_t weight)
{
    return (int16_t)(weight >> LOW_BITS);
}

static int16_t low_bits(int32_t weight)
{
    return (int16_t)(weight & LOW_MASK);
}

/* Weights of four taps a, b, c, d as the RGB code multiplies them: (a b) for each channel and once
 * unused, then (c d) likewise; 16 numbers of high bits, 16 of low bits. */
static void pack_rgb(const AugiTaps *taps, int16_t *packed)
{
    const int32_t groups = (taps->reach + 3) / 4;
    memset(packed, 0, augi_packed_size(taps->n, taps->reach));
    for (int32_t x = 0; x < taps->n; x++) {
        const int32_t *weights = taps->weights + (size_t)x * (size_t)taps->reach;
        int16_t *target = packed + (size_t)x * (size_t)groups * 32;
        for (int32_t i = 0; i < taps->count[x]; i++) {
            int16_t *group = target + i / 4 * 32 + i % 4 / 2 * 8 + i % 2;
            for (int32_t c = 0; c < 3; c++) {
                group[2 * c] = high_bits(weights[i]);
                group[2 * c + 16] = low_bits(weights[i]);
            }
        }
    }
}

/* Weights of eight taps as the grey code multiplies them: 8 numbers of high bits, 8 of low bits. */
static void pack_grey(const AugiTaps *taps, int16_t *packed)
{
    const int32_t groups = (taps->reach + 7) / 8;
    memset(packed, 0, (size_t)taps->n * (size_t)groups * 16 * sizeof(*packed));
    for (int32_t x = 0; x < taps->n; x++) {
        const int32_t *weights = taps->weights + (size_t)x * (size_t)taps->reach;
        int16_t *target = packed + (size_t)x * (size_t)groups * 16;
        for (int32_t i = 0; i < taps->count[x]; i++) {
            target[i / 8 * 16 + i % 8] = high_bits(weights[i]);
            target[i / 8 * 16 + i % 8 + 8] = low_bits(weights[i]);
        }
    }
}

/* Four rows from y on; beyond the end, the last row again. The last row is read from its copy with
 * room behind it. */
static void choose_rows(const AugiPass *pass, int32_t y, const uint8_t *in[N_ROWS],
                        uint8_t *out[N_ROWS])
{
    for (int32_t i = 0; i < N_ROWS; i++) {
        const int32_t row = y + i < pass->n_rows ? y + i : pass->n_rows - 1;
        in[i] =
            row == pass->n_rows - 1 ? pass->spare_row : pass->in + (size_t)row * pass->in_row_size;
        out[i] = pass->out + (size_t)row * pass->out_row_size;
    }
}

/* Stores four bytes of each of four rows. */
static void store_pixels(__m256i rows01, __m256i rows23, uint8_t *out[N_ROWS], size_t at)
{
    const __m256i words = _mm256_packs_epi32(_mm256_srai_epi32(rows01, AUGI_WEIGHT_BITS),
                                             _mm256_srai_epi32(rows23, AUGI_WEIGHT_BITS));
    const __m256i bytes = _mm256_packus_epi16(words, words);
    const __m128i even = _mm256_castsi256_si128(bytes);
    const __m128i odd = _mm256_extracti128_si256(bytes, 1);
    _mm_storeu_si32(out[0] + at, even);
    _mm_storeu_si32(out[1] + at, odd);
    _mm_storeu_si32(out[2] + at, _mm_shuffle_epi32(even, 1));
    _mm_storeu_si32(out[3] + at, _mm_shuffle_epi32(odd, 1));
}

/* Sums of the two halves of a and of b. */
static __m256i add_halves(__m256i a, __m256i b)
{
    return _mm256_add_epi32(_mm256_permute2x128_si256(a, b, 0x20),
                            _mm256_permute2x128_si256(a, b, 0x31));
}

static void horizontal_rgb_rows(const AugiPass *pass, const uint8_t *in[N_ROWS],
                                uint8_t *out[N_ROWS])
{
    const AugiTaps *taps = pass->taps;
    const int32_t stride = (taps->reach + 3) / 4 * 32;
    /* Pixels 0 1 | 2 3 of 16 bytes as 16-bit pairs R R, G G, B B, and a pair of zeros. */
    const __m256i pairs =
        _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1, 6, -1, 9, -1, 7,
                         -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
    const __m256i half = _mm256_setr_epi32(HALF, HALF, HALF, HALF, 0, 0, 0, 0);
    for (int32_t x = 0; x < taps->n; x++) {
        const int16_t *weights = pass->packed + (size_t)x * (size_t)stride;
        const size_t first = 3 * (size_t)taps->first[x];
        const size_t end = first + 3 * (size_t)taps->count[x];
        __m256i high[N_ROWS] = {_mm256_setzero_si256(), _mm256_setzero_si256(),
                                _mm256_setzero_si256(), _mm256_setzero_si256()};
        __m256i low[N_ROWS] = {half, half, half, half};
        for (size_t at = first; at < end; at += 12, weights += 32) {
            const __m256i weights_high = _mm256_load_si256((const __m256i *)weights);
            const __m256i weights_low = _mm256_load_si256((const __m256i *)(weights + 16));
            for (int i = 0; i < N_ROWS; i++) {
                const __m128i bytes = _mm_loadu_si128((const __m128i *)(in[i] + at));
                const __m256i pixels =
                    _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), pairs);
                high[i] = _mm256_add_epi32(high[i], _mm256_madd_epi16(pixels, weights_high));
                low[i] = _mm256_add_epi32(low[i], _mm256_madd_epi16(pixels, weights_low));
            }
        }
        for (int i = 0; i < N_ROWS; i++)
            low[i] = _mm256_add_epi32(low[i], _mm256_slli_epi32(high[i], LOW_BITS));
        store_pixels(add_halves(low[0], low[1]), add_halves(low[2], low[3]), out, 3 * (size_t)x);
    }
}

static void horizontal_grey_rows(const AugiPass *pass, const uint8_t *in[N_ROWS],
                                 uint8_t *out[N_ROWS])
{
    const AugiTaps *taps = pass->taps;
    const int32_t stride = (taps->reach + 7) / 8 * 16;
    for (int32_t x = 0; x < taps->n; x++) {
        const int16_t *weights = pass->packed + (size_t)x * (size_t)stride;
        const size_t first = (size_t)taps->first[x];
        const size_t end = first + (size_t)taps->count[x];
        __m128i high[N_ROWS] = {_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128(),
                                _mm_setzero_si128()};
        __m128i low[N_ROWS] = {_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128(),
                               _mm_setzero_si128()};
        for (size_t at = first; at < end; at += 8, weights += 16) {
            const __m128i weights_high = _mm_load_si128((const __m128i *)weights);
            const __m128i weights_low = _mm_load_si128((const __m128i *)(weights + 8));
            for (int i = 0; i < N_ROWS; i++) {
                const __m128i pixels =
                    _mm_cvtepu8_epi16(_mm_loadl_epi64((const __m128i *)(in[i] + at)));
                high[i] = _mm_add_epi32(high[i], _mm_madd_epi16(pixels, weights_high));
                low[i] = _mm_add_epi32(low[i], _mm_madd_epi16(pixels, weights_low));
            }
        }
        for (int i = 0; i < N_ROWS; i++)
            low[i] = _mm_add_epi32(low[i], _mm_slli_epi32(high[i], LOW_BITS));
        const __m128i sums = _mm_add_epi32(
            _mm_hadd_epi32(_mm_hadd_epi32(low[0], low[1]), _mm_hadd_epi32(low[2], low[3])),
            _mm_set1_epi32(HALF));
        const __m128i words = _mm_packs_epi32(_mm_srai_epi32(sums, AUGI_WEIGHT_BITS), sums);
        const uint32_t bytes = (uint32_t)_mm_cvtsi128_si32(_mm_packus_epi16(words, words));
        for (int i = 0; i < N_ROWS; i++)
            out[i][x] = (uint8_t)(bytes >> 8 * i);
    }
}

static void horizontal(const AugiPass *pass)
{
    if (pass->width < MIN_WIDTH) {
        augi_resample_scalar.horizontal(pass);
        return;
    }
    const size_t row_size = (size_t)pass->width * (size_t)pass->channels;
    memcpy(pass->spare_row, pass->in + (size_t)(pass->n_rows - 1) * pass->in_row_size, row_size);
    memset(pass->spare_row + row_size, 0, 16);
    if (pass->channels == 3)
        pack_rgb(pass->taps, pass->packed);
    else
        pack_grey(pass->taps, pass->packed);
    for (int32_t y = 0; y < pass->n_rows; y += N_ROWS) {
        const uint8_t *in[N_ROWS];
        uint8_t *out[N_ROWS];
        choose_rows(pass, y, in, out);
        if (pass->channels == 3)
            horizontal_rgb_rows(pass, in, out);
        else
            horizontal_grey_rows(pass, in, out);
    }
}

/* The weights of two taps in each 32 bits. */
static __m256i weight_pair(int16_t first, int16_t second)
{
    return _mm256_set1_epi32((int32_t)((uint32_t)(uint16_t)second << 16 | (uint16_t)first));
}

/* 32 bytes of one output row. */
static void vertical_block(const uint8_t *in, size_t row_size, const int32_t *weights,
                           int32_t count, uint8_t *out)
{
    const __m256i zero = _mm256_setzero_si256();
    __m256i high[4] = {zero, zero, zero, zero};
    const __m256i half = _mm256_set1_epi32(HALF);
    __m256i low[4] = {half, half, half, half};
    for (int32_t i = 0; i < count; i += 2) {
        const bool has_second = i + 1 < count;
        const int32_t second = has_second ? weights[i + 1] : 0;
        const __m256i weights_high = weight_pair(high_bits(weights[i]), high_bits(second));
        const __m256i weights_low = weight_pair(low_bits(weights[i]), low_bits(second));
        const __m256i a = _mm256_loadu_si256((const __m256i *)in);
        const __m256i b = _mm256_loadu_si256((const __m256i *)(in + (has_second ? row_size : 0)));
        const __m256i ab[2] = {_mm256_unpacklo_epi8(a, b), _mm256_unpackhi_epi8(a, b)};
        for (int k = 0; k < 4; k++) {
            const __m256i pixels = k % 2 == 0 ? _mm256_unpacklo_epi8(ab[k / 2], zero)
                                              : _mm256_unpackhi_epi8(ab[k / 2], zero);
            high[k] = _mm256_add_epi32(high[k], _mm256_madd_epi16(pixels, weights_high));
            low[k] = _mm256_add_epi32(low[k], _mm256_madd_epi16(pixels, weights_low));
        }
        in += 2 * row_size;
    }
    for (int k = 0; k < 4; k++)
        low[k] = _mm256_srai_epi32(_mm256_add_epi32(low[k], _mm256_slli_epi32(high[k], LOW_BITS)),
                                   AUGI_WEIGHT_BITS);
    const __m256i bytes =
        _mm256_packus_epi16(_mm256_packs_epi32(low[0], low[1]), _mm256_packs_epi32(low[2], low[3]));
    _mm256_storeu_si256((__m256i *)out, bytes);
}

static void vertical(const AugiPass *pass)
{
    const AugiTaps *taps = pass->taps;
    const size_t row_length = (size_t)pass->width * (size_t)pass->channels;
    if (row_length < 32) {
        augi_resample_scalar.vertical(pass);
        return;
    }
    for (int32_t y = 0; y < taps->n; y++) {
        const int32_t *weights = taps->weights + (size_t)y * (size_t)taps->reach;
        const uint8_t *in = pass->in + (size_t)taps->first[y] * pass->in_row_size;
        uint8_t *out = pass->out + (size_t)y * pass->out_row_size;
        size_t x = 0;
        for (; x + 32 <= row_length; x += 32)
            vertical_block(in + x, pass->in_row_size, weights, taps->count[y], out + x);
        /* The last block overlaps the one before it. */
        if (x < row_length)
            vertical_block(in + row_length - 32, pass->in_row_size, weights, taps->count[y],
                           out + row_length - 32);
    }
}

const AugiResampleKernels augi_resample_avx2 = {.horizontal = horizontal, .vertical = vertical};
