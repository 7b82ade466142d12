/* What Hugging Face's tokenizers hold of each code point.
 *
 * Their parts were made from tables of different versions of Unicode: categories of one, normal
 * forms of another, regular expressions of a third. So that ids are equal, the table here
 * (codes.inc) is made by asking that package about every code point (tools/token_codes.py), and is
 * used for nothing else.
 */
#ifndef TXT_CODES_H
#define TXT_CODES_H

#include <stdbool.h>
#include <stdint.h>

#include "aug/status.h"

/* Bits of a code point.
 *
 * PUNCTUATION: BertPreTokenizer makes it a word of its own
 * WHITE:       white space, for every part
 * CONTROL:     BertNormalizer's clean_text drops it
 * NONSPACING:  BertNormalizer's strip_accents drops it
 * MARK:        StripAccents drops it
 * LETTER, NUMBER: \p{L} and \p{N} of ByteLevel's regular expression
 * WORD:        \w, beside which a token with single_word does not count
 */
enum {
    TXT_CODE_PUNCTUATION = 1,
    TXT_CODE_WHITE = 2,
    TXT_CODE_CONTROL = 4,
    TXT_CODE_NONSPACING = 8,
    TXT_CODE_MARK = 16,
    TXT_CODE_LETTER = 32,
    TXT_CODE_NUMBER = 64,
    TXT_CODE_WORD = 128,
};

/* Code points below this have a place in a table; those above, nearly all ideographs, are looked
 * for. */
#define TXT_TABLED_CODES 0x20000

/* The bits of all code points. */
typedef struct TxtCodes {
    uint8_t bits[TXT_TABLED_CODES];
} TxtCodes;

/* NULL if memory is out; free() frees it. */
TxtCodes *txt_codes_new(void);

/* Bits of a code point from TXT_TABLED_CODES on. */
uint8_t txt_code_bits_above(int32_t code);

/* Bits of a code point. */
static inline uint8_t txt_code_bits(const TxtCodes *codes, int32_t code)
{
    return code < TXT_TABLED_CODES ? codes->bits[code] : txt_code_bits_above(code);
}

/* The lower case form of a code point; the one that has two code points, that of U+0130, counts as
 * itself here. */
int32_t txt_code_lower(int32_t code);

/* Whether the tables of normal forms are too old to know the code point, which therefore has no
 * other form and does not move. */
bool txt_code_is_unknown(int32_t code);

/* Whether BertNormalizer's handle_chinese_chars makes the code point a word of its own. */
bool txt_code_is_ideograph(int32_t code);

/* The code point that begins at text, in valid UTF-8; *text moves behind it. */
static inline int32_t txt_code_next(const uint8_t **text)
{
    const uint8_t *at = *text;
    if (at[0] < 0x80) {
        *text = at + 1;
        return at[0];
    }
    if (at[0] < 0xe0) {
        *text = at + 2;
        return (at[0] & 0x1f) << 6 | (at[1] & 0x3f);
    }
    if (at[0] < 0xf0) {
        *text = at + 3;
        return (at[0] & 0x0f) << 12 | (at[1] & 0x3f) << 6 | (at[2] & 0x3f);
    }
    *text = at + 4;
    return (at[0] & 0x07) << 18 | (at[1] & 0x3f) << 12 | (at[2] & 0x3f) << 6 | (at[3] & 0x3f);
}

#endif
