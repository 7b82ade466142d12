/* Cutting texts into words and characters by the Unicode Standard, and numbering them. */
#include "text/tokens/units.h"

#include <stdlib.h>

#include "text/tokens/utf8_repair.h"
#include "text/unicode/unicode.h"

AugStatus txt_units_init(TxtUnits *units, TxtUnit unit, bool lower, AugError *error)
{
    *units = (TxtUnits){.unit = unit, .codes = txt_codes_new()};
    if (!units->codes)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a tokenizer");
    /* Lower case first: a letter and its mark may be one character in lower case alone. */
    TxtNormalizer *normalizer = &units->normalizer;
    if (lower)
        normalizer->steps[normalizer->n++] = TXT_NORMAL_LOWER;
    normalizer->steps[normalizer->n++] = TXT_NORMAL_NFC;
    txt_normalizer_settle(normalizer, units->codes);
    return AUG_OK;
}

void txt_units_fini(TxtUnits *units)
{
    free(units->codes);
    *units = (TxtUnits){0};
}

const uint8_t *txt_units_text(const TxtUnits *units, TxtTokenScratch *scratch, const uint8_t *text,
                              size_t *size)
{
    text = txt_utf8_repaired(scratch, text, size);
    return text ? txt_normalize(&units->normalizer, units->codes, scratch, text, size) : NULL;
}

static size_t unit_end(TxtUnit unit, const uint8_t *text, size_t size, size_t start)
{
    if (unit == TXT_UNIT_WORD)
        return txt_word_end(text, size, start);
    if (unit == TXT_UNIT_GRAPHEME)
        return txt_grapheme_end(text, size, start);
    const uint8_t *at = text + start;
    txt_code_next(&at);
    return (size_t)(at - text);
}

size_t txt_units_next(const TxtUnits *units, const uint8_t *text, size_t size, size_t *at,
                      const uint8_t **unit)
{
    while (*at < size) {
        const size_t start = *at;
        *at = unit_end(units->unit, text, size, start);
        const uint8_t *from = *unit = text + start;
        if (units->unit != TXT_UNIT_WORD ||
            !(txt_code_bits(units->codes, txt_code_next(&from)) & TXT_CODE_WHITE))
            return *at - start;
    }
    return 0;
}

static uint64_t fnv(const uint8_t *bytes, size_t size)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 1099511628211u;
    return hash;
}

int32_t txt_unit_id(const TxtUnitIds *ids, const uint8_t *unit, size_t size)
{
    if (ids->vocabulary.n > 0) {
        const int32_t id = txt_vocabulary_find(&ids->vocabulary, unit, size);
        return id >= 0 ? id : ids->unknown;
    }
    if (ids->buckets > 0)
        return 1 + (int32_t)(fnv(unit, size) % ids->buckets);
    return 1 + txt_code_next(&unit);
}
