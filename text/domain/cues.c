/* Words that a text is read by: negations and limits, units, abbreviations. */
#include <string.h>

#include "text/domain/scanning.h"

/* Those without an apostrophe as people type them, too. A word that is added must have a free place:
 * a test says where it belongs. */
const char txt_negations[64][TXT_LONGEST_NEGATION] = {
    [0] = "nowhere",  [1] = "nobody",    [2] = "seldom",   [5] = "couldnt", [8] = "hadnt",
    [11] = "isnt",    [16] = "nothing",  [18] = "neither", [19] = "barely", [20] = "never",
    [24] = "not",     [25] = "hasnt",    [29] = "arent",   [30] = "none",   [31] = "scarcely",
    [33] = "rarely",  [36] = "dont",     [39] = "havent",  [42] = "aint",   [43] = "cannot",
    [44] = "nor",     [45] = "werent",   [46] = "wasnt",   [48] = "no",     [51] = "without",
    [54] = "wouldnt", [55] = "shouldnt", [58] = "didnt",   [59] = "few",    [62] = "hardly",
    [63] = "doesnt",
};
static const char *const units[] = {
    "am",     "billion", "bn",       "cent",     "cents",   "cm",  "dollar",  "dollars",
    "euro",   "euros",   "ft",       "gb",       "ghz",     "hz",  "kb",      "kg",
    "khz",    "km",      "kmh",      "kw",       "lb",      "lbs", "mb",      "mg",
    "mhz",    "ml",      "mm",       "mph",      "million", "oz",  "percent", "pm",
    "pounds", "tb",      "thousand", "trillion", "usd",     "eur", "gbp",     "krw",
};
static const char *const short_forms[] = {
    "mr",  "mrs", "ms",  "dr",  "prof", "st",  "vs",  "jr",  "sr",
    "inc", "no",  "etc", "gen", "rep",  "sen", "gov", "fig",
};

/* Whether the last letters are n't, with an apostrophe of ASCII or U+2019. */
static bool ends_not(const uint8_t *word, uint32_t size)
{
    if ((word[size - 1] | 0x20) != 't')
        return false;
    if (size >= 3 && word[size - 2] == '\'')
        return (word[size - 3] | 0x20) == 'n';
    return size >= 5 && memcmp(word + size - 4, "\xe2\x80\x99", 3) == 0 &&
           (word[size - 5] | 0x20) == 'n';
}

/* Whether a word begins with lower, which has no letters but small ones of ASCII; in either case. */
static bool begins(const uint8_t *word, const char *lower, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        if ((word[i] | 0x20) != (uint8_t)lower[i])
            return false;
    return true;
}

/* Whether a word is in such a list. */
static bool is_among(const char *const *list, size_t n, const uint8_t *word, uint32_t size)
{
    for (size_t i = 0; i < n; i++)
        if ((uint8_t)list[i][0] == (word[0] | 0x20) && strlen(list[i]) == size &&
            begins(word, list[i], size))
            return true;
    return false;
}

#define IS_AMONG(list, word, size) is_among(list, sizeof(list) / sizeof((list)[0]), word, size)

bool txt_is_negation(const uint8_t *word, uint32_t size)
{
    if (size < 2)
        return false;
    if (ends_not(word, size))
        return true;
    if (size > 3 && (word[0] | 0x20) == 'n' && (begins(word, "non-", 4) || begins(word, "no-", 3)))
        return true;
    uint64_t letters = 0;
    for (uint32_t i = 0; i < size && size <= TXT_LONGEST_NEGATION; i++)
        letters |= (uint64_t)(word[i] | 0x20) << 8 * i;
    return txt_is_cue(letters);
}

bool txt_is_unit(const uint8_t *word, uint32_t size)
{
    return IS_AMONG(units, word, size);
}

bool txt_is_short_form(const uint8_t *word, uint32_t size)
{
    if (size == 1)
        return txt_byte_class[word[0]] & TXT_B_UPPER;
    return size <= 4 && IS_AMONG(short_forms, word, size);
}
