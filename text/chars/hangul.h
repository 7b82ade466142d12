/* Syllables of Hangul as what is typed: a consonant, a vowel, and perhaps a consonant below. */
#ifndef TXT_HANGUL_H
#define TXT_HANGUL_H

#include "text/chars/layout.h"

/* First syllable, and how many there are: initial consonants times vowels times finals. */
#define TXT_FIRST_SYLLABLE 0xac00
#define TXT_N_INITIALS 19
#define TXT_N_VOWELS 21
#define TXT_N_FINALS 28

/* Whether a code is a syllable. */
static inline bool txt_is_syllable(int32_t code)
{
    return code >= TXT_FIRST_SYLLABLE &&
           code < TXT_FIRST_SYLLABLE + TXT_N_INITIALS * TXT_N_VOWELS * TXT_N_FINALS;
}

/* Syllables that a slip on the keyboard makes of one. */
typedef struct TxtSlips {
    uint16_t codes[3 * TXT_MOST_NEIGHBOURS];
} TxtSlips;

/* Lists them: each of the three letters may become a neighbour of its kind; returns how many. A
 * letter that is typed as two, or with shift, stays. */
uint32_t txt_hangul_slips(const TxtLayout *layout, int32_t code, TxtSlips *slips);

#endif
