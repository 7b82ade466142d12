/* Words of Hangul: what belongs to the piece before it or to a negation stays where it is. */
#include <string.h>

#include "text/domain/scanning.h"
#include "text/korean/korean.h"
#include "text/unicode/unicode.h"

static bool is_text(const TxtScan *scan, const TxtSpan *span, const char *text)
{
    const size_t size = strlen(text);
    return span->end - span->start == size && memcmp(scan->bytes + span->start, text, size) == 0;
}

/* Whether marks end in a bracket or a quotation mark that closes. One of ASCII closes if something
 * stands directly before the marks. */
static bool is_closing(const TxtScan *scan, const TxtSpan *marks)
{
    static const char *const closing[] = {")",  "]",  "}",  "’",  "”",  "»",  "〉",
                                          "》", "」", "』", "】", "〕", "）", "］"};
    const char *end = (const char *)scan->bytes + marks->end;
    for (size_t i = 0; i < sizeof(closing) / sizeof(closing[0]); i++) {
        const size_t size = strlen(closing[i]);
        if (marks->end - marks->start >= size && memcmp(end - size, closing[i], size) == 0)
            return true;
    }
    return (end[-1] == '"' || end[-1] == '\'') && marks > scan->spans &&
           marks[-1].kind != TXT_SPACE;
}

/* Whether a piece that begins here is the end of an eojeol whose noun is no word of Hangul: a
 * particle behind a number, an address, a closing bracket. */
static bool is_attached(const TxtScan *scan, uint32_t start)
{
    if (scan->n_spans == 0)
        return false;
    const TxtSpan *last = &scan->spans[scan->n_spans - 1];
    return last->end == start && (last->kind == TXT_PROTECTED ||
                                  (last->kind == TXT_PUNCTUATION && is_closing(scan, last)));
}

/* Whether a word is behind 안 or 못, which turns it. */
static bool is_behind_not(const TxtScan *scan)
{
    if (scan->n_spans < 2 || scan->spans[scan->n_spans - 1].kind != TXT_SPACE)
        return false;
    const TxtSpan *before = &scan->spans[scan->n_spans - 2];
    return is_text(scan, before, "안") || is_text(scan, before, "못") ||
           is_text(scan, before, "\u110b\u1161\u11ab") ||
           is_text(scan, before, "\u1106\u1169\u11ba");
}

uint32_t txt_korean_end(const TxtScan *scan, uint32_t start, uint32_t end)
{
    for (uint32_t at = start; at < end;) {
        int32_t code;
        const uint32_t n = (uint32_t)txt_decode(scan->bytes + at, end - at, &code);
        const bool is_joiner = code == '-' || code == '_' || code == 0x2010 || code == 0x2011;
        if (at > start && !is_joiner && txt_class(code) == TXT_CLASS_PUNCTUATION)
            return at;
        at += n;
    }
    return end;
}

/* The rest of an eojeol whose particle was added last stays as well: the particle agrees with it. */
static void protect_eojeol(TxtScan *scan)
{
    for (uint32_t i = scan->n_spans - 1; i > 0; i--) {
        TxtSpan *span = &scan->spans[i - 1];
        if (span->kind == TXT_SPACE || span->reason == TXT_CLITIC)
            return;
        if (span->kind != TXT_WORD)
            continue;
        span->kind = TXT_PROTECTED;
        span->reason = TXT_CLITIC;
        if (scan->n_words > 0 && scan->words[scan->n_words - 1] == i - 1)
            scan->n_words--;
    }
}

/* What a negation turns stays with it. */
static void emit_negation(TxtScan *scan, uint32_t start, uint32_t end)
{
    txt_emit_flags(scan, start, end, TXT_NEGATED, TXT_NEGATION);
    if (scan->n_spans < 3 || !(scan->protect >> TXT_NEGATED & 1))
        return;
    const TxtSpan *verb = &scan->spans[scan->n_spans - 3];
    if (txt_korean_is_turned(scan->bytes + verb->start, verb->end - verb->start))
        txt_protect_before(scan);
}

void txt_emit_korean(TxtScan *scan, uint32_t start, uint32_t end)
{
    if (txt_korean_is_negation(scan->bytes + start, end - start)) {
        emit_negation(scan, start, end);
    } else if (is_behind_not(scan)) {
        txt_emit_flags(scan, start, end, TXT_NEGATED, 0);
    } else if (is_attached(scan, start)) {
        txt_emit_flags(scan, start, end, TXT_CLITIC, 0);
        if (scan->protect >> TXT_CLITIC & 1)
            protect_eojeol(scan);
    } else {
        txt_emit_flags(scan, start, end, TXT_FREE, 0);
    }
}
