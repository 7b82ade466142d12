/* What Unicode 15.0 says of a code, from tables of two stages that tools/make_unicode_tables.py
 * makes of its data files. For the files of text/unicode/; others ask unicode.h.
 */
#ifndef TXT_PROPERTIES_H
#define TXT_PROPERTIES_H

#include <stdint.h>

#include "text/unicode/unicode.h"

/* Word_Break. INVALID is ours: a sequence that is no UTF-8, which nothing joins. */
typedef enum TxtWordBreak {
    TXT_WB_OTHER,
    TXT_WB_CR,
    TXT_WB_LF,
    TXT_WB_NEWLINE,
    TXT_WB_EXTEND,
    TXT_WB_ZWJ,
    TXT_WB_FORMAT,
    TXT_WB_KATAKANA,
    TXT_WB_HEBREW_LETTER,
    TXT_WB_ALETTER,
    TXT_WB_SINGLE_QUOTE,
    TXT_WB_DOUBLE_QUOTE,
    TXT_WB_MIDNUMLET,
    TXT_WB_MIDLETTER,
    TXT_WB_MIDNUM,
    TXT_WB_NUMERIC,
    TXT_WB_EXTENDNUMLET,
    TXT_WB_REGIONAL_INDICATOR,
    TXT_WB_WSEGSPACE,
    TXT_WB_INVALID,
    TXT_N_WB
} TxtWordBreak;

/* Grapheme_Cluster_Break. */
typedef enum TxtGraphemeBreak {
    TXT_GB_OTHER,
    TXT_GB_CR,
    TXT_GB_LF,
    TXT_GB_CONTROL,
    TXT_GB_EXTEND,
    TXT_GB_ZWJ,
    TXT_GB_REGIONAL_INDICATOR,
    TXT_GB_PREPEND,
    TXT_GB_SPACINGMARK,
    TXT_GB_L,
    TXT_GB_V,
    TXT_GB_T,
    TXT_GB_LV,
    TXT_GB_LVT,
    TXT_GB_INVALID,
    TXT_N_GB
} TxtGraphemeBreak;

/* Sentence_Break. */
typedef enum TxtSentenceBreak {
    TXT_SB_OTHER,
    TXT_SB_CR,
    TXT_SB_LF,
    TXT_SB_SEP,
    TXT_SB_EXTEND,
    TXT_SB_FORMAT,
    TXT_SB_SP,
    TXT_SB_LOWER,
    TXT_SB_UPPER,
    TXT_SB_OLETTER,
    TXT_SB_NUMERIC,
    TXT_SB_ATERM,
    TXT_SB_STERM,
    TXT_SB_CLOSE,
    TXT_SB_SCONTINUE,
    TXT_SB_INVALID,
    TXT_N_SB
} TxtSentenceBreak;

/* Flags of a code.
 *
 * TXT_IS_UPPER, TXT_IS_LOWER: Uppercase, Lowercase; TXT_IS_TITLE: a titlecase letter (U+01C5)
 * TXT_IS_PICTOGRAPH:          Extended_Pictographic
 * TXT_IS_UNSTABLE:            its combining class is not 0, or NFC_Quick_Check is not Yes: what
 *                             stands before it may change it, or it may change what does
 * TXT_IS_FOLDED:              Changes_When_Casefolded
 */
enum {
    TXT_IS_UPPER = 1,
    TXT_IS_LOWER = 2,
    TXT_IS_TITLE = 4,
    TXT_IS_PICTOGRAPH = 8,
    TXT_IS_UNSTABLE = 16,
    TXT_IS_FOLDED = 32
};

/* A distinct row: members of the enumerations above, TxtClass, TxtScript, and flags. */
typedef struct TxtProperties {
    uint8_t word, grapheme, sentence;
    uint8_t class, script;
    uint8_t flags;
} TxtProperties;

/* Codes of a block; codes below which each block has its place in the index; the first codes of
 * plane 14, whose blocks follow them; and all blocks. Every other code is as unassigned ones are. */
#define TXT_PROPERTIES_BLOCK 32
#define TXT_PROPERTIES_END 0x32400
#define TXT_PLANE_14 0xe0000
#define TXT_N_PLANE_14 0x1000
#define TXT_PROPERTIES_BLOCKS ((TXT_PROPERTIES_END + TXT_N_PLANE_14) / TXT_PROPERTIES_BLOCK)

/* The distinct rows; the first is that of unassigned codes. */
extern const TxtProperties txt_properties_rows[];

/* Numbers of rows, block after block. */
extern const uint8_t txt_properties_blocks[];

/* Number of the block of each 32 codes. */
extern const uint16_t txt_properties_index[TXT_PROPERTIES_BLOCKS];

/* Word_Break of ASCII bytes: the one table that text of ASCII needs for its words. */
extern const uint8_t txt_ascii_word_break[128];

/* What is known of a code from 0 to 0x10ffff; never NULL. */
static inline const TxtProperties *txt_properties(int32_t code)
{
    uint32_t place = (uint32_t)code;
    if (place >= TXT_PROPERTIES_END) {
        place -= TXT_PLANE_14;
        if (place >= TXT_N_PLANE_14)
            return &txt_properties_rows[0];
        place += TXT_PROPERTIES_END;
    }
    const uint32_t block = txt_properties_index[place / TXT_PROPERTIES_BLOCK];
    const uint32_t at = block * TXT_PROPERTIES_BLOCK + place % TXT_PROPERTIES_BLOCK;
    return &txt_properties_rows[txt_properties_blocks[at]];
}

#endif
