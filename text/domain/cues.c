/* Words that a text is read by: negations and limits, units, abbreviations. */
#include <string.h>

#include "text/domain/scanning.h"

/* By first letter and size, with blanks between: those without an apostrophe as people type them,
 * too. */
const char *const txt_negations[26][TXT_LONGEST_NEGATION + 1] = {
    ['a' - 'a'] = {[4] = "aint", [5] = "arent"},
    ['b' - 'a'] = {[6] = "barely"},
    ['c' - 'a'] = {[6] = "cannot", [7] = "couldnt"},
    ['d' - 'a'] = {[4] = "dont", [5] = "didnt", [6] = "doesnt"},
    ['f' - 'a'] = {[3] = "few"},
    ['h' - 'a'] = {[5] = "hasnt hadnt", [6] = "hardly havent"},
    ['i' - 'a'] = {[4] = "isnt"},
    ['n' - 'a'] = {[2] = "no",
                   [3] = "not nor",
                   [4] = "none",
                   [5] = "never",
                   [6] = "nobody",
                   [7] = "nothing neither nowhere"},
    ['r' - 'a'] = {[6] = "rarely"},
    ['s' - 'a'] = {[6] = "seldom", [8] = "scarcely shouldnt"},
    ['w' - 'a'] = {[5] = "wasnt", [6] = "werent", [7] = "without wouldnt"},
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

/* Whether a word begins with lower, which has no letters but small ones of ASCII; in either case. */
static bool begins(const uint8_t *word, const char *lower, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        if ((word[i] | 0x20) != (uint8_t)lower[i])
            return false;
    return true;
}

bool txt_is_negation(const uint8_t *word, uint32_t size)
{
    if (size < 2)
        return false;
    if (ends_not(word, size))
        return true;
    if (size > 3 && (word[0] | 0x20) == 'n' && (begins(word, "non-", 4) || begins(word, "no-", 3)))
        return true;
    const char *list = txt_may_negate(word, size);
    for (; list && *list; list += size + (list[size] != '\0'))
        if (begins(word, list, size))
            return true;
    return false;
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
