/* Where contractions may be made in a text, and how they are written. */
#include "text/english/contracting.h"

#include <string.h>

#include "text/english/clause.h"
#include "text/unicode/case.h"

static bool may_take(bool negations, const TxtSpan *span)
{
    if (span->flags & TXT_LABELLED)
        return false;
    if (span->flags & TXT_NEGATION)
        return negations && (span->kind == TXT_WORD || span->reason == TXT_NEGATED);
    return span->kind == TXT_WORD;
}

/* Whether the words stand where a subject and its verb do, with something behind them that is not
 * the end: only there they are spoken as one. */
static bool has_room(const TxtDoc *doc, const TxtContracted *place)
{
    if (!place->row->needs_more)
        return true;
    if (place->last + 2 >= doc->n_spans || doc->spans[place->last + 1].kind != TXT_SPACE)
        return false;
    const TxtSpan *next = &doc->spans[place->last + 2], *first = &doc->spans[place->first];
    const uint8_t *word = doc->bytes + next->start;
    if ((next->kind != TXT_WORD && next->kind != TXT_PROTECTED) ||
        txt_closes_clause(word, txt_span_size(next)))
        return false;
    if (strcmp(place->row->second, "have") == 0)
        return !txt_is_determiner(word, txt_span_size(next));
    if (place->first < 2 || (first->flags & TXT_SENTENCE_START) ||
        first[-2].kind == TXT_PUNCTUATION)
        return true;
    return txt_opens_clause(doc->bytes + first[-2].start, txt_span_size(&first[-2]));
}

/* "do NOT" is said with stress: only both or none may be in capitals, but I is always. */
static bool has_stress(const TxtDoc *doc, const TxtContracted *place)
{
    const TxtSpan *a = &doc->spans[place->first], *b = &doc->spans[place->last];
    const TxtCase first = txt_case(doc->bytes + a->start, txt_span_size(a));
    const TxtCase second = txt_case(doc->bytes + b->start, txt_span_size(b));
    if (first == TXT_CASE_MIXED || second == TXT_CASE_MIXED)
        return true;
    if (place->first == place->last || (a->flags & TXT_UPPER && txt_span_size(a) == 1))
        return second == TXT_CASE_TITLE && place->first != place->last;
    return (first == TXT_CASE_UPPER) != (second == TXT_CASE_UPPER) || second == TXT_CASE_TITLE;
}

/* Whether a word may be the second of a contraction: am, is, are, not, will, have, would. */
static bool may_follow(const uint8_t *word, uint32_t size)
{
    return size >= 2 && size <= 5 && memchr("ainwh", word[0] | 0x20, 5);
}

bool txt_contracted_find(const TxtDoc *doc, uint32_t number, bool negations, TxtContracted *place)
{
    const TxtSpan *first = &doc->spans[number];
    const uint8_t *word = doc->bytes + first->start;
    if (!may_take(negations, first))
        return false;
    *place = (TxtContracted){.first = number, .last = number};
    if (first->flags & TXT_NEGATION) {
        place->row = txt_contraction_for(word, txt_span_size(first), NULL, 0);
        return place->row && !has_stress(doc, place);
    }
    if (number + 2 >= doc->n_spans || first[1].kind != TXT_SPACE || txt_span_size(&first[1]) != 1 ||
        doc->bytes[first->end] != ' ' || !may_take(negations, &first[2]) ||
        !may_follow(doc->bytes + first[2].start, txt_span_size(&first[2])))
        return false;
    place->last = number + 2;
    place->row = txt_contraction_for(word, txt_span_size(first), doc->bytes + first[2].start,
                                     txt_span_size(&first[2]));
    return place->row && !has_stress(doc, place) && has_room(doc, place);
}

void txt_contracted_edit(const TxtDoc *doc, const TxtContracted *place, bool is_curly,
                         TxtEdits *edits)
{
    static const char curly[] = TXT_CURLY;
    const TxtSpan *first = &doc->spans[place->first], *last = &doc->spans[place->last];
    const bool is_upper = txt_case(doc->bytes + last->start, txt_span_size(last)) == TXT_CASE_UPPER;
    const char *rest = place->row->together, *same = place->row->first;
    uint32_t kept = 0, n = 0;
    for (; *rest && *rest == *same && kept < txt_span_size(first); rest++, same++)
        kept++;
    uint8_t bytes[32];
    for (; *rest; rest++) {
        if (*rest == '\'' && is_curly) {
            memcpy(bytes + n, curly, sizeof(curly) - 1);
            n += sizeof(curly) - 1;
        } else {
            bytes[n++] = (uint8_t)(is_upper && *rest != '\'' ? *rest - ('a' - 'A') : *rest);
        }
    }
    txt_edit(edits, first->start + kept, last->end, bytes, n);
}
