/* The rules. A word of the table has one place for each misspelling, and it covers the word; any
 * other has a place for each rule at each letter. */
#include "text/chars/misspelling.h"

#include <string.h>

#include "text/unicode/case.h"
#include "text/unicode/unicode.h"

/* What happens at a place; from TABLE on it is a number of a misspelling. */
enum { TRANSPOSE, DOUBLE, DROP, TABLE };

/* Whether a word is of a script whose letters are written one behind the other and doubled. */
static bool is_alphabetic(const TxtUnit *unit, uint32_t i)
{
    const int32_t code = txt_unit_code(unit, i);
    if (!txt_unit_is_letter(unit, i))
        return false;
    switch (txt_script(code)) {
    case TXT_SCRIPT_LATIN:
    case TXT_SCRIPT_GREEK:
    case TXT_SCRIPT_CYRILLIC:
    case TXT_SCRIPT_ARMENIAN:
    case TXT_SCRIPT_GEORGIAN:
        return true;
    default:
        return false;
    }
}

static bool is_same(const TxtUnit *unit, uint32_t a, uint32_t b)
{
    const uint32_t size = txt_unit_size(unit, a);
    return size == txt_unit_size(unit, b) &&
           memcmp(txt_unit_char(unit, a), txt_unit_char(unit, b), size) == 0;
}

static bool is_vowel(const TxtUnit *unit, uint32_t i)
{
    const uint8_t byte = *txt_unit_char(unit, i);
    return byte != '\0' && byte < 0x80 && strchr("aeiouAEIOU", byte);
}

/* Consonants that are often doubled, or not doubled, by mistake. */
static bool is_doubled(const TxtUnit *unit, uint32_t i)
{
    const uint8_t byte = *txt_unit_char(unit, i);
    return byte != '\0' && byte < 0x80 && strchr("bcdfglmnprstBCDFGLMNPRST", byte);
}

/* Places behind the first letter. */
static uint32_t find_rules(const TxtUnit *unit, TxtPlace *places)
{
    uint32_t n = 0;
    for (uint32_t i = 1; i < unit->n; i++) {
        if (!is_alphabetic(unit, i))
            continue;
        const bool has_next = i + 1 < unit->n && is_alphabetic(unit, i + 1);
        const bool is_pair = has_next && is_same(unit, i, i + 1);
        const bool was_pair = is_same(unit, i - 1, i);
        if (has_next && !is_pair)
            places[n++] = (TxtPlace){(uint16_t)i, 2, TRANSPOSE};
        if (is_pair || (has_next && is_vowel(unit, i) && !was_pair))
            places[n++] = (TxtPlace){(uint16_t)i, 1, DROP};
        else if (has_next && is_doubled(unit, i) && !was_pair)
            places[n++] = (TxtPlace){(uint16_t)i, 1, DOUBLE};
    }
    return n;
}

/* The bytes of a word. */
static uint32_t word_size(const TxtUnit *unit)
{
    return unit->at[unit->n];
}

static uint32_t find(const void *context, const TxtUnit *unit, TxtPlace *places)
{
    const TxtMisspelling *misspelling = context;
    TxtMisspelt found[TXT_MOST_SPELLINGS];
    uint32_t n = 0;
    const uint8_t *word = txt_unit_char(unit, 0);
    if (txt_spelling_find(misspelling->spelling, word, word_size(unit), found, &n) != AUG_OK) {
        *unit->failed = true;
        return 0;
    }
    if (n > 0 && unit->n <= TXT_LONGEST_SPELLING &&
        txt_case(word, word_size(unit)) != TXT_CASE_MIXED) {
        for (uint32_t i = 0; i < n; i++)
            places[i] = (TxtPlace){0, (uint8_t)unit->n, (uint8_t)(TABLE + i)};
        return n;
    }
    if (!misspelling->has_rules || unit->n < misspelling->least)
        return 0;
    return find_rules(unit, places);
}

/* The misspelling of a number, written as the word is. */
static void edit_whole(const TxtMisspelling *misspelling, const TxtUnit *unit, TxtPlace place,
                       TxtEdits *edits)
{
    TxtMisspelt found[TXT_MOST_SPELLINGS];
    uint8_t cased[TXT_CASE_ROOM(TXT_LONGEST_SPELLING + TXT_SPELLING_GROWS)];
    uint32_t n = 0;
    const uint8_t *word = txt_unit_char(unit, 0);
    const uint32_t number = place.what - (uint32_t)TABLE;
    if (txt_spelling_find(misspelling->spelling, word, word_size(unit), found, &n) != AUG_OK) {
        *unit->failed = true;
        return;
    }
    const TxtCase pattern = txt_case(word, word_size(unit));
    const size_t size = txt_case_apply(pattern == TXT_CASE_LOWER ? TXT_CASE_NONE : pattern,
                                       found[number].bytes, found[number].size, cased);
    txt_unit_edit(unit, place, cased, size, edits);
}

/* Two letters in the other order; the capital of a title stays at the start, since no rule is for the
 * first letter. */
static void edit_place(const void *context, AugRng *rng, const TxtUnit *unit, TxtPlace place,
                       TxtEdits *edits)
{
    (void)rng;
    uint8_t bytes[2 * TXT_LONGEST_UNIT];
    const uint8_t *letter = txt_unit_char(unit, place.at);
    const uint32_t size = txt_unit_size(unit, place.at);
    memcpy(bytes, letter, size);
    if (place.what >= TABLE) {
        edit_whole(context, unit, place, edits);
    } else if (place.what == TRANSPOSE) {
        const uint32_t second = txt_unit_size(unit, place.at + 1u);
        memcpy(bytes, letter + size, second);
        memcpy(bytes + second, letter, size);
        txt_unit_edit(unit, place, bytes, (size_t)size + second, edits);
    } else if (place.what == DOUBLE) {
        memcpy(bytes + size, letter, size);
        txt_unit_edit(unit, place, bytes, (size_t)2 * size, edits);
    } else {
        txt_unit_edit(unit, place, "", 0, edits);
    }
}

const TxtNoiseHooks txt_misspelling_noise = {.find = find, .edit = edit_place};
