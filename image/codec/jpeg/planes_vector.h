/* JPEG's upsampling and colours with vectors, for x86: for the kernels_*.c that include it after
 * what they define for vector_x86.h.
 *
 * Bytes are widened within their lane, so that what was low and high in each lane is put in order
 * when it is stored.
 */
#ifndef IMG_JPEG_PLANES_VECTOR_H
#define IMG_JPEG_PLANES_VECTOR_H

#include <string.h>

#include "image/codec/jpeg/vector_x86.h"

#define N_BYTES (16 * N_LANES)

/* Numbers below 256, side by side. */
static inline V join(V even, V odd)
{
    return or8(even, to_upper_byte(odd));
}

/* 3 a + b, of the lower half of each lane. */
static inline V blend_low(V a, V b)
{
    return multiply8(low8(a, b), 3, 1);
}

/* The same of the upper half. */
static inline V blend_high(V a, V b)
{
    return multiply8(high8(a, b), 3, 1);
}

/* Writes n bytes, at most 2 N_BYTES, and what fills a vector: no more than the slack. */
static inline void store_both(uint8_t *out, size_t n, V low, V high)
{
    store(out, lower_lanes(low, high));
    if (n > N_BYTES)
        store(out + N_BYTES, upper_lanes(low, high));
}

static void h2v1(const uint8_t *in, size_t n, uint8_t *out)
{
    const V before = repeat16(1);
    const V after = repeat16(2);
    for (size_t i = 0; i < n; i += N_BYTES) {
        const V here = load(in + i);
        const V left = load(in + i - 1);
        const V right = load(in + i + 1);
        store_both(out + 2 * i, 2 * (n - i),
                   join(quarter16(add16(blend_low(here, left), before)),
                        quarter16(add16(blend_low(here, right), after))),
                   join(quarter16(add16(blend_high(here, left), before)),
                        quarter16(add16(blend_high(here, right), after))));
    }
}

static void h1v2(const uint8_t *near, const uint8_t *far, size_t n, int bias, uint8_t *out)
{
    const V offset = repeat16(bias);
    for (size_t i = 0; i < n; i += N_BYTES) {
        const V here = load(near + i);
        const V there = load(far + i);
        store(out + i, pack_unsigned(quarter16(add16(blend_low(here, there), offset)),
                                     quarter16(add16(blend_high(here, there), offset))));
    }
}

/* From sums 3 near + far of a place and its neighbours to two samples. */
static inline V join_sums(V here, V left, V right)
{
    const V triple = add16(here, add16(here, here));
    return join(sixteenth16(add16(add16(triple, left), repeat16(8))),
                sixteenth16(add16(add16(triple, right), repeat16(7))));
}

static void h2v2(const uint8_t *near, const uint8_t *far, size_t n, uint8_t *out)
{
    for (size_t i = 0; i < n; i += N_BYTES) {
        const V near_here = load(near + i);
        const V near_left = load(near + i - 1);
        const V near_right = load(near + i + 1);
        const V far_here = load(far + i);
        const V far_left = load(far + i - 1);
        const V far_right = load(far + i + 1);
        store_both(out + 2 * i, 2 * (n - i),
                   join_sums(blend_low(near_here, far_here), blend_low(near_left, far_left),
                             blend_low(near_right, far_right)),
                   join_sums(blend_high(near_here, far_here), blend_high(near_left, far_left),
                             blend_high(near_right, far_right)));
    }
}

/* Bytes of three planes, each of N_BYTES pixels: in each lane the even ones first. */
typedef struct Colours {
    V red, green, blue;
} Colours;

/* What chroma adds to green, of pairs of blue and red chroma, doubled. */
static inline V green_part(V blue, V red)
{
    const V half = repeat32(32768);
    return pack32(upper16(multiply_add(half, low16(blue, red), -11277, -23401)),
                  upper16(multiply_add(half, high16(blue, red), -11277, -23401)));
}

/* JFIF's matrix. The factors of red and blue, 1.402 and 1.772 as 15-bit fractions of the doubled
 * difference from 128, round for each of its 256 values as libjpeg's 16-bit ones do; those of green
 * are libjpeg's own, halved. */
static inline Colours convert(V y, V cb, V cr)
{
    const V sign = repeat16(0x8080);
    const V blue = xor8(cb, sign);
    const V red = xor8(cr, sign);
    const V blue_even = double_even(blue);
    const V blue_odd = double_odd(blue);
    const V red_even = double_even(red);
    const V red_odd = double_odd(red);
    const V y_even = and8(y, repeat16(255));
    const V y_odd = upper_byte(y);
    return (Colours){
        .red = pack_unsigned(add16(y_even, multiply_round(red_even, 22971)),
                             add16(y_odd, multiply_round(red_odd, 22971))),
        .green = pack_unsigned(add16(y_even, green_part(blue_even, red_even)),
                               add16(y_odd, green_part(blue_odd, red_odd))),
        .blue = pack_unsigned(add16(y_even, multiply_round(blue_even, 29033)),
                              add16(y_odd, multiply_round(blue_odd, 29033))),
    };
}

/* The bytes of lane k of the three that a lane of pixels gives, in each lane. */
static inline V interleaved(const Colours *colours, int k)
{
    /* Where byte at comes from, if it is of this colour: pixel at / 3. */
#define SOURCE(at, colour) ((at) % 3 == (colour) ? (at) / 3 / 2 + (at) / 3 % 2 * 8 : 128)
#define FOUR(at, colour) \
    SOURCE(at, colour), SOURCE(at + 1, colour), SOURCE(at + 2, colour), SOURCE(at + 3, colour)
#define LANE(at, colour)                                                                    \
    {                                                                                       \
        FOUR(at, colour), FOUR(at + 4, colour), FOUR(at + 8, colour), FOUR(at + 12, colour) \
    }
    static const uint8_t sources[3][3][16] = {
        {LANE(0, 0), LANE(0, 1), LANE(0, 2)},
        {LANE(16, 0), LANE(16, 1), LANE(16, 2)},
        {LANE(32, 0), LANE(32, 1), LANE(32, 2)},
    };
#undef LANE
#undef FOUR
#undef SOURCE
    const V parts[3] = {
        OP(shuffle_epi8)(colours->red, repeat_lane(load_bytes(sources[k][0]))),
        OP(shuffle_epi8)(colours->green, repeat_lane(load_bytes(sources[k][1]))),
        OP(shuffle_epi8)(colours->blue, repeat_lane(load_bytes(sources[k][2]))),
    };
    return or8(or8(parts[0], parts[1]), parts[2]);
}

/* Writes N_BYTES pixels. Defined where this is included. */
static inline void interleave(const Colours *colours, uint8_t *out);

/* N_BYTES pixels of planes to RGB. */
static inline void convert_group(const uint8_t *y, const uint8_t *cb, const uint8_t *cr,
                                 uint8_t *out)
{
    const Colours colours = convert(load(y), load(cb), load(cr));
    interleave(&colours, out);
}

static void rgb(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, size_t n, uint8_t *out)
{
    size_t i = 0;
    for (; i + N_BYTES <= n; i += N_BYTES)
        convert_group(y + i, cb + i, cr + i, out + 3 * i);
    if (i == n)
        return;
    /* The last group reaches back over pixels that are already there. */
    if (n >= N_BYTES) {
        i = n - N_BYTES;
        convert_group(y + i, cb + i, cr + i, out + 3 * i);
        return;
    }
    uint8_t few[3 * N_BYTES];
    convert_group(y, cb, cr, few);
    memcpy(out, few, 3 * n);
}

#endif
