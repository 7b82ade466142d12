/* Cutting texts into words, as Hugging Face's pre-tokenizers do it. */
#include "text/tokens/pieces.h"

#include <stddef.h>
#include <string.h>

/* Bits of the code point at *at, which moves behind it. */
static inline uint8_t take_bits(const TxtCodes *codes, const uint8_t **at)
{
    return txt_code_bits(codes, txt_code_next(at));
}

/* marks: punctuation ends words, too. */
static const uint8_t *cut_white(bool marks, const TxtCodes *codes, const uint8_t *text,
                                const uint8_t *end, const uint8_t **stop)
{
    const uint8_t ends = TXT_CODE_WHITE | (marks ? TXT_CODE_PUNCTUATION : 0);
    const uint8_t *next = text;
    uint8_t bits = TXT_CODE_WHITE;
    while (text < end && (bits = take_bits(codes, &next)) & TXT_CODE_WHITE)
        text = next;
    if (text == end)
        return NULL;
    *stop = next;
    while (!(bits & ends) && next < end) {
        bits = take_bits(codes, &next);
        if (bits & ends)
            break;
        *stop = next;
    }
    return text;
}

/* Bytes of the English ending at an apostrophe; 0: there is none. */
static size_t ending(const uint8_t *text, size_t size)
{
    if (size < 2)
        return 0;
    if (memchr("stmd", text[1], 4))
        return 2;
    static const char pairs[][3] = {"re", "ve", "ll"};
    for (size_t i = 0; size > 2 && i < 3; i++)
        if (memcmp(text + 1, pairs[i], 2) == 0)
            return 3;
    return 0;
}

/* All but the last of some white space, if a word follows; a single one stands alone. */
static const uint8_t *space_end(const TxtCodes *codes, const uint8_t *text, const uint8_t *end)
{
    const uint8_t *at = text, *last = text, *next = text;
    while (next < end && (take_bits(codes, &next) & TXT_CODE_WHITE)) {
        last = at;
        at = next;
    }
    return at == end || last == text ? at : last;
}

enum { KINDS = TXT_CODE_WHITE | TXT_CODE_LETTER | TXT_CODE_NUMBER };

static const uint8_t *cut_bytes(const TxtCodes *codes, const uint8_t *text, const uint8_t *end,
                                const uint8_t **stop)
{
    if (text == end)
        return NULL;
    if (text[0] == '\'') {
        const size_t size = ending(text, (size_t)(end - text));
        *stop = text + size;
        if (size > 0)
            return text;
    }
    const uint8_t *next = text;
    uint8_t kind = take_bits(codes, &next) & KINDS;
    if (text[0] == ' ' && next < end)
        kind = take_bits(codes, &next) & KINDS;
    if (kind & TXT_CODE_WHITE) {
        *stop = space_end(codes, text, end);
        return text;
    }
    *stop = next;
    while (next < end && (take_bits(codes, &next) & KINDS) == kind)
        *stop = next;
    return text;
}

const uint8_t *txt_cut_next(TxtCut cut, const TxtCodes *codes, const uint8_t *text,
                            const uint8_t *end, const uint8_t **stop)
{
    switch (cut) {
    case TXT_CUT_WHITE:
    case TXT_CUT_BERT:
        return cut_white(cut == TXT_CUT_BERT, codes, text, end, stop);
    case TXT_CUT_BYTES:
        return cut_bytes(codes, text, end, stop);
    case TXT_CUT_WHOLE:
        break;
    }
    *stop = end;
    return text < end ? text : NULL;
}
