/* Words and characters, for tokenizers whose vocabulary is built here. */
#ifndef TXT_UNITS_H
#define TXT_UNITS_H

#include "text/tokens/normalize.h"
#include "text/tokens/vocabulary.h"

/* What a text is cut into. */
typedef enum TxtUnit { TXT_UNIT_WORD, TXT_UNIT_GRAPHEME, TXT_UNIT_CODE } TxtUnit;

/* How, after the text was brought to NFC and, if asked for, to lower case; zero-initialised it is
 * empty. */
typedef struct TxtUnits {
    TxtUnit unit;
    TxtCodes *codes;
    TxtNormalizer normalizer;
} TxtUnits;

/* AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_units_init(TxtUnits *units, TxtUnit unit, bool lower, AugError *error);

/* Frees the memory and zeroes the struct. */
void txt_units_fini(TxtUnits *units);

/* The normalized form of a text of any bytes, in the scratch; *size is its size. NULL: memory was
 * out. */
const uint8_t *txt_units_text(const TxtUnits *units, TxtTokenScratch *scratch, const uint8_t *text,
                              size_t *size);

/* The next unit of a normalized text from *at on, which moves behind it: returns its size, and 0
 * behind the last one. White space between words is none. */
size_t txt_units_next(const TxtUnits *units, const uint8_t *text, size_t size, size_t *at,
                      const uint8_t **unit);

/* Which id a unit has: by a vocabulary if it has entries, else by a hash into buckets, else by the
 * number of the code point.
 *
 * The hash is FNV-1a of 64 bits over the unit's UTF-8: from 14695981039346656037, for each byte an
 * exclusive or, then a product with 1099511628211. The id is 1 + hash % buckets, or 1 + the code
 * point; 0 is padding. */
typedef struct TxtUnitIds {
    TxtVocabulary vocabulary;
    int32_t unknown;
    uint32_t buckets;
} TxtUnitIds;

/* The id of a unit. */
int32_t txt_unit_id(const TxtUnitIds *ids, const uint8_t *unit, size_t size);

#endif
