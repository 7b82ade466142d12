/* Makes the tables of a file. Nearly every file has tables of its own, so making them must cost
 * little beside decoding: entries are made in runs, one for each code, and what can stand behind a
 * code is made once for all codes that leave as many bits for it.
 */
#include "image/codec/jpeg/tables.h"

#include <string.h>

bool img_jpeg_canon_make(ImgJpegCanon *canon, const ImgJpegCodes *codes, bool is_dc)
{
    uint32_t code = 0;
    int32_t n = 0;
    canon->symbols = codes->symbols;
    for (int length = 1; length <= 16; length++) {
        const uint32_t count = codes->counts[length - 1];
        canon->offsets[length] = n - (int32_t)code;
        code += count;
        n += (int32_t)count;
        /* No code is all ones (annex C): one more of this length must exist. */
        if (count && code >= 1u << length)
            return false;
        canon->limits[length] = code << (16 - length);
        code <<= 1;
    }
    for (int i = 0; is_dc && i < codes->n_symbols; i++)
        if (codes->symbols[i] > 15)
            return false;
    return true;
}

/* A code: its length, its symbol, and how many there are of its length. */
typedef struct CodeWalk {
    const ImgJpegCodes *codes;
    int length, left, i;
    int symbol;
} CodeWalk;

/* The next code of at most most_length bits, in their order; false if there is none. */
static bool next_code(CodeWalk *walk, int most_length)
{
    while (walk->left == 0 && walk->length < most_length)
        walk->left = walk->codes->counts[walk->length++];
    if (walk->left == 0)
        return false;
    walk->left--;
    walk->symbol = walk->codes->symbols[walk->i++];
    return true;
}

/* Whether a symbol of AC coefficients may stand in a table. */
static bool is_plain(int symbol, int most_size)
{
    const int size = symbol & 15;
    return size == 0 ? symbol == 0 || symbol == 0xf0 : size <= most_size;
}

/* Bits and coefficients of a symbol with a code of length bits, its value included. */
static uint32_t step_of(int symbol, int length)
{
    const uint32_t advance = symbol == 0 ? IMG_JPEG_END : ((uint32_t)(symbol >> 4) + 1) << 8;
    return advance + (uint32_t)(length + (symbol & 15));
}

/* The value of size bits that are given (T.81, F.2.2.1). */
static int32_t extend(uint32_t bits, int size)
{
    return size == 0 || bits >> (size - 1) ? (int32_t)bits : (int32_t)bits - (1 << size) + 1;
}

static void fill(uint32_t *to, uint32_t n, uint32_t entry)
{
    for (uint32_t i = 0; i < n; i++)
        to[i] = entry;
}

/* The code that ends a block; length 0: there is none that fits into a table. */
typedef struct EndCode {
    int length;
    uint32_t code;
} EndCode;

static EndCode find_end(const ImgJpegCodes *codes)
{
    CodeWalk walk = {.codes = codes};
    uint32_t at = 0; /* as the upper bits of 16 */
    while (next_code(&walk, IMG_JPEG_AC_BITS)) {
        if (walk.symbol == 0)
            return (EndCode){.length = walk.length, .code = at >> (16 - walk.length)};
        at += 1u << (16 - walk.length);
    }
    return (EndCode){0};
}

/* Adds the end of the block to those of n_bits-entries whose first bits are a code of size bits of
 * value and then the end. */
static void append_end(uint32_t *entries, int n_bits, int size, EndCode end)
{
    const int rest = n_bits - size - end.length;
    if (end.length == 0 || rest < 0)
        return;
    for (uint32_t value = 0; value < 1u << size; value++) {
        uint32_t *at = entries + (value << (n_bits - size)) + (end.code << rest);
        for (uint32_t i = 0; i < 1u << rest; i++)
            at[i] += step_of(0, end.length);
    }
}

/* What is added to an entry with a first coefficient, for each content of the n_bits behind it; 0
 * where no second symbol fits. */
static void make_second(uint32_t *seconds, int n_bits, const ImgJpegCodes *codes, int most_size,
                        EndCode end)
{
    CodeWalk walk = {.codes = codes};
    uint32_t at = 0;
    while (next_code(&walk, n_bits)) {
        const int size = walk.symbol & 15, left = n_bits - walk.length;
        const uint32_t n = 1u << left;
        const uint32_t entry = is_plain(walk.symbol, most_size)
                                   ? step_of(walk.symbol, walk.length) | (uint32_t)size << 16
                                   : 0;
        fill(seconds + at, n, entry);
        if (entry && walk.symbol != 0)
            append_end(seconds + at, left, size, end);
        at += n;
    }
    fill(seconds + at, (1u << n_bits) - at, 0);
}

/* Entries of a first symbol with a value that the table holds: size bits of value, n_bits behind. */
static void fill_pairs(uint32_t *to, uint32_t single, int size, const uint32_t *seconds, int n_bits)
{
    const uint32_t base = single & 0xf0ffffu;
    for (uint32_t bits = 0; bits < 1u << size; bits++) {
        const uint32_t first = base | (uint32_t)extend(bits, size) << 24;
        for (uint32_t i = 0; i < 1u << n_bits; i++)
            to[i] = seconds[i] ? first + seconds[i] : single;
        to += 1u << n_bits;
    }
}

void img_jpeg_ac_make(uint32_t table[1 << IMG_JPEG_AC_BITS], const ImgJpegCodes *codes,
                      int most_size)
{
    uint32_t seconds[1 << IMG_JPEG_AC_BITS]; /* those of i bits at 2^i */
    bool has_seconds[IMG_JPEG_AC_BITS] = {false};
    const EndCode end = find_end(codes);
    CodeWalk walk = {.codes = codes};
    uint32_t at = 0;
    while (next_code(&walk, IMG_JPEG_AC_BITS)) {
        const int size = walk.symbol & 15, left = IMG_JPEG_AC_BITS - walk.length - size;
        const uint32_t n = 1u << (IMG_JPEG_AC_BITS - walk.length);
        const bool plain = is_plain(walk.symbol, most_size);
        const uint32_t single = plain ? step_of(walk.symbol, walk.length) | (uint32_t)size << 16 |
                                            (uint32_t)(walk.symbol >> 4) << 20
                                      : IMG_JPEG_ESCAPE;
        /* The first value must fit into 8 bits. */
        if (plain && walk.symbol != 0 && size <= 7 && left > 0) {
            uint32_t *own = seconds + (1u << left);
            if (!has_seconds[left])
                make_second(own, left, codes, most_size, end);
            has_seconds[left] = true;
            fill_pairs(table + at, single, size, own, left);
        } else {
            fill(table + at, n, single);
        }
        at += n;
    }
    fill(table + at, (1u << IMG_JPEG_AC_BITS) - at, IMG_JPEG_ESCAPE);
}

void img_jpeg_dc_make(uint32_t table[1 << IMG_JPEG_DC_BITS], const ImgJpegCodes *codes)
{
    CodeWalk walk = {.codes = codes};
    uint32_t at = 0;
    while (next_code(&walk, IMG_JPEG_DC_BITS)) {
        const uint32_t n = 1u << (IMG_JPEG_DC_BITS - walk.length);
        const uint32_t length = (uint32_t)(walk.length + walk.symbol);
        fill(table + at, n,
             walk.symbol > IMG_JPEG_DC_SIZE ? IMG_JPEG_ESCAPE
                                            : length | length << 16 | (uint32_t)walk.symbol << 24);
        at += n;
    }
    fill(table + at, (1u << IMG_JPEG_DC_BITS) - at, IMG_JPEG_ESCAPE);
}

static void fill_words(uint16_t *to, uint32_t n, uint32_t entry)
{
    for (uint32_t i = 0; i < n; i++)
        to[i] = (uint16_t)entry;
}

/* Entries of a symbol with 2^size values, each followed by what n_bits can hold. */
static void fill_sums(uint16_t *to, uint32_t n_values, uint32_t entry, const uint16_t *rest,
                      uint32_t n_rest)
{
    for (uint32_t value = 0; value < n_values; value++, to += n_rest)
        for (uint32_t i = 0; i < n_rest; i++)
            to[i] = (uint16_t)(rest[i] + entry);
}

/* Coefficients that an entry may advance: what stays below an escape. */
#define MOST_ADVANCE 126u

/* The table of n_bits, from those of fewer. most[i]: coefficients that entries of i bits advance at
 * most. */
static void make_skip(ImgJpegSkipAc *table, int n_bits, const ImgJpegCodes *codes, int most_size,
                      uint32_t *most)
{
    uint16_t *entries = table->entries + (1u << n_bits);
    const uint32_t nothing = n_bits == IMG_JPEG_SKIP_AC_BITS ? IMG_JPEG_ESCAPE : 0;
    CodeWalk walk = {.codes = codes};
    uint32_t at = 0;
    most[n_bits] = 0;
    while (next_code(&walk, n_bits)) {
        const int size = walk.symbol & 15, rest = n_bits - walk.length - size;
        const uint32_t n = 1u << (n_bits - walk.length);
        const uint32_t entry = step_of(walk.symbol, walk.length);
        const uint32_t advance = entry >> 8 & 127;
        uint32_t sum = advance;
        if (!is_plain(walk.symbol, most_size)) {
            fill_words(entries + at, n, nothing);
            sum = 0;
        } else if (walk.symbol == 0 || rest <= 0 || advance + most[rest] > MOST_ADVANCE) {
            fill_words(entries + at, n, entry);
        } else {
            fill_sums(entries + at, 1u << size, entry, table->entries + (1u << rest), 1u << rest);
            sum += most[rest];
        }
        most[n_bits] = sum > most[n_bits] ? sum : most[n_bits];
        at += n;
    }
    fill_words(entries + at, (1u << n_bits) - at, nothing);
}

void img_jpeg_skip_ac_make(ImgJpegSkipAc *table, const ImgJpegCodes *codes, int most_size)
{
    uint32_t most[IMG_JPEG_SKIP_AC_BITS + 1];
    for (int n_bits = 0; n_bits <= IMG_JPEG_SKIP_AC_BITS; n_bits++)
        make_skip(table, n_bits, codes, most_size, most);
}

void img_jpeg_skip_dc_make(uint32_t table[1 << IMG_JPEG_SKIP_DC_BITS], const ImgJpegCodes *codes,
                           const ImgJpegSkipAc *ac)
{
    CodeWalk walk = {.codes = codes};
    uint32_t at = 0;
    while (next_code(&walk, IMG_JPEG_SKIP_DC_BITS)) {
        const int size = walk.symbol, rest = IMG_JPEG_SKIP_DC_BITS - walk.length - size;
        const uint32_t n = 1u << (IMG_JPEG_SKIP_DC_BITS - walk.length);
        const uint32_t length = (uint32_t)(walk.length + size);
        const uint32_t entry = length | length << 16 | (uint32_t)size << 24;
        if (size > IMG_JPEG_DC_SIZE || rest <= 0) {
            fill(table + at, n, size > IMG_JPEG_DC_SIZE ? IMG_JPEG_ESCAPE : entry);
            at += n;
            continue;
        }
        const uint16_t *behind = ac->entries + (1u << rest);
        for (uint32_t value = 0; value < 1u << size; value++)
            for (uint32_t i = 0; i < 1u << rest; i++)
                table[at++] = entry + behind[i];
    }
    fill(table + at, (1u << IMG_JPEG_SKIP_DC_BITS) - at, IMG_JPEG_ESCAPE);
}
