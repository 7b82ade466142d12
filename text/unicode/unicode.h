/* Text as Unicode 15.0 sees it: codes, what they are, and where graphemes, words and sentences end
 * (UAX #29). For everybody in text/.
 *
 * Guarantees. Any bytes may be given. A sequence that is not well-formed UTF-8 is a segment of its
 * own, of the size that the standard calls a maximal subpart (table 3-7): it joins nothing, and
 * nothing joins it, in graphemes, words and sentences alike. So a segment has either no damage in
 * it or nothing else. What the functions read grows linearly with a text that is gone through from
 * end to end, whatever it holds. No memory is taken, no state is kept, any thread may call.
 *
 * The functions of ends of segments want the place where a segment begins: 0, or what the same function
 * returned; start < size.
 */
#ifndef TXT_UNICODE_H
#define TXT_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libaug/base/hash.h"
#include "libaug/base/utf8.h"

/* The version whose tables these are. Another version may find other boundaries, so it is part of
 * what results depend on. */
#define TXT_UNICODE_VERSION "15.0"

/* Adds to a hash which Unicode texts are read by: the version of the tables, that of utf8proc, and of
 * the case maps and normal forms that are in it. */
void txt_unicode_identify(AugiHash *hash);

/* What a code is, from its general category: letters (L), marks (M), decimal digits (Nd), other
 * numbers (Nl, No), white space (the property White_Space, tab and line ends among it), punctuation
 * (P), symbols (S), controls and formats (Cc, Cf, Cs), and codes that mean nothing (unassigned,
 * private). */
typedef enum TxtClass {
    TXT_CLASS_LETTER,
    TXT_CLASS_MARK,
    TXT_CLASS_DIGIT,
    TXT_CLASS_NUMBER,
    TXT_CLASS_SPACE,
    TXT_CLASS_PUNCTUATION,
    TXT_CLASS_SYMBOL,
    TXT_CLASS_CONTROL,
    TXT_CLASS_UNASSIGNED
} TxtClass;

/* Scripts that somebody asks for. KANA is Hiragana and Katakana, COMMON what several scripts use
 * (digits, punctuation, marks), OTHER all scripts without a name here. */
typedef enum TxtScript {
    TXT_SCRIPT_COMMON,
    TXT_SCRIPT_LATIN,
    TXT_SCRIPT_GREEK,
    TXT_SCRIPT_CYRILLIC,
    TXT_SCRIPT_ARMENIAN,
    TXT_SCRIPT_GEORGIAN,
    TXT_SCRIPT_HEBREW,
    TXT_SCRIPT_ARABIC,
    TXT_SCRIPT_DEVANAGARI,
    TXT_SCRIPT_BENGALI,
    TXT_SCRIPT_TAMIL,
    TXT_SCRIPT_THAI,
    TXT_SCRIPT_LAO,
    TXT_SCRIPT_KHMER,
    TXT_SCRIPT_MYANMAR,
    TXT_SCRIPT_HANGUL,
    TXT_SCRIPT_HAN,
    TXT_SCRIPT_KANA,
    TXT_SCRIPT_OTHER
} TxtScript;

/* Reads the code that begins here; size > 0. Returns the bytes of its sequence. *code is -1 for a
 * sequence that is not well-formed, of which the bytes of the maximal subpart are returned. */
static inline size_t txt_decode(const uint8_t *text, size_t size, int32_t *code)
{
    return augi_utf8_decode(text, size, code);
}

/* Writes the sequence of a code that may stand in UTF-8 (0 to 0x10ffff without surrogates) and
 * returns its bytes, 1 to 4. */
size_t txt_encode(int32_t code, uint8_t *out);

/* What a code is; -1, the code of an invalid sequence, is TXT_CLASS_UNASSIGNED. */
TxtClass txt_class(int32_t code);

/* The script of a code; TXT_SCRIPT_OTHER for -1. */
TxtScript txt_script(int32_t code);

/* End of the grapheme (extended grapheme cluster) that begins at start. */
size_t txt_grapheme_end(const uint8_t *text, size_t size, size_t start);

/* Whether a place is the start of a text, its end, or one where a grapheme ends: any place from 0 to
 * size. Looks back over marks and halves of flags, and no farther. */
bool txt_grapheme_begins(const uint8_t *text, size_t size, size_t at);

/* End of the word segment that begins at start: a word, a run of spaces, or a mark. */
size_t txt_word_end(const uint8_t *text, size_t size, size_t start);

/* End of the sentence that begins at start, with the spaces behind it. */
size_t txt_sentence_end(const uint8_t *text, size_t size, size_t start);

#endif
