/* Words that a text is read by: negations and limits, units, abbreviations. */
#include <string.h>

#include "text/domain/scanning.h"

/* Sorted by the first letter; those without an apostrophe as people type them, too. */
static const char *const negations[] = {
    "aint",     "arent",  "barely",   "cannot", "couldnt", "didnt",   "doesnt",  "dont",
    "few",      "hadnt",  "hardly",   "hasnt",  "havent",  "isnt",    "neither", "never",
    "no",       "nobody", "none",     "nor",    "not",     "nothing", "nowhere", "rarely",
    "scarcely", "seldom", "shouldnt", "wasnt",  "werent",  "without", "wouldnt",
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

/* Letters that begin a negation. */
#define FIRST_LETTERS                                                                            \
    (1u << 0 | 1u << 1 | 1u << 2 | 1u << 3 | 1u << 5 | 1u << 7 | 1u << 8 | 1u << 13 | 1u << 17 | \
     1u << 18 | 1u << 22)

/* Whether a word is in a list of lower case; letters of ASCII in either case. */
static bool is_among(const char *const *list, size_t n, const uint8_t *word, uint32_t size)
{
    for (size_t i = 0; i < n; i++)
        if ((uint8_t)list[i][0] == (word[0] | 0x20) && strlen(list[i]) == size &&
            strncasecmp(list[i], (const char *)word, size) == 0)
            return true;
    return false;
}

#define IS_AMONG(list, word, size) is_among(list, sizeof(list) / sizeof((list)[0]), word, size)

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

bool txt_is_negation(const uint8_t *word, uint32_t size)
{
    if (size < 2)
        return false;
    if (ends_not(word, size))
        return true;
    const uint32_t letter = (word[0] | 0x20u) - 'a';
    if (letter > 25 || !(FIRST_LETTERS >> letter & 1))
        return false;
    if (letter == 'n' - 'a' && size > 3 &&
        (strncasecmp((const char *)word, "non-", 4) == 0 ||
         strncasecmp((const char *)word, "no-", 3) == 0))
        return true;
    return size <= 8 && IS_AMONG(negations, word, size);
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
