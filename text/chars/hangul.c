/* Slips in syllables. */
#include "text/chars/hangul.h"

/* Letters by themselves, as keys give them (U+3131 to U+3163), in the order that syllables have; the
 * vowels are in that order already. Final 0 is none. */
#define FIRST_VOWEL 0x314f

static const uint16_t initials[TXT_N_INITIALS] = {
    0x3131, 0x3132, 0x3134, 0x3137, 0x3138, 0x3139, 0x3141, 0x3142, 0x3143, 0x3145,
    0x3146, 0x3147, 0x3148, 0x3149, 0x314a, 0x314b, 0x314c, 0x314d, 0x314e};
static const uint16_t finals[TXT_N_FINALS] = {
    0x0000, 0x3131, 0x3132, 0x3133, 0x3134, 0x3135, 0x3136, 0x3137, 0x3139, 0x313a,
    0x313b, 0x313c, 0x313d, 0x313e, 0x313f, 0x3140, 0x3141, 0x3142, 0x3144, 0x3145,
    0x3146, 0x3147, 0x3148, 0x314a, 0x314b, 0x314c, 0x314d, 0x314e};

/* One of the three letters of a syllable: number `at` of n that may stand in its place; another one
 * makes a syllable that is `step` codes farther for each number. list NULL: the vowels. */
typedef struct Part {
    const uint16_t *list;
    int32_t n, at, step;
} Part;

/* The number of a letter among those of a part; -1: it cannot stand there. */
static int32_t number_of(const Part *part, uint16_t letter)
{
    if (!part->list)
        return letter >= FIRST_VOWEL && letter < FIRST_VOWEL + part->n ? letter - FIRST_VOWEL : -1;
    for (int32_t i = 0; i < part->n; i++)
        if (part->list[i] == letter)
            return i;
    return -1;
}

uint32_t txt_hangul_slips(const TxtLayout *layout, int32_t code, TxtSlips *slips)
{
    const int32_t number = code - TXT_FIRST_SYLLABLE;
    const int32_t block = TXT_N_VOWELS * TXT_N_FINALS;
    const Part parts[] = {
        {initials, TXT_N_INITIALS, number / block, block},
        {NULL, TXT_N_VOWELS, number % block / TXT_N_FINALS, TXT_N_FINALS},
        {finals, TXT_N_FINALS, number % TXT_N_FINALS, 1},
    };
    uint32_t n = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        const Part *part = &parts[i];
        const int32_t letter = part->list ? part->list[part->at] : FIRST_VOWEL + part->at;
        const TxtKeys *keys = txt_layout_near(layout, letter);
        for (uint32_t k = 0; keys && k < keys->n; k++) {
            const int32_t other = number_of(part, keys->near[k]);
            if (other >= 0)
                slips->codes[n++] = (uint16_t)(code + (other - part->at) * part->step);
        }
    }
    return n;
}
