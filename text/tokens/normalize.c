/* Steps run one after the other over an array of code points, each in place or, where it adds some,
 * into a second array; text of ASCII alone goes through a table instead. */
#include "text/tokens/normalize.h"

#include <string.h>

#include "text/unicode/forms.h"
#include "text/unicode/unicode.h"

/* Marks behind one letter that are sorted by insertion; more are counted out, so that time grows
 * with their number alone. */
#define MANY_MARKS 16

static size_t decode(TxtTokenScratch *scratch, const uint8_t *text, size_t size)
{
    if (!txt_buffer_reserve(scratch, &scratch->codes, size, sizeof(int32_t)))
        return 0;
    int32_t *codes = scratch->codes.items;
    size_t n = 0;
    for (const uint8_t *const end = text + size; text < end;)
        codes[n++] = txt_code_next(&text);
    return n;
}

/* Keeps the code points that have none of these bits. */
static size_t drop(const TxtCodes *table, int32_t *codes, size_t n, uint8_t bits)
{
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        if (!(txt_code_bits(table, codes[i]) & bits))
            codes[left++] = codes[i];
    return left;
}

static size_t clean(const TxtCodes *table, int32_t *codes, size_t n)
{
    const size_t left = drop(table, codes, n, TXT_CODE_CONTROL);
    for (size_t i = 0; i < left; i++)
        if (txt_code_bits(table, codes[i]) & TXT_CODE_WHITE)
            codes[i] = ' ';
    return left;
}

/* The arrays change places. */
static void swap(TxtTokenScratch *scratch)
{
    const TxtBuffer codes = scratch->codes;
    scratch->codes = scratch->sorted;
    scratch->sorted = codes;
}

static size_t space_ideographs(TxtTokenScratch *scratch, size_t n)
{
    const int32_t *codes = scratch->codes.items;
    size_t made = 0;
    for (size_t i = 0; i < n; i++)
        made += txt_code_is_ideograph(codes[i]) ? 3 : 1;
    if (made == n || !txt_buffer_reserve(scratch, &scratch->sorted, made, sizeof(int32_t)))
        return n;
    int32_t *to = scratch->sorted.items;
    for (size_t i = 0; i < n; i++) {
        const bool alone = txt_code_is_ideograph(codes[i]);
        if (alone)
            *to++ = ' ';
        *to++ = codes[i];
        if (alone)
            *to++ = ' ';
    }
    swap(scratch);
    return made;
}

/* U+0130 has two code points in lower case. */
static size_t lower(TxtTokenScratch *scratch, size_t n)
{
    int32_t *codes = scratch->codes.items;
    size_t dotted = 0;
    for (size_t i = 0; i < n; i++) {
        dotted += codes[i] == 0x130;
        codes[i] = txt_code_lower(codes[i]);
    }
    if (dotted == 0 || !txt_buffer_reserve(scratch, &scratch->sorted, n + dotted, sizeof(int32_t)))
        return n;
    int32_t *to = scratch->sorted.items;
    for (size_t i = 0; i < n; i++) {
        *to++ = codes[i] == 0x130 ? 'i' : codes[i];
        if (codes[i] == 0x130)
            *to++ = 0x307;
    }
    swap(scratch);
    return n + dotted;
}

/* Combining class, as the tables know it that are followed. */
static uint8_t class_of(int32_t code)
{
    if (code < 0x300)
        return 0;
    const uint8_t class = txt_code_class(code);
    return class != 0 && txt_code_is_unknown(code) ? 0 : class;
}

static int decompose(int32_t code, int32_t parts[TXT_MAX_DECOMPOSITION])
{
    parts[0] = code;
    if (code < 0xc0)
        return 1;
    const int n = txt_code_decompose(code, parts);
    if ((n > 1 || parts[0] != code) && txt_code_is_unknown(code)) {
        parts[0] = code;
        return 1;
    }
    return n;
}

static void sort_few(int32_t *marks, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const int32_t mark = marks[i];
        const uint8_t class = class_of(mark);
        size_t at = i;
        for (; at > 0 && class_of(marks[at - 1]) > class; at--)
            marks[at] = marks[at - 1];
        marks[at] = mark;
    }
}

/* room: for n code points. */
static void sort_many(int32_t *marks, size_t n, int32_t *room)
{
    size_t place[257] = {0};
    for (size_t i = 0; i < n; i++)
        place[class_of(marks[i]) + 1]++;
    for (size_t i = 1; i < 257; i++)
        place[i] += place[i - 1];
    for (size_t i = 0; i < n; i++)
        room[place[class_of(marks[i])]++] = marks[i];
    memcpy(marks, room, n * sizeof(*marks));
}

/* The canonical order of marks. */
static void sort_marks(TxtTokenScratch *scratch, size_t n)
{
    int32_t *codes = scratch->codes.items;
    if (!txt_buffer_reserve(scratch, &scratch->sorted, n, sizeof(int32_t)))
        return;
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end < n && class_of(codes[end]) != 0)
            end++;
        if (end - i > MANY_MARKS)
            sort_many(codes + i, end - i, scratch->sorted.items);
        else if (end - i > 1)
            sort_few(codes + i, end - i);
        i = end > i ? end : i + 1;
    }
}

static size_t to_nfd(TxtTokenScratch *scratch, size_t n)
{
    const int32_t *codes = scratch->codes.items;
    int32_t parts[TXT_MAX_DECOMPOSITION];
    size_t made = 0;
    for (size_t i = 0; i < n; i++)
        made += (size_t)decompose(codes[i], parts);
    if (!txt_buffer_reserve(scratch, &scratch->sorted, made, sizeof(int32_t)))
        return n;
    int32_t *to = scratch->sorted.items;
    for (size_t i = 0; i < n; i++) {
        const int n_parts = decompose(codes[i], parts);
        for (int p = 0; p < n_parts; p++)
            *to++ = parts[p];
    }
    swap(scratch);
    sort_marks(scratch, made);
    return made;
}

/* A code point that the tables do not know takes part in nothing, so what is before it and behind
 * it is put together apart. */
static size_t to_nfc(TxtTokenScratch *scratch, size_t n)
{
    n = to_nfd(scratch, n);
    int32_t *codes = scratch->codes.items;
    size_t left = 0;
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end < n && !(codes[end] >= 0x300 && txt_code_is_unknown(codes[end])))
            end++;
        const size_t made = txt_codes_compose(codes + i, end - i);
        memmove(codes + left, codes + i, made * sizeof(*codes));
        left += made;
        if (end < n)
            codes[left++] = codes[end++];
        i = end;
    }
    return left;
}

static size_t run_step(TxtNormalStep step, const TxtCodes *table, TxtTokenScratch *scratch,
                       size_t n)
{
    switch (step) {
    case TXT_NORMAL_CLEAN:
        return clean(table, scratch->codes.items, n);
    case TXT_NORMAL_IDEOGRAPHS:
        return space_ideographs(scratch, n);
    case TXT_NORMAL_NONSPACING:
        return drop(table, scratch->codes.items, n, TXT_CODE_NONSPACING);
    case TXT_NORMAL_MARKS:
        return drop(table, scratch->codes.items, n, TXT_CODE_MARK);
    case TXT_NORMAL_LOWER:
        return lower(scratch, n);
    case TXT_NORMAL_NFD:
        return to_nfd(scratch, n);
    case TXT_NORMAL_NFC:
        return to_nfc(scratch, n);
    }
    return n;
}

static uint8_t ascii_step(TxtNormalStep step, uint8_t bits, uint8_t byte)
{
    if (step == TXT_NORMAL_CLEAN && (bits & TXT_CODE_CONTROL))
        return TXT_ASCII_DROPPED;
    if (step == TXT_NORMAL_CLEAN && (bits & TXT_CODE_WHITE))
        return ' ';
    if (step == TXT_NORMAL_LOWER && byte >= 'A' && byte <= 'Z')
        return byte + ('a' - 'A');
    return byte;
}

void txt_normalizer_settle(TxtNormalizer *normalizer, const TxtCodes *codes)
{
    for (int32_t c = 0; c < 128; c++) {
        uint8_t byte = (uint8_t)c;
        for (uint32_t i = 0; i < normalizer->n && byte != TXT_ASCII_DROPPED; i++)
            byte = ascii_step(normalizer->steps[i], txt_code_bits(codes, byte), byte);
        normalizer->ascii[c] = byte;
    }
}

/* The longest beginning of ASCII alone. */
static size_t ascii_size(const uint8_t *text, size_t size)
{
    size_t i = 0;
    for (uint64_t word; i + sizeof(word) <= size; i += sizeof(word)) {
        memcpy(&word, text + i, sizeof(word));
        if (word & 0x8080808080808080u)
            break;
    }
    while (i < size && text[i] < 0x80)
        i++;
    return i;
}

static uint8_t *map_ascii(const TxtNormalizer *normalizer, TxtTokenScratch *scratch,
                          const uint8_t *text, size_t *size)
{
    if (!txt_buffer_reserve(scratch, &scratch->normal, *size + 1, 1))
        return NULL;
    uint8_t *const normal = (uint8_t *)scratch->normal.items + 1;
    size_t n = 0;
    for (size_t i = 0; i < *size; i++) {
        normal[n] = normalizer->ascii[text[i]];
        n += normal[n] != TXT_ASCII_DROPPED;
    }
    *size = n;
    return normal;
}

uint8_t *txt_normalize(const TxtNormalizer *normalizer, const TxtCodes *codes,
                       TxtTokenScratch *scratch, const uint8_t *text, size_t *size)
{
    if (normalizer->n == 0) {
        if (!txt_buffer_reserve(scratch, &scratch->normal, *size + 1, 1))
            return NULL;
        return memcpy((uint8_t *)scratch->normal.items + 1, text, *size);
    }
    if (ascii_size(text, *size) == *size)
        return map_ascii(normalizer, scratch, text, size);
    size_t n = decode(scratch, text, *size);
    for (uint32_t i = 0; i < normalizer->n && !scratch->failed; i++)
        n = run_step(normalizer->steps[i], codes, scratch, n);
    if (scratch->failed || !txt_buffer_reserve(scratch, &scratch->normal, 4 * n + 1, 1))
        return NULL;
    uint8_t *const normal = (uint8_t *)scratch->normal.items + 1;
    uint8_t *to = normal;
    for (size_t i = 0; i < n; i++)
        to += txt_encode(((const int32_t *)scratch->codes.items)[i], to);
    *size = (size_t)(to - normal);
    return normal;
}
