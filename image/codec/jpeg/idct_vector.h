/* JPEG's inverse DCT with vectors of 16-byte lanes, for x86: for the kernels_*.c that
 * include it after vector_x86.h.
 *
 * A lane holds a block, or two of the kind QUARTER. Products are taken of pairs: a pair is two
 * 16-bit numbers in 32 bits, of which "multiply" gives the sum of the products with two constants.
 * Columns come first, as pairs of rows; their results are transposed so that pairs of columns stand
 * side by side, and then rows are transformed by the same code.
 */
#ifndef IMG_JPEG_IDCT_VECTOR_H
#define IMG_JPEG_IDCT_VECTOR_H

#include "image/codec/jpeg/vector_x86.h"

/* What a group of blocks, one or two a lane, is read from and written to. */
typedef struct Group {
    int16_t *blocks[2 * N_LANES];
    uint8_t *out[2 * N_LANES];
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

/* Eight columns of four rows, as sums, to rows of bytes: two a lane. */
static inline void finish(V in[8], V offset, V rows[2])
{
    for (int k = 0; k < 8; k++)
        in[k] = scale_rows(in[k]);
    const V left = pack16(pack32(in[0], in[1]), pack32(in[2], in[3]));
    const V right = pack16(pack32(in[4], in[5]), pack32(in[6], in[7]));
    /* 4 x 4 bytes, columns to rows. */
    const V turned_left =
        add8(shuffle(left, 0x0c080400, 0x0d090501, 0x0e0a0602, 0x0f0b0703), offset);
    const V turned_right =
        add8(shuffle(right, 0x0c080400, 0x0d090501, 0x0e0a0602, 0x0f0b0703), offset);
    rows[0] = low32(turned_left, turned_right);
    rows[1] = high32(turned_left, turned_right);
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
    finish(out, repeat32((int32_t)0x80808080), rows);
}

/* A block a lane, of any extent. */
static inline void idct_full(const Group *group, const uint16_t *quantiser)
{
    V in[8];
    V rows[8];
    V upper[4];
    V lower[4];
    V samples[4];
    for (int v = 0; v < 8; v++)
        in[v] = multiply16(load_rows(group->blocks, 8 * v),
                           repeat_lane(load_quantisers(quantiser + 8 * v)));
    for (int i = 0; i < N_LANES; i++)
        clear_block(group->blocks[i]);
    transform_columns(in, rows);
    transpose32(rows[0], rows[1], rows[2], rows[3], upper);
    transpose32(rows[4], rows[5], rows[6], rows[7], lower);
    transform_rows(upper, samples);
    transform_rows(lower, samples + 2);
    for (size_t k = 0; k < 4; k++)
        store_rows(group->out, 2 * k * group->row_size, group->row_size, samples[k]);
}

/* Two blocks a lane, whose coefficients lie in the upper left quarter: no 16-bit sum of it wraps, so
 * that none is taken. */
static inline void idct_quarters(const Group *group, const uint16_t *quantiser)
{
    V in[4];
    V low[8];
    V high[8];
    V rows[8];
    V samples[4];
    for (int v = 0; v < 4; v++) {
        const V row = multiply16(load_half_rows(group->blocks, 8 * v),
                                 repeat_lane(twice_quantisers(quantiser + 8 * v)));
        in[v] = shuffle(row, 0x05040100, 0x07060302, 0x0d0c0908, 0x0f0e0b0a);
    }
    for (int i = 0; i < 2 * N_LANES; i++)
        clear_block(group->blocks[i]);
    const V column_bias = repeat32(1 << (IMG_JPEG_COLUMN_BITS - 1));
    transform_short(low16(in[0], in[2]), low16(in[1], in[3]), column_bias, low);
    transform_short(high16(in[0], in[2]), high16(in[1], in[3]), column_bias, high);
    for (int k = 0; k < 8; k++)
        rows[k] = pack32(scale_columns(low[k]), scale_columns(high[k]));
    /* Pairs (0, 2) and (1, 3) of the first block and of the second. */
    V upper[4];
    V lower[4];
    transpose32(rows[0], rows[1], rows[2], rows[3], upper);
    transpose32(rows[4], rows[5], rows[6], rows[7], lower);
    const V row_bias = repeat32(1 << (IMG_JPEG_ROW_BITS - 1));
    for (int half = 0; half < 2; half++) {
        transform_short(upper[2 * half], upper[2 * half + 1], row_bias, low);
        transform_short(lower[2 * half], lower[2 * half + 1], row_bias, high);
        finish(low, repeat32((int32_t)0x80808080), samples);
        finish(high, repeat32((int32_t)0x80808080), samples + 2);
        for (size_t k = 0; k < 4; k++)
            store_rows(group->out + half * N_LANES, 2 * k * group->row_size, group->row_size,
                       samples[k]);
    }
}

/* Takes the number of a block out of one set, or if that is empty out of another; last if that is
 * empty, too. Sets have a bit a block. */
static inline size_t take(uint64_t *set, uint64_t *other, size_t last)
{
    uint64_t *from = *set ? set : other;
    if (!*from)
        return last;
    last = (size_t)__builtin_ctzll(*from);
    *from &= *from - 1;
    return last;
}

/* Fills a group from a set, then from another. */
static inline void gather(Group *group, size_t n, uint64_t *set, uint64_t *other, int16_t *blocks,
                          uint8_t *out)
{
    size_t last = 0;
    for (size_t i = 0; i < n; i++) {
        last = take(set, other, last);
        group->blocks[i] = blocks + last * IMG_JPEG_BLOCK;
        group->out[i] = out + last * 8;
    }
}

/* Bits of up to 64 blocks whose extents have a bit set. */
static inline uint64_t bits_of(const uint8_t *extents, size_t n, int bit)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i += 8) {
        uint64_t eight = 0;
        memcpy(&eight, extents + i, n - i < 8 ? n - i : 8);
        eight = (eight >> bit) & UINT64_C(0x0101010101010101);
        bits |= (eight * UINT64_C(0x0102040810204080) >> 56) << i;
    }
    return bits;
}

/* Blocks of one extent go together, wherever they stand: what is left over of a larger extent is
 * filled up with those of the next. */
static void idct(int16_t *blocks, size_t n, const uint16_t quantiser[IMG_JPEG_BLOCK],
                 const uint8_t *extents, uint8_t *out, size_t row_size)
{
    for (; n > 0;) {
        const size_t now = n < 64 ? n : 64;
        uint64_t full = bits_of(extents, now, 1);
        uint64_t quarter = bits_of(extents, now, 0);
        uint64_t dc = ~(full | quarter) & (UINT64_MAX >> (64 - now));
        Group group = {.row_size = row_size};
        while (full) {
            gather(&group, N_LANES, &full, &quarter, blocks, out);
            idct_full(&group, quantiser);
        }
        while (quarter) {
            gather(&group, 2 * N_LANES, &quarter, &dc, blocks, out);
            idct_quarters(&group, quantiser);
        }
        for (; dc; dc &= dc - 1) {
            const size_t i = (size_t)__builtin_ctzll(dc);
            img_jpeg_idct_dc(blocks + i * IMG_JPEG_BLOCK, quantiser[0], out + i * 8, row_size);
        }
        blocks += now * IMG_JPEG_BLOCK;
        extents += now;
        out += now * 8;
        n -= now;
    }
}

#endif
