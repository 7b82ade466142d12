/* Where words may be put between others. */
#include "text/english/english.h"
#include "text/synonyms/synonyms.h"

static bool is_gap(const TxtDoc *doc, uint32_t number)
{
    const TxtSpan *span = &doc->spans[number];
    if (span->kind != TXT_WORD && span->kind != TXT_PROTECTED)
        return false;
    if (span->reason == TXT_CLITIC || txt_english_is_article(doc, number) ||
        (span->flags & (TXT_NEGATION | TXT_LABELLED | TXT_UNSEGMENTED)))
        return false;
    if ((span->flags & TXT_SENTENCE_START) && (span->flags & (TXT_CAPITALISED | TXT_UPPER)))
        return false;
    if (number > 1 && span->reason == TXT_GIVEN && span[-2].reason == TXT_GIVEN)
        return false;
    return number == 0 || span[-1].kind == TXT_SPACE;
}

uint32_t txt_synonyms_gaps(const TxtDoc *doc, uint32_t *list)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < doc->n_spans; i++)
        if (is_gap(doc, i))
            list[n++] = i;
    const TxtSpan *last = doc->n_spans > 0 ? &doc->spans[doc->n_spans - 1] : NULL;
    if (last && last->kind == TXT_WORD && !(last->flags & (TXT_LABELLED | TXT_UNSEGMENTED)))
        list[n++] = doc->n_spans;
    return n;
}
