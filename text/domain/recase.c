/* Moving words. */
#include "text/domain/recase.h"

#include <string.h>

#include "text/unicode/case.h"

/* Longest word whose capital is looked after; a longer one moves as it is. */
#define LONGEST 256

/* Whether a word has its capital from its place. */
static bool begins_sentence(const TxtSpan *span)
{
    return (span->flags & TXT_SENTENCE_START) && (span->flags & TXT_CAPITALISED);
}

/* Whether a text has a letter that is Turkish, or of a language that writes i and ı as Turkish does. */
static bool is_turkish(TxtRecase *recase)
{
    const TxtDoc *doc = recase->doc;
    if (!recase->is_known)
        recase->is_turkish =
            memmem(doc->bytes, doc->size, "ı", 2) || memmem(doc->bytes, doc->size, "İ", 2);
    recase->is_known = true;
    return recase->is_turkish;
}

/* The first letter of a word that is i, which other languages write with another capital; NULL if
 * the maps of all languages hold. */
static const char *turkish_letter(TxtRecase *recase, uint8_t first, bool rises)
{
    if (first != (rises ? 'i' : 'I') || !is_turkish(recase))
        return NULL;
    return rises ? "İ" : "ı";
}

void txt_edit_word(TxtRecase *recase, const TxtSpan *to, const TxtSpan *from)
{
    TxtEdits *edits = recase->edits;
    const uint8_t *word = recase->doc->bytes + from->start;
    const uint32_t size = txt_span_size(from);
    const bool rises = begins_sentence(to) && !(from->flags & (TXT_CAPITALISED | TXT_UPPER));
    const bool falls = begins_sentence(from) && !begins_sentence(to);
    if ((!rises && !falls) || size > LONGEST) {
        txt_edit_borrow(edits, to->start, to->end, word, size);
        return;
    }
    uint8_t recased[2 + TXT_CASE_ROOM(LONGEST)];
    const char *letter = turkish_letter(recase, word[0], rises);
    const uint32_t given = letter ? 1 : 0, written = letter ? 2 : 0;
    if (letter)
        memcpy(recased, letter, 2);
    size_t n = size - given;
    if (rises && letter)
        memcpy(recased + written, word + given, n);
    else
        n = txt_case_apply(rises ? TXT_CASE_TITLE : TXT_CASE_LOWER, word + given, n,
                           recased + written);
    txt_edit(edits, to->start, to->end, recased, written + n);
}
