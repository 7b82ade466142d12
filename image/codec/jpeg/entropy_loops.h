/* The loops that read bits, for the files that include this: the same text for each kind of
 * processor. Glossary:
 *
 *   place   number of a coefficient in its block, in the order of the file (zigzag), 0 to 63
 *   state   how many bits are valid, and above bit 8 how many places would be left behind the next
 *           coefficient: 63 - place. One subtraction of an entry's low 16 bits moves both. It becomes
 *           negative where the block ends, where an entry says nothing, and where a coefficient
 *           would lie beyond the block; so one test in the loop finds all three
 *
 * Bits are taken from the upper end of a word of 64, filled by one load that may read bits twice:
 * what it puts below the valid ones are those that follow in the data. A filling leaves 56 and more,
 * and a look-up takes at most 22 (tables.h), so there are two of them to a filling.
 *
 * What they leave are 12 bits, as many as any table asks for. So an entry is looked up before the bits
 * are filled up, and the filling takes place while the entry is on its way: a look-up waits for the
 * one before it and nothing else. For that a reader has 12 valid bits whenever it begins a block.
 */
#ifndef IMG_JPEG_ENTROPY_LOOPS_H
#define IMG_JPEG_ENTROPY_LOOPS_H

#include <endian.h>
#include <string.h>

#include "image/codec/jpeg/entropy.h"

/* Place in a block of 8 rows of 8, by the number of places that are left behind it. */
static const uint8_t natural_by_left[64] = {
    63, 62, 55, 47, 54, 61, 60, 53, 46, 39, 31, 38, 45, 52, 59, 58, 51, 44, 37, 30, 23, 15,
    22, 29, 36, 43, 50, 57, 56, 49, 42, 35, 28, 21, 14, 7,  6,  13, 20, 27, 34, 41, 48, 40,
    33, 26, 19, 12, 5,  4,  11, 18, 25, 32, 24, 17, 10, 3,  2,  9,  16, 8,  1,  0};

/* State before the first AC coefficient: 62 places are left behind it. */
#define FIRST_AC (62 << 8)

/* Of an entry's advance, the end of a block. */
#define END_ADVANCE 128

/* Last place whose block has no coefficient but in its upper left quarter. */
#define QUARTER_PLACE 9

/* A reader's place must stay in registers. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* A reader's place; in variables of its own it stays in registers. */
typedef struct Bits {
    const uint8_t *at;
    uint64_t bits;
    int64_t state;
} Bits;

/* What came of one symbol. */
typedef enum Progress { BAD, GOES_ON, ENDED } Progress;

/* Makes 56 bits and more valid. */
static ALWAYS_INLINE void fill_bits(Bits *bits)
{
    uint64_t word;
    memcpy(&word, bits->at, sizeof(word));
    bits->bits |= be64toh(word) >> (bits->state & 63);
    bits->at += ~bits->state >> 3 & 7;
    bits->state |= 56;
}

/* The value in the last size of the next length bits (T.81, F.2.2.1): a first bit of 0 says that it
 * is negative. */
static ALWAYS_INLINE int32_t value_at(uint64_t bits, uint32_t length, uint32_t size)
{
    const uint64_t begin = bits << ((length - size) & 63);
    const int32_t plain = (int32_t)(begin >> 1 >> (63 - size));
    const int32_t is_negative = (int32_t)((int64_t)~begin >> 63);
    return plain + (is_negative & (int32_t)(1u - (1u << size)));
}

/* Whether an entry says nothing. */
static inline bool is_escape(uint32_t entry)
{
    return (entry & IMG_JPEG_ESCAPE) == IMG_JPEG_ESCAPE;
}

/* The symbol of the next code, and its length; 0: there is no such code. */
static inline int find_symbol(const ImgJpegCanon *canon, uint64_t bits, uint32_t *length)
{
    const uint32_t code = (uint32_t)(bits >> 48);
    uint32_t n = 1;
    for (int i = 1; i <= 16; i++)
        n += code >= canon->limits[i];
    *length = n <= 16 ? n : 0;
    return n <= 16 ? canon->symbols[(int32_t)(code >> (16 - n)) + canon->offsets[n]] : 0;
}

/* One AC symbol by its code, whatever it is. block: NULL where its value is not wanted. */
static __attribute__((noinline)) Progress step_by_code(Bits *bits, const ImgJpegPlace *place,
                                                       int16_t *block)
{
    fill_bits(bits);
    uint32_t length;
    const int symbol = find_symbol(&place->coder->ac_canon, bits->bits, &length);
    const int run = symbol >> 4, left = (int)(bits->state >> 8) - run;
    const uint32_t size = symbol & 15;
    if (length == 0 || size > IMG_JPEG_AC_SIZE || (size == 0 && run != 0 && run != 15))
        return BAD;
    if (symbol == 0) {
        bits->bits <<= length;
        bits->state -= length;
        return ENDED;
    }
    if (left < 0)
        return BAD;
    const int32_t value = value_at(bits->bits, length + size, size);
    const int32_t product = value * place->quantiser[63 - left];
    if (product < -IMG_JPEG_MOST || product > IMG_JPEG_MOST)
        return BAD;
    if (block)
        block[natural_by_left[left]] = (int16_t)value;
    bits->bits <<= length + size;
    bits->state -= ((run + 1) << 8) + (int32_t)(length + size);
    return bits->state < 0 ? ENDED : GOES_ON;
}

/* An entry for a DC difference that is in no table; an escape if it is in no code. */
static __attribute__((noinline)) uint32_t find_dc(uint64_t bits, const ImgJpegPlace *place)
{
    uint32_t length;
    const uint32_t size = (uint32_t)find_symbol(&place->coder->dc_canon, bits, &length);
    if (length == 0 || size > IMG_JPEG_DC_SIZE)
        return IMG_JPEG_ESCAPE;
    return (length + size) | (length + size) << 16 | size << 24;
}

/* Adds a difference to the DC coefficient before; false if that is out of bounds. */
static ALWAYS_INLINE bool add_dc(uint64_t bits, uint32_t entry, const ImgJpegPlace *place,
                                 int32_t *dc)
{
    *dc += value_at(bits, entry >> 16 & 255, entry >> 24);
    return (uint32_t)(*dc + place->dc_most) <= 2 * (uint32_t)place->dc_most;
}

/* What a block is whose last coefficient has that place. */
static inline uint8_t extent_of(int64_t last_place)
{
    return last_place == 0               ? IMG_JPEG_DC_ONLY
           : last_place <= QUARTER_PLACE ? IMG_JPEG_QUARTER
                                         : IMG_JPEG_FULL;
}

/* The first value of an entry, for a state before it. */
static ALWAYS_INLINE void take_first(int64_t state, uint32_t entry, int16_t *block)
{
    const int64_t left = (state >> 8) - (int64_t)(entry >> 20 & 15);
    block[natural_by_left[left]] = (int16_t)((int32_t)entry >> 24);
}

/* The last value of an entry; length: bits up to its end. */
static ALWAYS_INLINE int16_t last_value(uint64_t bits, uint32_t entry, uint32_t length)
{
    return (int16_t)value_at(bits, length, entry >> 16 & 15);
}

/* The entry for the next bits. */
static ALWAYS_INLINE uint32_t look_up(const Bits *bits, const uint32_t *table)
{
    return table[bits->bits >> (64 - IMG_JPEG_AC_BITS)];
}

/* Does what an entry says; false, with nothing done, where the block seems to end. */
static ALWAYS_INLINE bool step(Bits *bits, uint32_t entry, int16_t *block)
{
    const int64_t next = bits->state - (int64_t)(entry & 0xffff);
    if (next < 0)
        return false;
    take_first(bits->state, entry, block);
    block[natural_by_left[(next >> 8) + 1]] = last_value(bits->bits, entry, entry & 255);
    bits->bits <<= entry & 63;
    bits->state = next;
    return true;
}

/* Whether an entry that leads to a negative state ends the block, and does not go beyond it. */
static ALWAYS_INLINE bool ends_well(uint32_t entry, int64_t next)
{
    return entry & IMG_JPEG_END ? (next >> 8) + END_ADVANCE >= 0 : next >> 8 == -1;
}

/* Does what step did not: the end of a block, or one symbol by its code. */
static ALWAYS_INLINE Progress end_block(Bits *bits, uint32_t entry, const ImgJpegPlace *place,
                                        int16_t *block, uint8_t *extent)
{
    const int64_t next = bits->state - (int64_t)(entry & 0xffff);
    if (!ends_well((uint32_t)entry, next)) {
        Bits copy = *bits;
        const Progress progress = step_by_code(&copy, place, block);
        *bits = copy;
        *extent = extent_of(62 - (copy.state >> 8));
        return progress;
    }
    const bool ends = entry & IMG_JPEG_END;
    const int64_t left = (next >> 8) + (ends ? END_ADVANCE : 0);
    const uint32_t length = (entry & 255) - (ends ? (uint32_t)place->coder->end_length : 0);
    take_first(bits->state, entry, block);
    block[natural_by_left[left + 1]] |= last_value(bits->bits, entry, length);
    *extent = extent_of(62 - left);
    bits->bits <<= entry & 63;
    bits->state = next;
    return ENDED;
}

/* One block; dc is the coefficient before, and becomes its own. */
static ALWAYS_INLINE bool decode_block(Bits *bits, const ImgJpegPlace *place, int32_t *dc,
                                       int16_t *block, uint8_t *extent)
{
    uint32_t first = place->coder->dc[bits->bits >> (64 - IMG_JPEG_DC_BITS)];
    fill_bits(bits);
    if (is_escape(first))
        first = find_dc(bits->bits, place);
    if (is_escape(first) || !add_dc(bits->bits, first, place, dc))
        return false;
    block[0] = (int16_t)*dc;
    bits->bits <<= first & 63;
    bits->state += FIRST_AC - (int64_t)(first & 255);
    const uint32_t *table = place->coder->ac;
    uint32_t entry = look_up(bits, table);
    for (;;) {
        fill_bits(bits);
        if (step(bits, entry, block)) {
            entry = look_up(bits, table);
            if (step(bits, entry, block)) {
                entry = look_up(bits, table);
                continue;
            }
        }
        const Progress progress = end_block(bits, entry, place, block, extent);
        if (progress != GOES_ON) {
            bits->state &= 255;
            return progress == ENDED;
        }
        entry = look_up(bits, table);
    }
}

/* Skips AC coefficients up to the end of the block, one by one. */
static __attribute__((noinline)) bool skip_by_code(Bits *bits, const ImgJpegPlace *place)
{
    Progress progress;
    do
        progress = step_by_code(bits, place, NULL);
    while (progress == GOES_ON);
    return progress == ENDED;
}

/* Skips AC coefficients up to the end of the block. */
static ALWAYS_INLINE bool skip_rest(Bits *bits, const ImgJpegPlace *place)
{
    const uint16_t *table = place->coder->skip_ac.entries + (1 << IMG_JPEG_SKIP_AC_BITS);
    uint32_t entry = table[bits->bits >> (64 - IMG_JPEG_SKIP_AC_BITS)];
    for (;;) {
        fill_bits(bits);
        for (int i = 0; i < 2; i++) {
            const int64_t next = bits->state - (int64_t)entry;
            if (next < 0 && !ends_well(entry, next)) {
                Bits copy = *bits;
                const bool good = skip_by_code(&copy, place);
                *bits = copy;
                return good;
            }
            bits->bits <<= entry & 63;
            bits->state = next;
            if (next < 0)
                return true;
            entry = table[bits->bits >> (64 - IMG_JPEG_SKIP_AC_BITS)];
        }
    }
}

/* Steps over a block; dc as for decode_block. */
static ALWAYS_INLINE bool skip_block(Bits *bits, const ImgJpegPlace *place, int32_t *dc)
{
    uint32_t entry = place->coder->skip_dc[bits->bits >> (64 - IMG_JPEG_SKIP_DC_BITS)];
    fill_bits(bits);
    if (is_escape(entry))
        entry = find_dc(bits->bits, place);
    if (is_escape(entry) || !add_dc(bits->bits, entry, place, dc))
        return false;
    int64_t next = bits->state + FIRST_AC - (int64_t)(entry & 0xffff);
    if (next < 0 && !ends_well(entry, next)) {
        entry = entry >> 16 & 255;
        next = bits->state + FIRST_AC - (int64_t)entry;
    }
    bits->bits <<= entry & 63;
    bits->state = next;
    const bool good = next < 0 || skip_rest(bits, place);
    bits->state &= 255;
    return good;
}

/* Last byte at which a reader may be: the tail (IMG_JPEG_TAIL) has room for an MCU from there on. */
static inline const uint8_t *last_place(const ImgJpegEntropy *entropy)
{
    return entropy->data.bytes + entropy->data.size + sizeof(uint64_t);
}

/* The reader's place, and back. */
static ALWAYS_INLINE Bits begin_run(const ImgJpegEntropy *entropy)
{
    return (Bits){.at = entropy->at, .bits = entropy->bits, .state = entropy->n};
}

static ALWAYS_INLINE bool end_run(ImgJpegEntropy *entropy, const Bits *bits)
{
    entropy->at = bits->at;
    entropy->bits = bits->bits;
    entropy->n = (int32_t)bits->state;
    return true;
}

/* See ImgJpegLoops. */
static bool decode_run(ImgJpegEntropy *entropy, uint32_t first, uint32_t n)
{
    Bits bits = begin_run(entropy);
    const uint8_t *last = last_place(entropy);
    ImgJpegGroup *group = &entropy->group;
    for (uint32_t i = first; i < first + n; i++) {
        if (bits.at > last)
            return false;
        for (uint32_t j = 0; j < entropy->n_places; j++) {
            const ImgJpegPlace *place = &entropy->places[j];
            const uint32_t to = place->first + i * place->step;
            if (!decode_block(&bits, place, &entropy->dc[place->component], group->blocks[to],
                              &group->extents[to]))
                return false;
        }
    }
    return end_run(entropy, &bits);
}

/* Of places that are means the rest is skipped. */
static bool means_run(ImgJpegEntropy *entropy, uint32_t first, uint32_t n)
{
    Bits bits = begin_run(entropy);
    const uint8_t *last = last_place(entropy);
    ImgJpegGroup *group = &entropy->group;
    for (uint32_t i = first; i < first + n; i++) {
        if (bits.at > last)
            return false;
        for (uint32_t j = 0; j < entropy->n_places; j++) {
            const ImgJpegPlace *place = &entropy->places[j];
            const uint32_t to = place->first + i * place->step;
            int32_t *dc = &entropy->dc[place->component];
            int16_t *block = group->blocks[to];
            if (!place->is_mean) {
                if (!decode_block(&bits, place, dc, block, &group->extents[to]))
                    return false;
                continue;
            }
            if (!skip_block(&bits, place, dc))
                return false;
            block[0] = (int16_t)*dc;
            group->extents[to] = IMG_JPEG_DC_ONLY;
        }
    }
    return end_run(entropy, &bits);
}

static bool skip_run(ImgJpegEntropy *entropy, uint32_t n)
{
    Bits bits = begin_run(entropy);
    const uint8_t *last = last_place(entropy);
    for (uint32_t i = 0; i < n; i++) {
        if (bits.at > last)
            return false;
        for (uint32_t j = 0; j < entropy->n_places; j++) {
            const ImgJpegPlace *place = &entropy->places[j];
            if (!skip_block(&bits, place, &entropy->dc[place->component]))
                return false;
        }
    }
    return end_run(entropy, &bits);
}

static bool drop_run(ImgJpegEntropy *entropy, uint32_t n)
{
    Bits bits = begin_run(entropy);
    const uint8_t *last = last_place(entropy);
    for (uint32_t i = 0; i < n; i++) {
        if (bits.at > last)
            return false;
        for (uint32_t j = 0; j < entropy->n_places; j++) {
            const ImgJpegPlace *place = &entropy->places[j];
            uint8_t extent;
            /* Nobody reads the spare block, so it need not be zeros before. */
            if (!decode_block(&bits, place, &entropy->dc[place->component], entropy->spare,
                              &extent))
                return false;
        }
    }
    return end_run(entropy, &bits);
}

#endif
