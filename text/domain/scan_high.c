/* Chunks that are not ASCII alone: segments of UAX #29, joined where ours are longer. */
#include <string.h>

#include "text/domain/scanning.h"
#include "text/unicode/properties.h"

/* Whether the code that begins at a place goes with the one before: marks, joiners, selectors. */
static uint32_t extender(const TxtScan *scan, uint32_t at)
{
    int32_t code;
    if (at >= scan->size || scan->bytes[at] < 0x80)
        return 0;
    const uint32_t n = (uint32_t)txt_decode(scan->bytes + at, scan->size - at, &code);
    if (code < 0)
        return 0;
    const uint8_t class = txt_properties(code)->grapheme;
    return class == TXT_GB_EXTEND || class == TXT_GB_ZWJ || class == TXT_GB_SPACINGMARK ? n : 0;
}

uint32_t txt_absorb(const TxtScan *scan, uint32_t at)
{
    uint32_t n;
    while ((n = extender(scan, at)) > 0)
        at += n;
    return at;
}

/* Marks at the start of a chunk stand on the white space before: that stays with them. */
static uint32_t keep_marks(TxtScan *scan, uint32_t start)
{
    const uint32_t end = txt_absorb(scan, start);
    if (end == start || scan->n_spans == 0)
        return start;
    TxtSpan *space = &scan->spans[scan->n_spans - 1];
    uint32_t from = space->end - 1;
    while (from > space->start && (scan->bytes[from] & 0xc0) == 0x80)
        from--;
    space->end = from;
    if (space->end == space->start)
        scan->n_spans--;
    txt_emit(scan, from, end, TXT_PUNCTUATION);
    return end;
}

/* What a segment that begins with this code is. */
static TxtKind kind_of(const uint8_t *bytes, size_t size, int32_t *code)
{
    txt_decode(bytes, size, code);
    if (*code < 0)
        return TXT_INVALID;
    switch (txt_class(*code)) {
    case TXT_CLASS_LETTER:
    case TXT_CLASS_DIGIT:
    case TXT_CLASS_NUMBER:
        return TXT_WORD;
    case TXT_CLASS_SPACE:
        return TXT_SPACE;
    default:
        return TXT_PUNCTUATION;
    }
}

uint32_t txt_read_case(const TxtScan *scan, uint32_t at, bool *is_capital)
{
    int32_t code;
    const uint32_t n = (uint32_t)txt_decode(scan->bytes + at, scan->size - at, &code);
    *is_capital = code >= 0 && txt_properties(code)->flags & (TXT_IS_UPPER | TXT_IS_TITLE);
    return at + n;
}

/* Classes as those of bytes, of all codes of a word. */
static uint8_t classes_of(const TxtScan *scan, uint32_t start, uint32_t end)
{
    uint8_t classes = 0;
    for (uint32_t at = start; at < end;) {
        if (scan->bytes[at] < 0x80) {
            classes |= txt_byte_class[scan->bytes[at++]];
            continue;
        }
        int32_t code;
        at += (uint32_t)txt_decode(scan->bytes + at, end - at, &code);
        const TxtProperties *properties = txt_properties(code);
        classes |= TXT_B_HIGH;
        if (properties->flags & (TXT_IS_UPPER | TXT_IS_TITLE))
            classes |= TXT_B_UPPER;
        if (properties->flags & TXT_IS_LOWER)
            classes |= TXT_B_LOWER;
        if (properties->class == TXT_CLASS_DIGIT || properties->class == TXT_CLASS_NUMBER)
            classes |= TXT_B_DIGIT;
    }
    return classes;
}

/* Hyphens and apostrophes of other sets of characters than ASCII: U+2010, U+2011, U+2019. */
static uint32_t joiner(const TxtScan *scan, uint32_t at)
{
    if (txt_has(scan, at, '-') || txt_has(scan, at, '\''))
        return 1;
    if (at + 3 > scan->size || scan->bytes[at] != 0xe2 || scan->bytes[at + 1] != 0x80)
        return 0;
    const uint8_t last = scan->bytes[at + 2];
    return last == 0x90 || last == 0x91 || last == 0x99 ? 3 : 0;
}

/* The end of a word, with what hyphens join to it. */
static uint32_t word_end(const TxtScan *scan, uint32_t start)
{
    uint32_t end = (uint32_t)txt_word_end(scan->bytes, scan->size, start);
    for (uint32_t n; (n = joiner(scan, end)) > 0;) {
        int32_t code;
        if (end + n >= scan->size || extender(scan, end + n) > 0 ||
            kind_of(scan->bytes + end + n, scan->size - end - n, &code) != TXT_WORD)
            break;
        end = (uint32_t)txt_word_end(scan->bytes, scan->size, end + n);
    }
    return end;
}

static bool is_unsegmented(TxtScript script)
{
    return script == TXT_SCRIPT_HAN || script == TXT_SCRIPT_KANA || script == TXT_SCRIPT_THAI ||
           script == TXT_SCRIPT_LAO || script == TXT_SCRIPT_KHMER || script == TXT_SCRIPT_MYANMAR;
}

/* Where a word of such a script, or a number, ends: before a letter of another, between digits and
 * others. ICU finds no boundary there. */
static uint32_t script_end(const TxtScan *scan, uint32_t start, uint32_t end)
{
    int32_t code;
    txt_decode(scan->bytes + start, end - start, &code);
    const bool is_number = txt_class(code) == TXT_CLASS_DIGIT;
    uint32_t at = (uint32_t)txt_grapheme_end(scan->bytes, end, start);
    while (at < end) {
        txt_decode(scan->bytes + at, end - at, &code);
        const TxtScript script = txt_script(code);
        if ((txt_class(code) == TXT_CLASS_DIGIT) != is_number ||
            (script != TXT_SCRIPT_COMMON && !is_unsegmented(script)))
            break;
        at = (uint32_t)txt_grapheme_end(scan->bytes, end, at);
    }
    return at;
}

/* The end of a piece of such a script: a word of the dictionary, or a segment of UAX #29. */
static uint32_t unsegmented_end(TxtScan *scan, uint32_t start)
{
    if (scan->dictionary && !scan->ends && scan->status == AUG_OK)
        scan->status = txt_icu_find(scan->dictionary, scan->bytes, scan->size, &scan->ends,
                                    &scan->n_ends, scan->error);
    while (scan->next < scan->n_ends && scan->ends[scan->next] <= start)
        scan->next++;
    if (scan->next < scan->n_ends)
        return script_end(scan, start, scan->ends[scan->next]);
    return (uint32_t)txt_word_end(scan->bytes, scan->size, start);
}

static uint32_t emit_high_word(TxtScan *scan, uint32_t start, uint32_t end, TxtScript script)
{
    const uint8_t classes = classes_of(scan, start, end);
    if (classes & TXT_B_DIGIT) {
        if (txt_has(scan, end, '%'))
            end = txt_absorb(scan, end + 1);
        txt_emit_reason(scan, start, end, TXT_NUMBER);
    } else if (script == TXT_SCRIPT_HANGUL && !(classes & TXT_B_OTHER)) {
        txt_emit_korean(scan, start, end);
    } else if (is_unsegmented(script)) {
        txt_emit_flags(scan, start, end, TXT_FREE, TXT_UNSEGMENTED);
    } else if (classes & TXT_B_OTHER) {
        txt_emit_reason(scan, start, end, TXT_CODE);
    } else {
        txt_emit_word(scan, start, end, classes);
    }
    return end;
}

/* White space outside of ASCII, one code of it; with marks on it, it is none. */
static uint32_t scan_wide_space(TxtScan *scan, uint32_t start)
{
    int32_t code;
    const uint32_t space =
        start + (uint32_t)txt_decode(scan->bytes + start, scan->size - start, &code);
    const uint32_t end = txt_absorb(scan, space);
    txt_emit(scan, start, end, end == space ? TXT_SPACE : TXT_PUNCTUATION);
    return end;
}

/* Bytes of the first look for the end of a word of Hangul, and those behind an end that it may hang
 * on. */
#define FIRST_LOOK 64
#define BEHIND_END 16

/* The end of a word of Hangul. UAX #29 has marks inside of words that end one here ("가.나.다"), so the
 * text is looked at in pieces of doubling size, not to the end of its word for each of ours. */
static uint32_t korean_end(const TxtScan *scan, uint32_t start)
{
    for (uint64_t look = FIRST_LOOK;; look *= 2) {
        TxtScan piece = {.bytes = scan->bytes, .size = scan->size};
        if (look < scan->size - start)
            piece.size = start + (uint32_t)look;
        while (piece.size < scan->size && (scan->bytes[piece.size] & 0xc0) == 0x80)
            piece.size--;
        const uint32_t end = txt_korean_end(scan, start, word_end(&piece, start));
        if (piece.size == scan->size || end + BEHIND_END <= piece.size)
            return end;
    }
}

/* A segment and what belongs to it. */
static uint32_t scan_segment(TxtScan *scan, uint32_t start)
{
    int32_t code;
    const TxtKind kind = kind_of(scan->bytes + start, scan->size - start, &code);
    if (kind == TXT_SPACE)
        return scan_wide_space(scan, start);
    if (kind != TXT_WORD) {
        const uint32_t end = (uint32_t)txt_word_end(scan->bytes, scan->size, start);
        txt_emit(scan, start, end, kind);
        return end;
    }
    const TxtScript script = txt_script(code);
    if (is_unsegmented(script))
        return emit_high_word(scan, start, unsegmented_end(scan, start), script);
    const uint32_t end =
        script == TXT_SCRIPT_HANGUL ? korean_end(scan, start) : word_end(scan, start);
    return emit_high_word(scan, start, end, script);
}

/* The last code before a place. */
static const TxtProperties *code_before(const TxtScan *scan, uint32_t at, uint32_t *start)
{
    int32_t code;
    *start = at - 1;
    while (*start > 0 && at - *start < 4 && (scan->bytes[*start] & 0xc0) == 0x80)
        (*start)--;
    txt_decode(scan->bytes + *start, scan->size - *start, &code);
    return code < 0 ? NULL : txt_properties(code);
}

/* A grapheme that begins in the last piece, which ends at a place, stays in it as a whole: words and
 * graphemes have other rules for some vowels ("กำ"), and for signs that go with whatever follows. */
static uint32_t keep_grapheme(TxtScan *scan, uint32_t at)
{
    TxtSpan *last = &scan->spans[scan->n_spans - 1];
    if (at == scan->size || scan->n_spans == 0 || last->end != at || last->kind == TXT_INVALID)
        return at;
    uint32_t start;
    uint32_t end = txt_absorb(scan, at);
    if (scan->bytes[at - 1] >= 0x80) {
        const TxtProperties *before = code_before(scan, end, &start);
        if (before && before->grapheme == TXT_GB_PREPEND)
            end = (uint32_t)txt_grapheme_end(scan->bytes, scan->size, start);
    }
    if (end > at)
        last->flags &= (uint8_t)~TXT_ASCII;
    last->end = end;
    return end;
}

void txt_protect_damage(TxtScan *scan, uint32_t first, uint32_t start, uint32_t end)
{
    if (augi_utf8_invalid((const char *)scan->bytes + start, end - start) == end - start)
        return;
    scan->has_damage = true;
    for (uint32_t i = first; i < scan->n_spans; i++)
        if (scan->spans[i].kind == TXT_WORD) {
            scan->spans[i].kind = TXT_PROTECTED;
            scan->spans[i].reason = TXT_DAMAGED;
        }
}

uint32_t txt_scan_high(TxtScan *scan, uint32_t start, uint32_t end)
{
    uint32_t at = keep_marks(scan, start);
    while (at < end) {
        uint32_t next = at;
        const uint32_t first = scan->n_spans;
        if (txt_is(scan, at, TXT_B_ALNUM))
            next = txt_scan_address(scan, at, end);
        else if (scan->bytes[at] < 0x80)
            next = txt_scan_marked(scan, at, end);
        if (next > at)
            txt_protect_damage(scan, first, at, next);
        at = keep_grapheme(scan, next > at ? next : scan_segment(scan, at));
    }
    return at;
}
