/* The pass over a text: white space, words of small letters, and what is left to the other files. */
#include "text/domain/scan.h"

#include <string.h>

#include "text/domain/letters.h"
#include "text/domain/scanning.h"

#define S TXT_B_SPACE
#define L TXT_B_LOWER
#define U TXT_B_UPPER
#define D TXT_B_DIGIT
#define T TXT_B_TERM
#define J TXT_B_JOIN
#define O TXT_B_OTHER
#define H TXT_B_HIGH

/* clang-format off */
const uint8_t txt_byte_class[256] = {
    O,O,O,O,O,O,O,O, O,S,S,S,S,S,O,O, O,O,O,O,O,O,O,O, O,O,O,O,O,O,O,O,
    S,T,O,O,O,O,O,J, O,O,O,O,O,J,T,O, D,D,D,D,D,D,D,D, D,D,O,O,O,O,O,T,
    O,U,U,U,U,U,U,U, U,U,U,U,U,U,U,U, U,U,U,U,U,U,U,U, U,U,U,O,O,O,O,O,
    O,L,L,L,L,L,L,L, L,L,L,L,L,L,L,L, L,L,L,L,L,L,L,L, L,L,L,O,O,O,O,O,
    H,H,H,H,H,H,H,H, H,H,H,H,H,H,H,H, H,H,H,H,H,H,H,H, H,H,H,H,H,H,H,H,
    H,H,H,H,H,H,H,H, H,H,H,H,H,H,H,H, H,H,H,H,H,H,H,H, H,H,H,H,H,H,H,H,
    H,H,H,H,H,H,H,H, H,H,H,H,H,H,H,H, H,H,H,H,H,H,H,H, H,H,H,H,H,H,H,H,
    H,H,H,H,H,H,H,H, H,H,H,H,H,H,H,H, H,H,H,H,H,H,H,H, H,H,H,H,H,H,H,H,
};
/* clang-format on */

static TxtSpan *add(TxtScan *scan, uint32_t start, uint32_t end, TxtKind kind)
{
    TxtSpan *span = &scan->spans[scan->n_spans++];
    *span = (TxtSpan){.start = start, .end = end, .kind = (uint8_t)kind};
    return span;
}

static void add_word(TxtScan *scan, uint32_t start, uint32_t end, TxtReason reason, uint8_t flags)
{
    const bool is_protected = scan->protect >> reason & 1;
    TxtSpan *span = add(scan, start, end, is_protected ? TXT_PROTECTED : TXT_WORD);
    span->flags = scan->at_start ? flags | TXT_SENTENCE_START : flags;
    span->reason = is_protected ? (uint8_t)reason : TXT_FREE;
    scan->at_start = false;
    scan->n_tokens++;
    if (!is_protected && (!(flags & TXT_UNSEGMENTED) || scan->dictionary))
        scan->words[scan->n_words++] = scan->n_spans - 1;
}

void txt_protect_before(TxtScan *scan)
{
    if (scan->n_spans < 3)
        return;
    TxtSpan *verb = scan->spans + scan->n_spans - 3;
    if (verb->kind != TXT_WORD || verb[1].kind != TXT_SPACE || scan->n_words == 0 ||
        scan->words[scan->n_words - 1] != scan->n_spans - 3)
        return;
    scan->n_words--;
    verb->kind = TXT_PROTECTED;
    verb->reason = TXT_NEGATED;
}

/* Capitals of a word; is_first: whether it begins with one. */
static uint32_t count_capitals(const TxtScan *scan, uint32_t start, uint32_t end, bool *is_first)
{
    uint32_t n = 0;
    *is_first = false;
    for (uint32_t at = start; at < end;) {
        bool is_capital = txt_byte_class[scan->bytes[at]] & U;
        const uint32_t here = at;
        if (scan->bytes[at] >= 0x80)
            at = txt_read_case(scan, at, &is_capital);
        else
            at++;
        n += is_capital;
        if (here == start)
            *is_first = is_capital;
    }
    return n;
}

/* The flags of a word's capitals, and whether they protect it. */
static TxtReason look_at_capitals(const TxtScan *scan, uint32_t start, uint32_t end,
                                  uint8_t classes, uint8_t *flags)
{
    const uint8_t *b = scan->bytes;
    if (b[start] == 'I' && (end == start + 1 || b[start + 1] == '\'')) {
        *flags |= TXT_UPPER;
        return TXT_FREE;
    }
    bool is_first;
    const uint32_t n = count_capitals(scan, start, end, &is_first);
    if (!(classes & L) && n > 1) {
        *flags |= TXT_UPPER;
        return TXT_ACRONYM;
    }
    if (!is_first || n > 1)
        return TXT_NAME;
    *flags |= TXT_CAPITALISED;
    return scan->at_start ? TXT_FREE : TXT_NAME;
}

void txt_emit_word(TxtScan *scan, uint32_t start, uint32_t end, uint8_t classes)
{
    uint8_t flags = classes & H ? 0 : TXT_ASCII;
    TxtReason reason = TXT_FREE;
    if (classes & J)
        flags |= TXT_COMPOUND;
    if (classes & L)
        scan->has_lower = true;
    scan->has_capitals = scan->has_capitals || (classes & U);
    if (classes & U)
        reason = look_at_capitals(scan, start, end, classes, &flags);
    if (txt_is_negation(scan->bytes + start, end - start)) {
        flags |= TXT_NEGATION;
        reason = TXT_NEGATED;
    } else if (scan->after_number && txt_is_unit(scan->bytes + start, end - start)) {
        reason = TXT_NUMBER;
    }
    scan->after_number = false;
    add_word(scan, start, end, reason, flags);
    if ((flags & TXT_NEGATION) && scan->bytes[start + 1] == '\'' &&
        scan->protect >> TXT_NEGATED & 1)
        txt_protect_before(scan);
}

void txt_emit_reason(TxtScan *scan, uint32_t start, uint32_t end, TxtReason reason)
{
    add_word(scan, start, end, reason, 0);
    scan->after_number = reason == TXT_NUMBER;
}

void txt_emit_flags(TxtScan *scan, uint32_t start, uint32_t end, TxtReason reason, uint8_t flags)
{
    add_word(scan, start, end, reason, flags);
    scan->after_number = false;
}

/* Whether marks end a sentence: . ! ? and their wide forms, but not a point behind Mr. */
static bool ends_sentence(const TxtScan *scan, uint32_t start, uint32_t end)
{
    const uint8_t *b = scan->bytes;
    static const char *const wide[] = {"\xe2\x80\xa6", "\xe3\x80\x82", "\xef\xbc\x81",
                                       "\xef\xbc\x9f"}; /* ... 。 ！ ？ */
    const TxtSpan *before = scan->n_spans > 0 ? &scan->spans[scan->n_spans - 1] : NULL;
    if (end == start + 1 && b[start] == '.' && before && before->end == start &&
        before->kind != TXT_SPACE)
        return !txt_is_short_form(b + before->start, before->end - before->start);
    for (uint32_t i = start; i < end; i++) {
        if (txt_byte_class[b[i]] & T)
            return true;
        for (size_t k = 0; k < sizeof(wide) / sizeof(wide[0]) && end - i >= 3; k++)
            if (b[i] >= 0xe2 && memcmp(b + i, wide[k], 3) == 0)
                return true;
    }
    return false;
}

void txt_emit(TxtScan *scan, uint32_t start, uint32_t end, TxtKind kind)
{
    if (kind == TXT_INVALID) {
        scan->has_damage = true;
    } else if (kind == TXT_PUNCTUATION) {
        scan->after_number = false;
        if (ends_sentence(scan, start, end))
            scan->at_start = true;
    }
    TxtSpan *last = scan->n_spans > 0 ? &scan->spans[scan->n_spans - 1] : NULL;
    if (last && last->kind == kind && last->end == start)
        last->end = end;
    else
        add(scan, start, end, kind);
}

static uint32_t scan_space(TxtScan *scan, uint32_t start)
{
    const uint8_t *b = scan->bytes;
    uint32_t end = start;
    do {
        if (b[end] == '\n' || b[end] == '\r')
            scan->at_start = true;
        end++;
    } while (end < scan->size && txt_byte_class[b[end]] & S);
    txt_emit(scan, start, end, TXT_SPACE);
    return end;
}

static void find_words(TxtScan *scan)
{
    scan->n_words = 0;
    for (uint32_t i = 0; i < scan->n_spans; i++)
        if (scan->spans[i].kind == TXT_WORD &&
            (!(scan->spans[i].flags & TXT_UNSEGMENTED) || scan->dictionary))
            scan->words[scan->n_words++] = i;
}

/* Where there is no small letter at all, capitals say nothing. */
static void free_capitals(TxtScan *scan)
{
    for (uint32_t i = 0; i < scan->n_spans; i++)
        if (scan->spans[i].reason == TXT_ACRONYM && (scan->spans[i].flags & TXT_UPPER)) {
            scan->spans[i].kind = TXT_WORD;
            scan->spans[i].reason = TXT_FREE;
        }
    find_words(scan);
}

/* A word beside damage is a part of what was damaged ("caf\xe9"), and stays with it. */
static void protect_damaged(TxtScan *scan)
{
    for (uint32_t i = 0; i < scan->n_spans; i++) {
        TxtSpan *span = &scan->spans[i];
        const bool is_beside = (i > 0 && span[-1].kind == TXT_INVALID) ||
                               (i + 1 < scan->n_spans && span[1].kind == TXT_INVALID);
        if (span->kind == TXT_WORD && is_beside) {
            span->kind = TXT_PROTECTED;
            span->reason = TXT_DAMAGED;
        }
    }
    find_words(scan);
}

static bool is_blank_or_end(const TxtScan *scan, uint32_t at)
{
    return at >= scan->size || (txt_byte_class[scan->bytes[at]] & S);
}

/* Words of small letters, and single marks, with one blank between them, as long as there is nothing
 * else: most of most texts. Counts are kept out of memory, which the spans might alias. */
static uint32_t scan_plain(TxtScan *scan, uint32_t at)
{
    const uint8_t *b = scan->bytes;
    const uint32_t size = scan->size;
    uint32_t n_spans = scan->n_spans, n_words = scan->n_words, n = 0;
    uint8_t flags = TXT_ASCII | (scan->at_start ? TXT_SENTENCE_START : 0);
    while (at < size) {
        uint32_t end = txt_letters_end(b, size, at);
        const uint8_t behind = end < size ? txt_byte_class[b[end]] : S;
        if (end == at) {
            if (!(behind & (T | J | O)) || !is_blank_or_end(scan, ++end))
                break;
            scan->spans[n_spans++] = (TxtSpan){.start = at, .end = end, .kind = TXT_PUNCTUATION};
            flags |= behind & T ? TXT_SENTENCE_START : 0;
        } else {
            if (!(behind & S) || txt_is_cue(txt_read_word(b, size, at, end)))
                break;
            scan->spans[n_spans] =
                (TxtSpan){.start = at, .end = end, .kind = TXT_WORD, .flags = flags};
            scan->words[n_words++] = n_spans++;
            n++;
            flags = TXT_ASCII;
        }
        at = end;
        if (end + 1 >= size || b[end] != ' ' || txt_byte_class[b[end + 1]] & S)
            break;
        scan->spans[n_spans++] = (TxtSpan){.start = end, .end = end + 1, .kind = TXT_SPACE};
        at = end + 1;
    }
    scan->n_spans = n_spans;
    scan->n_words = n_words;
    scan->n_tokens += n;
    scan->has_lower = scan->has_lower || n > 0;
    scan->at_start = flags & TXT_SENTENCE_START;
    return at;
}

/* A chunk that is more than small letters, or a word that says more. */
static uint32_t scan_mixed(TxtScan *scan, uint32_t start)
{
    uint32_t at = start;
    uint8_t classes = 0;
    for (uint8_t c; at < scan->size && !((c = txt_byte_class[scan->bytes[at]]) & S); at++)
        classes |= c;
    if (classes == L) {
        txt_emit_word(scan, start, at, L);
        return at;
    }
    if (classes & H)
        return txt_scan_high(scan, start, at);
    if (at > start + 1 || classes & (L | U | D)) {
        const uint32_t end = txt_scan_chunk(scan, start, at);
        if (end > at)
            txt_protect_damage(scan, scan->n_spans - 1, at, end);
        return end;
    }
    /* A mark between white space. */
    scan->after_number = false;
    scan->at_start = scan->at_start || (classes & T);
    add(scan, start, at, TXT_PUNCTUATION);
    return at;
}

static void scan_text(TxtScan *scan)
{
    for (uint32_t at = 0; at < scan->size;) {
        if (!scan->after_number)
            at = scan_plain(scan, at);
        if (at < scan->size)
            at = txt_is(scan, at, S) ? scan_space(scan, at) : scan_mixed(scan, at);
    }
}

/* Whether one reason stays beside another: what the row or a pattern says holds for every operation,
 * what the scanner says by itself not for those that are free to edit it. */
static bool outlasts(uint8_t reason, uint8_t other)
{
    return reason == TXT_GIVEN || (reason == TXT_PATTERN && other != TXT_GIVEN);
}

/* Spans that a range touches; the ranges and the spans are in order. What one range did no other of its
 * sort does again, however many lie on one another. done: by reason and flags, spans that are. */
static void apply_ranges(TxtScan *scan, const TxtScanInput *input)
{
    uint32_t first = 0, done[TXT_N_REASONS][4] = {{0}};
    for (uint32_t r = 0; r < input->n_ranges; r++) {
        const TxtRange *range = &input->ranges[r];
        while (first < scan->n_spans && scan->spans[first].end <= range->start)
            first++;
        uint32_t *next = &done[range->reason][(range->flags & TXT_LABELLED ? 2 : 0) |
                                              (range->flags & TXT_NEGATION ? 1 : 0)];
        if (*next < first)
            *next = first;
        for (; *next < scan->n_spans && scan->spans[*next].start < range->end; (*next)++) {
            TxtSpan *span = &scan->spans[*next];
            span->flags |= range->flags;
            if (range->reason == TXT_FREE || span->kind == TXT_INVALID)
                continue;
            span->kind = TXT_PROTECTED;
            if (!outlasts(span->reason, range->reason))
                span->reason = range->reason;
        }
    }
    find_words(scan);
}

/* What stands between two double quotation marks of ASCII, or “ and ”, if not farther apart than
 * this. */
#define LONGEST_QUOTE 1000

static bool is_mark(const TxtScan *scan, const TxtSpan *span, const char *mark)
{
    const size_t size = strlen(mark);
    return span->kind == TXT_PUNCTUATION && span->end - span->start >= size &&
           memmem(scan->bytes + span->start, span->end - span->start, mark, size);
}

static void protect_quotes(TxtScan *scan)
{
    const TxtSpan *open = NULL;
    for (uint32_t i = 0; i < scan->n_spans; i++) {
        TxtSpan *span = &scan->spans[i];
        const bool plain = is_mark(scan, span, "\""), closes = is_mark(scan, span, "\u201d");
        if (open && (plain || closes) && span->start - open->end <= LONGEST_QUOTE) {
            for (TxtSpan *inside = scan->spans + (open - scan->spans) + 1; inside < span; inside++)
                if (inside->kind == TXT_WORD) {
                    inside->kind = TXT_PROTECTED;
                    inside->reason = TXT_QUOTE;
                }
            open = NULL;
        } else if (plain || is_mark(scan, span, "\u201c")) {
            open = span;
        }
    }
    find_words(scan);
}

AugStatus txt_scan(TxtScanner *scanner, const TxtScanInput *input, TxtDoc *doc, AugError *error)
{
    const size_t most = input->size + (size_t)1;
    AUG_TRY(txt_memory_reserve(&scanner->spans, most * sizeof(TxtSpan), error));
    AUG_TRY(txt_memory_reserve(&scanner->words, most * sizeof(uint32_t), error));
    TxtScan scan = {
        .bytes = input->bytes,
        .size = input->size,
        .protect = input->protect,
        .dictionary = input->dictionary,
        .error = error,
        .spans = scanner->spans.bytes,
        .words = scanner->words.bytes,
        .at_start = true,
    };
    scan_text(&scan);
    if (scan.status != AUG_OK)
        return scan.status;
    if (scan.has_capitals && !scan.has_lower)
        free_capitals(&scan);
    if (scan.has_damage)
        protect_damaged(&scan);
    if (scan.protect >> TXT_QUOTE & 1)
        protect_quotes(&scan);
    if (input->n_ranges > 0)
        apply_ranges(&scan, input);
    const size_t scratch = (2 * (size_t)scan.n_spans + 16) * sizeof(uint32_t);
    AUG_TRY(txt_memory_reserve(&scanner->scratch, scratch, error));
    *doc = (TxtDoc){
        .bytes = input->bytes,
        .size = input->size,
        .spans = scan.spans,
        .n_spans = scan.n_spans,
        .words = scan.words,
        .n_words = scan.n_words,
        .n_tokens = scan.n_tokens,
        .scratch = scanner->scratch.bytes,
    };
    return AUG_OK;
}

void txt_scanner_fini(TxtScanner *scanner)
{
    txt_memory_fini(&scanner->spans);
    txt_memory_fini(&scanner->words);
    txt_memory_fini(&scanner->scratch);
}
