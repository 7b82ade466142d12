/* Moving words. */
#include "text/domain/recase.h"

#include "text/unicode/case.h"

/* Longest word whose capital is looked after; a longer one moves as it is. */
#define LONGEST 256

/* Whether a word has its capital from its place. */
static bool begins_sentence(const TxtSpan *span)
{
    return (span->flags & TXT_SENTENCE_START) && (span->flags & TXT_CAPITALISED);
}

void txt_edit_word(TxtEdits *edits, const TxtDoc *doc, const TxtSpan *to, const TxtSpan *from)
{
    const uint8_t *word = doc->bytes + from->start;
    const uint32_t size = txt_span_size(from);
    const bool rises = begins_sentence(to) && !(from->flags & (TXT_CAPITALISED | TXT_UPPER));
    const bool falls = begins_sentence(from) && !begins_sentence(to);
    if ((!rises && !falls) || size > LONGEST) {
        txt_edit_borrow(edits, to->start, to->end, word, size);
        return;
    }
    uint8_t recased[TXT_CASE_ROOM(LONGEST)];
    const size_t n = txt_case_apply(rises ? TXT_CASE_TITLE : TXT_CASE_LOWER, word, size, recased);
    txt_edit(edits, to->start, to->end, recased, n);
}
