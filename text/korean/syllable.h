/* Hangul by arithmetic (The Unicode Standard, 3.12). For the files of text/korean/. */
#ifndef TXT_KOREAN_SYLLABLE_H
#define TXT_KOREAN_SYLLABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First codes of the syllables, leading consonants, vowels and, one before the first, trailing ones;
 * how many there are of each, no trailing consonant among them. */
enum {
    TXT_SYLLABLE_BASE = 0xac00,
    TXT_LEADING_BASE = 0x1100,
    TXT_JAMO_VOWEL_BASE = 0x1161,
    TXT_TRAILING_BASE = 0x11a7,
    TXT_N_LEADING = 19,
    TXT_N_JAMO_VOWELS = 21,
    TXT_N_TRAILING = 28,
    TXT_N_SYLLABLES = TXT_N_LEADING * TXT_N_JAMO_VOWELS * TXT_N_TRAILING,
};

/* Trailing ㄹ. */
#define TXT_TRAILING_RIEUL 8

/* Whether a code is a syllable. */
static inline bool txt_is_syllable(int32_t code)
{
    return code >= TXT_SYLLABLE_BASE && code < TXT_SYLLABLE_BASE + TXT_N_SYLLABLES;
}

/* Number of the trailing consonant of a syllable; 0 for none. */
static inline int32_t txt_trailing(int32_t syllable)
{
    return (syllable - TXT_SYLLABLE_BASE) % TXT_N_TRAILING;
}

/* Reads the code that begins here, size > 0; jamo of one syllable are read as that syllable. *code is
 * -1 for a sequence that is not well-formed. Returns its bytes. */
size_t txt_syllable_read(const uint8_t *text, size_t size, int32_t *code);

#endif
