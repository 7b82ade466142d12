/* JPEG's inverse DCT with vectors of 16-byte lanes, for x86: for the kernels_*.c that include it after
 * what they define for vector_x86.h.
 *
 * A lane holds a block. Products are taken of pairs: a pair is two 16-bit numbers in 32 bits, of which
 * "multiply" gives the sum of the products with two constants. Columns come first, as pairs of rows;
 * their results are transposed so that pairs of columns stand side by side, and then rows are
 * transformed by the same code.
 */
#ifndef IMG_JPEG_IDCT_VECTOR_H
#define IMG_JPEG_IDCT_VECTOR_H

#include <stdbool.h>
#include <string.h>

#include "image/codec/jpeg/vector_x86.h"

/* Blocks that are transformed together, one a lane, and where their samples go. */
typedef struct Group {
    int16_t *blocks[N_LANES];
    uint8_t *out[N_LANES];
    size_t row_size;
} Group;

/* Pairs of inputs of a transform, of four columns or rows. */
typedef struct Pairs {
    V p26, p71, p35;
    V sum, difference; /* of inputs 0 and 4, times 2^13, with what rounds */
} Pairs;

/* Eight outputs of four columns or rows. Sums of 16-bit numbers wrap, as in libjpeg-turbo. */
static inline void transform(const Pairs *in, V out[8])
{
    V even[4];
    spread(in->sum, in->p26, F_0_541 + F_0_765, F_0_541, &even[0], &even[3]);
    spread(in->difference, in->p26, F_0_541, F_0_541 - F_1_847, &even[1], &even[2]);
    const V z = add16(in->p71, in->p35);
    const V turn_a = multiply(z, F_1_175, F_1_175 - F_0_390);
    const V turn_b = multiply(z, F_1_175 - F_1_961, F_1_175);
    const V odd[4] = {
        multiply_add(turn_a, in->p71, -F_0_899, F_1_501 - F_0_899),
        multiply_add(turn_b, in->p35, F_3_072 - F_2_562, -F_2_562),
        multiply_add(turn_a, in->p35, -F_2_562, F_2_053 - F_2_562),
        multiply_add(turn_b, in->p71, F_0_298 - F_0_899, -F_0_899),
    };
    for (int k = 0; k < 4; k++) {
        out[k] = add32(even[k], odd[k]);
        out[7 - k] = sub32(even[k], odd[k]);
    }
}

/* The same where inputs 4 to 7 are zero; in pairs (0, 2) and (1, 3). */
static inline void transform_short(V p02, V p13, V bias, V out[8])
{
    const V even[4] = {
        multiply_add(bias, p02, F_1, F_0_541 + F_0_765),
        multiply_add(bias, p02, F_1, F_0_541),
        multiply_add(bias, p02, F_1, -F_0_541),
        multiply_add(bias, p02, F_1, -F_0_541 - F_0_765),
    };
    const V odd[4] = {
        multiply(p13, F_1_501 - F_0_899 + F_1_175 - F_0_390, F_1_175),
        multiply(p13, F_1_175, F_3_072 - F_2_562 + F_1_175 - F_1_961),
        multiply(p13, F_1_175 - F_0_390, F_1_175 - F_2_562),
        multiply(p13, F_1_175 - F_0_899, F_1_175 - F_1_961),
    };
    for (int k = 0; k < 4; k++) {
        out[k] = add32(even[k], odd[k]);
        out[7 - k] = sub32(even[k], odd[k]);
    }
}

/* Four vectors of four 32-bit numbers a lane: rows to columns. */
static inline void transpose32(V in0, V in1, V in2, V in3, V out[4])
{
    const V low01 = low32(in0, in1);
    const V high01 = high32(in0, in1);
    const V low23 = low32(in2, in3);
    const V high23 = high32(in2, in3);
    out[0] = low64(low01, low23);
    out[1] = high64(low01, low23);
    out[2] = low64(high01, high23);
    out[3] = high64(high01, high23);
}

/* Eight columns of four rows, as sums, to rows of bytes: two a lane. is_positive: 128 was added. */
static inline void finish(V in[8], bool is_positive, V rows[2])
{
    V halves[2];
    for (int k = 0; k < 8; k++)
        in[k] = scale_rows(in[k]);
    for (int k = 0; k < 2; k++) {
        const V first = pack32(in[4 * k], in[4 * k + 1]);
        const V second = pack32(in[4 * k + 2], in[4 * k + 3]);
        const V bytes = is_positive ? pack_unsigned(first, second)
                                    : xor8(pack16(first, second), repeat16(0x8080));
        /* 4 x 4 bytes, columns to rows. */
        halves[k] = shuffle(bytes, 0x0c080400, 0x0d090501, 0x0e0a0602, 0x0f0b0703);
    }
    rows[0] = low32(halves[0], halves[1]);
    rows[1] = high32(halves[0], halves[1]);
}

/* Transforms columns; the results, row by row, as pairs of columns (0, 4), (2, 6), (7, 1), (3, 5). */
static inline void transform_columns(const V in[8], V rows[8])
{
    const V bias = repeat32(1 << (IMG_JPEG_COLUMN_BITS - 1));
    V low[8];
    V high[8];
    const V low04 = low16(in[0], in[4]);
    const V high04 = high16(in[0], in[4]);
    transform(&(Pairs){.p26 = low16(in[2], in[6]),
                       .p71 = low16(in[7], in[1]),
                       .p35 = low16(in[3], in[5]),
                       .sum = multiply_add(bias, low04, F_1, F_1),
                       .difference = multiply_add(bias, low04, F_1, -F_1)},
              low);
    transform(&(Pairs){.p26 = high16(in[2], in[6]),
                       .p71 = high16(in[7], in[1]),
                       .p35 = high16(in[3], in[5]),
                       .sum = multiply_add(bias, high04, F_1, F_1),
                       .difference = multiply_add(bias, high04, F_1, -F_1)},
              high);
    for (int k = 0; k < 8; k++)
        rows[k] = shuffle(pack32(scale_columns(low[k]), scale_columns(high[k])), 0x09080100,
                          0x0d0c0504, 0x03020f0e, 0x0b0a0706);
}

/* Transforms four rows, of which the pairs of columns are given. */
static inline void transform_rows(const V p[4], V rows[2])
{
    const V bias = repeat32(1 << (IMG_JPEG_ROW_BITS - 1));
    const V swapped = swap(p[0]);
    V out[8];
    transform(&(Pairs){.p26 = p[1],
                       .p71 = p[2],
                       .p35 = p[3],
                       .sum = multiply_add(bias, add16(p[0], swapped), F_1, 0),
                       .difference = multiply_add(bias, sub16(p[0], swapped), F_1, 0)},
              out);
    finish(out, false, rows);
}

/* Reads the first n rows of the blocks, dequantised, and clears the blocks. */
static inline void read_rows(const Group *group, int n, const uint16_t *quantiser, V *rows)
{
    for (int v = 0; v < n; v++)
        rows[v] = multiply16(load_rows(group->blocks, 8 * v),
                             repeat_lane(load_quantisers(quantiser + 8 * v)));
    for (int i = 0; i < N_LANES; i++)
        clear_block(group->blocks[i]);
}

/* Writes the rows of the samples, two of each block in a vector. */
static inline void write_rows(const Group *group, const V samples[4])
{
    for (size_t k = 0; k < 4; k++)
        store_rows(group->out, 2 * k * group->row_size, group->row_size, samples[k]);
}

/* A block a lane, of any extent. */
static inline void idct_full(const Group *group, const uint16_t *quantiser)
{
    V in[8];
    V rows[8];
    V p[4];
    V samples[4];
    read_rows(group, 8, quantiser, in);
    transform_columns(in, rows);
    transpose32(rows[0], rows[1], rows[2], rows[3], p);
    transform_rows(p, samples);
    transpose32(rows[4], rows[5], rows[6], rows[7], p);
    transform_rows(p, samples + 2);
    write_rows(group, samples);
}

/* A block a lane, whose coefficients lie in the upper left quarter: no 16-bit sum of it wraps, so that
 * none is taken. */
static inline void idct_quarter(const Group *group, const uint16_t *quantiser)
{
    V in[4];
    V sums[8];
    V p[4];
    V samples[4];
    read_rows(group, 4, quantiser, in);
    for (int v = 0; v < 4; v++)
        in[v] = shuffle(in[v], 0x05040100, 0x07060302, 0x05040100, 0x07060302);
    transform_short(low16(in[0], in[2]), low16(in[1], in[3]),
                    repeat32(1 << (IMG_JPEG_COLUMN_BITS - 1)), sums);
    for (int k = 0; k < 8; k++)
        sums[k] = scale_columns(sums[k]);
    /* Pairs (0, 2) and (1, 3) of the upper rows, then of the lower ones. */
    transpose32(pack32(sums[0], sums[4]), pack32(sums[1], sums[5]), pack32(sums[2], sums[6]),
                pack32(sums[3], sums[7]), p);
    /* Here there is room for what makes samples positive. */
    const V bias = repeat32((128 << IMG_JPEG_ROW_BITS) + (1 << (IMG_JPEG_ROW_BITS - 1)));
    transform_short(p[0], p[1], bias, sums);
    finish(sums, true, samples);
    transform_short(p[2], p[3], bias, sums);
    finish(sums, true, samples + 2);
    write_rows(group, samples);
}

/* Takes blocks for a group out of a set, then of another, and fills it with the last one. Sets have a
 * bit a block. */
static inline void gather(Group *group, uint64_t *set, uint64_t *other, int16_t *blocks,
                          uint8_t *out)
{
    size_t block = 0;
    for (size_t i = 0; i < N_LANES; i++) {
        uint64_t *from = *set ? set : other;
        if (*from)
            block = (size_t)__builtin_ctzll(*from);
        *from &= *from - 1;
        group->blocks[i] = blocks + block * IMG_JPEG_BLOCK;
        group->out[i] = out + block * 8;
    }
}

/* Sets of blocks, by extent. */
typedef struct Sets {
    uint64_t full, quarter, dc;
} Sets;

/* The first bits of eight bytes. */
static inline uint64_t first_bits(uint64_t bytes)
{
    return (bytes & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080) >> 56;
}

/* Of n blocks, at most 64. */
static inline Sets sets_of(const uint8_t *extents, size_t n)
{
    Sets sets = {0};
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        uint64_t eight;
        memcpy(&eight, extents + i, 8);
        sets.full |= first_bits(eight >> 1) << i;
        sets.quarter |= first_bits(eight) << i;
    }
    for (; i < n; i++) {
        sets.full |= (uint64_t)(extents[i] >> 1) << i;
        sets.quarter |= (uint64_t)(extents[i] & 1) << i;
    }
    sets.dc = ~(sets.full | sets.quarter) & (UINT64_MAX >> (64 - n));
    return sets;
}

/* Blocks of one extent go together, wherever they stand: what is left over of a larger extent is
 * filled up with those of the next. */
static void idct(int16_t *blocks, size_t n, const uint16_t quantiser[IMG_JPEG_BLOCK],
                 const uint8_t *extents, uint8_t *out, size_t row_size)
{
    Group group = {.row_size = row_size};
    while (n > 0) {
        const size_t now = n < 64 ? n : 64;
        Sets sets = sets_of(extents, now);
        while (sets.full) {
            gather(&group, &sets.full, &sets.quarter, blocks, out);
            idct_full(&group, quantiser);
        }
        while (sets.quarter) {
            gather(&group, &sets.quarter, &sets.dc, blocks, out);
            idct_quarter(&group, quantiser);
        }
        for (; sets.dc; sets.dc &= sets.dc - 1) {
            const size_t i = (size_t)__builtin_ctzll(sets.dc);
            img_jpeg_idct_dc(blocks + i * IMG_JPEG_BLOCK, quantiser[0], out + i * 8, row_size);
        }
        blocks += now * IMG_JPEG_BLOCK;
        extents += now;
        out += now * 8;
        n -= now;
    }
}

#endif
