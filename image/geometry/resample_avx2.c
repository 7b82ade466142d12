/* The passes of resampling for CPUs with AVX2, equal to resample_scalar.c in every bit.
 *
 * A weight w of 22 bits does not fit a 16-bit multiplier, so it is split exactly into
 * w = 2048 * high + low with 0 <= low < 2048; then two multiply-add instructions take two taps of
 * eight sums at once, and sum = 2048 * sum(high) + sum(low). |high| is at most 2^11 and a bit, and
 * pixels have 8 bits, so no 32-bit sum overflows.
 *
 * Both passes sum over rows of bytes that are far apart in memory, 32 bytes at a time: the vertical
 * pass over rows of the picture, the horizontal pass over columns, after 32 rows were turned into
 * columns. Turning them and the result back costs a quarter of an instruction per byte; sums along
 * a row would cost more in moving pixels to where their weights are.
 */
#include <immintrin.h>
#include <string.h>

#include "image/geometry/resample_kernels.h"

#define LOW_BITS 11
#define LOW_MASK ((1 << LOW_BITS) - 1)
#define HALF (1 << (IMG_WEIGHT_BITS - 1))

/* Bytes that are summed at once; rows that are turned into columns at once. */
#define BLOCK 32

/* Columns that are turned at once. */
#define TURN 16

/* The weights of two taps as pairs of 16-bit numbers: first | second << 16. */
typedef struct Pair {
    uint32_t high, low;
} Pair;

static Pair pair_of(int32_t first, int32_t second)
{
    return (Pair){
        .high = ((uint32_t)(first >> LOW_BITS) & 0xffff) | (uint32_t)(second >> LOW_BITS) << 16,
        .low = (uint32_t)(first & LOW_MASK) | (uint32_t)(second & LOW_MASK) << 16,
    };
}

static size_t pairs_per_position(const ImgTaps *taps)
{
    return ((size_t)taps->reach + 1) / 2;
}

static void pack(const ImgTaps *taps, Pair *pairs)
{
    for (int32_t i = 0; i < taps->n; i++) {
        const int32_t *weights = taps->weights + (size_t)i * (size_t)taps->reach;
        for (int32_t k = 0; k < taps->count[i]; k += 2)
            pairs[k / 2] = pair_of(weights[k], k + 1 < taps->count[i] ? weights[k + 1] : 0);
        pairs += pairs_per_position(taps);
    }
}

/* 32 numbers, in the order in which bytes are unpacked. Named members, because the compiler keeps
 * arrays in memory. */
typedef struct Four {
    __m256i a, b, c, d;
} Four;

/* 32 bytes of two rows as 16-bit pairs, one of each row. */
static inline Four load_pairs(const uint8_t *in, size_t to_second)
{
    const __m256i zero = _mm256_setzero_si256();
    const __m256i first = _mm256_loadu_si256((const __m256i *)in);
    const __m256i second = _mm256_loadu_si256((const __m256i *)(in + to_second));
    const __m256i low = _mm256_unpacklo_epi8(first, second);
    const __m256i high = _mm256_unpackhi_epi8(first, second);
    return (Four){.a = _mm256_unpacklo_epi8(low, zero),
                  .b = _mm256_unpackhi_epi8(low, zero),
                  .c = _mm256_unpacklo_epi8(high, zero),
                  .d = _mm256_unpackhi_epi8(high, zero)};
}

static inline Four multiply(Four pairs, uint32_t weights)
{
    const __m256i pair = _mm256_set1_epi32((int32_t)weights);
    return (Four){.a = _mm256_madd_epi16(pairs.a, pair),
                  .b = _mm256_madd_epi16(pairs.b, pair),
                  .c = _mm256_madd_epi16(pairs.c, pair),
                  .d = _mm256_madd_epi16(pairs.d, pair)};
}

static inline Four add(Four x, Four y)
{
    return (Four){.a = _mm256_add_epi32(x.a, y.a),
                  .b = _mm256_add_epi32(x.b, y.b),
                  .c = _mm256_add_epi32(x.c, y.c),
                  .d = _mm256_add_epi32(x.d, y.d)};
}

/* Joins high and low bits, and rounds. */
static inline __m256i join(__m256i high, __m256i low)
{
    const __m256i rounded = _mm256_add_epi32(low, _mm256_set1_epi32(HALF));
    return _mm256_srai_epi32(_mm256_add_epi32(rounded, _mm256_slli_epi32(high, LOW_BITS)),
                             IMG_WEIGHT_BITS);
}

/* 32 bytes of the sums over count rows, stride bytes apart. The partner of a last odd row has
 * weight zero: any bytes do, so the row stands in for it. */
static inline void sum_block(const uint8_t *in, size_t stride, const Pair *pairs, int32_t count,
                             uint8_t *out)
{
    Four rows = load_pairs(in, count > 1 ? stride : 0);
    Four high = multiply(rows, pairs->high);
    Four low = multiply(rows, pairs->low);
    for (int32_t i = 2; i < count; i += 2) {
        in += 2 * stride;
        pairs++;
        rows = load_pairs(in, i + 1 < count ? stride : 0);
        high = add(high, multiply(rows, pairs->high));
        low = add(low, multiply(rows, pairs->low));
    }
    const __m256i bytes =
        _mm256_packus_epi16(_mm256_packs_epi32(join(high.a, low.a), join(high.b, low.b)),
                            _mm256_packs_epi32(join(high.c, low.c), join(high.d, low.d)));
    _mm256_storeu_si256((__m256i *)out, bytes);
}

static void vertical(const ImgPass *pass)
{
    const ImgTaps *taps = pass->taps;
    const size_t row_length = (size_t)pass->width * (size_t)pass->channels;
    if (row_length < BLOCK) {
        img_resample_scalar.vertical(pass);
        return;
    }
    const Pair *pairs = pass->work;
    pack(taps, pass->work);
    for (int32_t y = 0; y < taps->n; y++, pairs += pairs_per_position(taps)) {
        const uint8_t *in = pass->in + (size_t)taps->first[y] * pass->in_row_size;
        uint8_t *out = pass->out + (size_t)y * pass->out_row_size;
        for (size_t x = 0; x + BLOCK <= row_length; x += BLOCK)
            sum_block(in + x, pass->in_row_size, pairs, taps->count[y], out + x);
        /* The last block overlaps the one before it. */
        if (row_length % BLOCK)
            sum_block(in + row_length - BLOCK, pass->in_row_size, pairs, taps->count[y],
                      out + row_length - BLOCK);
    }
}

/* Turns 16 registers of 16 bytes in each half: byte j of register i goes to byte i of register j.
 * Each of the four rounds interleaves registers i and i + 8. */
static inline void turn_halves(__m256i registers[TURN])
{
    for (int round = 0; round < 4; round++) {
        __m256i next[TURN];
        for (int i = 0; i < TURN / 2; i++) {
            next[2 * i] = _mm256_unpacklo_epi8(registers[i], registers[i + TURN / 2]);
            next[2 * i + 1] = _mm256_unpackhi_epi8(registers[i], registers[i + TURN / 2]);
        }
        memcpy(registers, next, sizeof(next));
    }
}

/* 16 bytes of each of 32 rows become 16 columns of 32 bytes. */
static void rows_to_columns(const uint8_t *const rows[BLOCK], size_t at, uint8_t *columns)
{
    __m256i registers[TURN];
    for (int i = 0; i < TURN; i++)
        registers[i] = _mm256_inserti128_si256(
            _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(rows[i] + at))),
            _mm_loadu_si128((const __m128i *)(rows[i + TURN] + at)), 1);
    turn_halves(registers);
    for (int i = 0; i < TURN; i++)
        _mm256_store_si256((__m256i *)(columns + i * BLOCK), registers[i]);
}

/* The reverse. Rows from n_rows on are dropped. */
static void columns_to_rows(const uint8_t *columns, uint8_t *rows, size_t row_size, int32_t n_rows)
{
    __m256i registers[TURN];
    for (int i = 0; i < TURN; i++)
        registers[i] = _mm256_load_si256((const __m256i *)(columns + i * BLOCK));
    turn_halves(registers);
    for (int32_t i = 0; i < n_rows; i++) {
        const __m128i bytes = i < TURN ? _mm256_castsi256_si128(registers[i])
                                       : _mm256_extracti128_si256(registers[i - TURN], 1);
        _mm_storeu_si128((__m128i *)(rows + (size_t)i * row_size), bytes);
    }
}

/* Columns take whole turns, so that the last of them need no care. */
static size_t columns_size(size_t row_length)
{
    return (row_length + TURN - 1) / TURN * TURN * BLOCK;
}

/* Working memory of the horizontal pass. */
typedef struct Columns {
    const Pair *pairs;
    uint8_t *in, *out;
} Columns;

static size_t pairs_size(int32_t n, int32_t reach)
{
    const size_t size = (size_t)n * (((size_t)reach + 1) / 2) * sizeof(Pair);
    return (size + BLOCK - 1) / BLOCK * BLOCK;
}

static size_t work_size(int32_t n, int32_t reach, size_t in_length, size_t out_length)
{
    return pairs_size(n, reach) + columns_size(in_length) + columns_size(out_length);
}

/* Up to 32 rows from y on; where there are fewer, the last one stands in for those missing. */
static void resample_rows(const ImgPass *pass, const Columns *columns, int32_t y)
{
    const ImgTaps *taps = pass->taps;
    const size_t channels = (size_t)pass->channels;
    const size_t in_length = (size_t)pass->width * channels;
    const size_t out_length = (size_t)taps->n * channels;
    const int32_t n_rows = pass->n_rows - y < BLOCK ? pass->n_rows - y : BLOCK;
    const uint8_t *rows[BLOCK];
    for (int32_t i = 0; i < BLOCK; i++)
        rows[i] = pass->in + (size_t)(y + (i < n_rows ? i : n_rows - 1)) * pass->in_row_size;
    for (size_t x = 0; x + TURN <= in_length; x += TURN)
        rows_to_columns(rows, x, columns->in + x * BLOCK);
    /* The last turn overlaps the one before it. */
    if (in_length % TURN)
        rows_to_columns(rows, in_length - TURN, columns->in + (in_length - TURN) * BLOCK);
    const Pair *pairs = columns->pairs;
    for (int32_t x = 0; x < taps->n; x++, pairs += pairs_per_position(taps)) {
        const uint8_t *in = columns->in + (size_t)taps->first[x] * channels * BLOCK;
        uint8_t *out = columns->out + (size_t)x * channels * BLOCK;
        for (size_t c = 0; c < channels; c++)
            sum_block(in + c * BLOCK, channels * BLOCK, pairs, taps->count[x], out + c * BLOCK);
    }
    uint8_t *out = pass->out + (size_t)y * pass->out_row_size;
    for (size_t x = 0; x < out_length; x += TURN)
        columns_to_rows(columns->out + x * BLOCK, out + x, pass->out_row_size, n_rows);
}

static void horizontal(const ImgPass *pass)
{
    const size_t in_length = (size_t)pass->width * (size_t)pass->channels;
    if (in_length < TURN) {
        img_resample_scalar.horizontal(pass);
        return;
    }
    uint8_t *work = pass->work;
    const size_t packed = pairs_size(pass->taps->n, pass->taps->reach);
    const Columns columns = {
        .pairs = pass->work, .in = work + packed, .out = work + packed + columns_size(in_length)};
    pack(pass->taps, pass->work);
    for (int32_t y = 0; y < pass->n_rows; y += BLOCK)
        resample_rows(pass, &columns, y);
}

const ImgResampleKernels img_resample_avx2 = {
    .work_size = work_size,
    .horizontal = horizontal,
    .vertical = vertical,
};
