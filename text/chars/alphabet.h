/* Letters from which operations draw: an alphabet of the user's, or the one of the script in which a
 * character stands. */
#ifndef TXT_ALPHABET_H
#define TXT_ALPHABET_H

#include "aug/random.h"
#include "text/op.h"

/* Characters of a user's alphabet at most, and bytes of the longest. */
#define TXT_MOST_LETTERS 1024
#define TXT_LONGEST_LETTER 16

/* One character. */
typedef struct TxtLetter {
    uint8_t bytes[TXT_LONGEST_LETTER];
    uint8_t size;
} TxtLetter;

/* A user's alphabet; none where n is 0. */
typedef struct TxtAlphabet {
    uint32_t n;
    TxtLetter items[];
} TxtAlphabet;

/* Reads one; an empty text is none. op: whose parameter alphabet it is. On success the caller frees
 * it. */
AUG_MUST_CHECK AugStatus txt_alphabet_read(const char *text, const char *op, TxtAlphabet **alphabet,
                                           AugError *error);

/* Whether there are letters for a character with this code: the user's own, or those of its script
 * (Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic, Devanagari, Thai, Hangul, kana; not
 * Han). */
bool txt_alphabet_has(const TxtAlphabet *alphabet, int32_t code);

/* Draws a letter like that of a code, for which there are letters: a capital if upper is set and
 * the alphabet is not the user's. is_other: never the letter of the code itself. */
void txt_alphabet_draw(const TxtAlphabet *alphabet, AugRng *rng, int32_t code, bool upper,
                       bool is_other, TxtLetter *letter);

#endif
