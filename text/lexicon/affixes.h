/* The affix file of a spelling dictionary, as hunspell(5) describes it, as far as it makes forms. */
#ifndef TXT_LEXICON_AFFIXES_H
#define TXT_LEXICON_AFFIXES_H

#include <stdbool.h>

#include "text/lexicon/lines.h"

/* Flags of a word or of an affix at most; more are not read. */
#define TXT_MAX_FLAGS 128

/* How flags are written: a character each, two characters, or numbers with commas. */
typedef enum TxtFlagForm {
    TXT_FLAGS_CHARACTERS,
    TXT_FLAGS_PAIRS,
    TXT_FLAGS_NUMBERS,
} TxtFlagForm;

/* Some flags. */
typedef struct TxtFlags {
    uint32_t items[TXT_MAX_FLAGS];
    uint32_t n;
} TxtFlags;

/* One rule: from the end (or front) of a word that meets the condition, strip is taken off and add
 * is put there.
 *
 * crosses: it goes together with affixes of the other side
 * more:    flags that the made word has in turn
 */
typedef struct TxtAffix {
    bool is_prefix, crosses;
    uint32_t flag;
    TxtSlice strip, add, condition, more;
} TxtAffix;

/* All rules. Slices point into lines. special: flags that keep a word out */
typedef struct TxtAffixes {
    TxtLines lines;
    TxtFlagForm form;
    TxtSlice encoding;
    TxtAffix *items;
    uint64_t n, capacity;
    uint32_t only_in_compound, no_suggest, forbidden, need_affix;
} TxtAffixes;

/* Reads "stem.aff". Whatever happens, the result can be given to txt_affixes_fini. */
AUG_MUST_CHECK AugStatus txt_affixes_read(TxtAffixes *affixes, const char *stem, AugError *error);

/* Accepts a zeroed one. */
void txt_affixes_fini(TxtAffixes *affixes);

/* Flags that are written so. */
void txt_affixes_flags(const TxtAffixes *affixes, TxtSlice text, TxtFlags *flags);

/* Whether a flag is among some. */
bool txt_flags_have(const TxtFlags *flags, uint32_t flag);

/* Whether a rule can be used on a word: strip is there, and the condition holds. */
bool txt_affix_fits(const TxtAffix *affix, TxtSlice word);

#endif
