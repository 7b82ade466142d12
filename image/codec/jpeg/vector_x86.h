/* Vectors of 16-byte lanes on x86: what JPEG's kernels are written with, for the three kernels_*.c
 * of x86 alone. Before it is included they define
 *
 *   V          the vector's type, N_LANES its lanes
 *   OP(name)   an intrinsic's name, BITS(name) that of one for bits
 *
 * and functions for what has no common name: repeat_lane, load, store, load_rows, store_rows,
 * clear_block, lower_lanes, upper_lanes. Numbers of 16 bits wrap unless it says otherwise; a pair is
 * two of them.
 */
#ifndef IMG_JPEG_VECTOR_X86_H
#define IMG_JPEG_VECTOR_X86_H

#include <immintrin.h>

#include "image/codec/jpeg/transform.h"

/* Every 16 bits alike. */
static inline V repeat16(int value)
{
    return OP(set1_epi16)((int16_t)value);
}

/* Every 32 bits alike. */
static inline V repeat32(int32_t value)
{
    return OP(set1_epi32)(value);
}

/* Bitwise. */
static inline V and8(V a, V b)
{
    return BITS(and)(a, b);
}

/* Bitwise. */
static inline V or8(V a, V b)
{
    return BITS(or)(a, b);
}

/* Bitwise. */
static inline V xor8(V a, V b)
{
    return BITS(xor)(a, b);
}

/* a + b. */
static inline V add16(V a, V b)
{
    return OP(add_epi16)(a, b);
}

/* a - b. */
static inline V sub16(V a, V b)
{
    return OP(sub_epi16)(a, b);
}

/* The lower 16 bits of a product. */
static inline V multiply16(V a, V b)
{
    return OP(mullo_epi16)(a, b);
}

/* a times factor / 2^15, rounded. */
static inline V multiply_round(V a, int factor)
{
    return OP(mulhrs_epi16)(a, repeat16(factor));
}

/* Each 16 bits / 4, without sign. */
static inline V quarter16(V a)
{
    return OP(srli_epi16)(a, 2);
}

/* Each 16 bits / 16, without sign. */
static inline V sixteenth16(V a)
{
    return OP(srli_epi16)(a, 4);
}

/* The upper byte of each 16 bits. */
static inline V upper_byte(V a)
{
    return OP(srli_epi16)(a, 8);
}

/* The lower byte of each 16 bits as the upper one. */
static inline V to_upper_byte(V a)
{
    return OP(slli_epi16)(a, 8);
}

/* a + b. */
static inline V add32(V a, V b)
{
    return OP(add_epi32)(a, b);
}

/* a - b. */
static inline V sub32(V a, V b)
{
    return OP(sub_epi32)(a, b);
}

/* The upper 16 bits of each 32, with their sign. */
static inline V upper16(V a)
{
    return OP(srai_epi32)(a, 16);
}

/* Drops the fraction bits that columns do not hand on. */
static inline V scale_columns(V a)
{
    return OP(srai_epi32)(a, IMG_JPEG_COLUMN_BITS);
}

/* Drops the fraction bits of what rows give. */
static inline V scale_rows(V a)
{
    return OP(srai_epi32)(a, IMG_JPEG_ROW_BITS);
}

/* Of the lower half of each lane: a0 b0 a1 b1 ... */
static inline V low8(V a, V b)
{
    return OP(unpacklo_epi8)(a, b);
}

/* Of the upper half. */
static inline V high8(V a, V b)
{
    return OP(unpackhi_epi8)(a, b);
}

/* The same with 16 bits. */
static inline V low16(V a, V b)
{
    return OP(unpacklo_epi16)(a, b);
}

/* Of the upper half. */
static inline V high16(V a, V b)
{
    return OP(unpackhi_epi16)(a, b);
}

/* The same with 32 bits. */
static inline V low32(V a, V b)
{
    return OP(unpacklo_epi32)(a, b);
}

/* Of the upper half. */
static inline V high32(V a, V b)
{
    return OP(unpackhi_epi32)(a, b);
}

/* The same with 64 bits. */
static inline V low64(V a, V b)
{
    return OP(unpacklo_epi64)(a, b);
}

/* Of the upper half. */
static inline V high64(V a, V b)
{
    return OP(unpackhi_epi64)(a, b);
}

/* 32 bits to 16, saturating: in each lane those of a, then those of b. */
static inline V pack32(V a, V b)
{
    return OP(packs_epi32)(a, b);
}

/* 16 bits to signed 8, saturating. */
static inline V pack16(V a, V b)
{
    return OP(packs_epi16)(a, b);
}

/* 16 bits to unsigned 8, saturating. */
static inline V pack_unsigned(V a, V b)
{
    return OP(packus_epi16)(a, b);
}

/* Moves the bytes of each lane: four indices in each number, the lowest first. */
static inline V shuffle(V a, int first, int second, int third, int fourth)
{
    return OP(shuffle_epi8)(a, repeat_lane(_mm_setr_epi32(first, second, third, fourth)));
}

/* Sums of neighbouring unsigned bytes, times a and b. */
static inline V multiply8(V bytes, int a, int b)
{
    return OP(maddubs_epi16)(bytes, repeat16(b << 8 | a));
}

/* Twice the even bytes, which have a sign. */
static inline V double_even(V bytes)
{
    return OP(maddubs_epi16)(repeat16(2), bytes);
}

/* Twice the odd bytes. */
static inline V double_odd(V bytes)
{
    return OP(maddubs_epi16)(repeat16(2 << 8), bytes);
}

/* Of each pair its first number times a plus its second one times b. */
static inline V multiply(V pairs, int a, int b)
{
    return OP(madd_epi16)(pairs, repeat32((int32_t)((uint32_t)b << 16 | (uint16_t)a)));
}

#ifndef HAS_DOT
/* That and a sum. */
static inline V multiply_add(V sum, V pairs, int a, int b)
{
    return add32(sum, multiply(pairs, a, b));
}

/* That added to a sum, and taken from it. */
static inline void spread(V sum, V pairs, int a, int b, V *plus, V *minus)
{
    const V product = multiply(pairs, a, b);
    *plus = add32(sum, product);
    *minus = sub32(sum, product);
}

/* Changes the places of each pair's numbers. */
static inline V swap(V pairs)
{
    return shuffle(pairs, 0x01000302, 0x05040706, 0x09080b0a, 0x0d0c0f0e);
}
#else
/* The same, in one step. */
static inline V multiply_add(V sum, V pairs, int a, int b)
{
    return OP(dpwssd_epi32)(sum, pairs, repeat32((int32_t)((uint32_t)b << 16 | (uint16_t)a)));
}

/* The same, in one step each. */
static inline void spread(V sum, V pairs, int a, int b, V *plus, V *minus)
{
    *plus = multiply_add(sum, pairs, a, b);
    *minus = multiply_add(sum, pairs, -a, -b);
}

/* The same, by turning 32 bits. */
static inline V swap(V pairs)
{
    return OP(rol_epi32)(pairs, 16);
}
#endif

/* 16 bytes, aligned. */
static inline __m128i load_row(const int16_t *row)
{
    return _mm_load_si128((const __m128i *)(const void *)row);
}

/* 16 bytes from anywhere. */
static inline __m128i load_bytes(const uint8_t *from)
{
    return _mm_loadu_si128((const __m128i *)(const void *)from);
}

/* 8 numbers, from anywhere. */
static inline __m128i load_quantisers(const uint16_t *row)
{
    return _mm_loadu_si128((const __m128i *)(const void *)row);
}

/* Two rows of 8 bytes. */
static inline void store_two(uint8_t *out, size_t row_size, __m128i rows)
{
    _mm_storel_epi64((__m128i *)(void *)out, rows);
    _mm_storeh_pi((__m64 *)(void *)(out + row_size), _mm_castsi128_ps(rows));
}

#endif
