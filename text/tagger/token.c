/* Tokens of a doc: splitting what treebanks split, and hashing in one pass over the bytes. */
#include <stddef.h>

#include "text/tagger/token.h"

/* The apostrophe of typesetters, U+2019, counts as the plain one. */
static bool is_curly(const uint8_t *bytes, uint32_t size)
{
    return size >= 3 && bytes[0] == 0xe2 && bytes[1] == 0x80 && bytes[2] == 0x99;
}

static uint32_t shape_of(uint32_t uppers, uint32_t lowers, bool first_upper)
{
    if (uppers == 0)
        return TXT_SHAPE_LOWER;
    if (first_upper && uppers == 1)
        return lowers > 0 ? TXT_SHAPE_TITLE : TXT_SHAPE_INITIAL;
    return lowers == 0 ? TXT_SHAPE_UPPER : TXT_SHAPE_MIXED;
}

void txt_token_make(TxtToken *token, const uint8_t *bytes, uint32_t size)
{
    uint32_t hash = 2166136261u, ending = 0, begin = 0, flags = 0;
    uint32_t uppers = 0, lowers = 0;
    const bool first_upper = size > 0 && bytes[0] >= 'A' && bytes[0] <= 'Z';
    for (uint32_t i = 0; i < size; i++) {
        uint32_t byte = bytes[i];
        if (byte >= 'a' && byte <= 'z') {
            lowers++;
        } else if (byte >= 'A' && byte <= 'Z') {
            uppers++;
            byte |= 0x20;
        } else if (byte >= '0' && byte <= '9') {
            flags |= TXT_SHAPE_DIGIT;
            byte = '0';
        } else if (byte == '-') {
            flags |= TXT_SHAPE_HYPHEN;
        } else if (byte < 0x80) {
            flags |= TXT_SHAPE_MARK;
        } else if (is_curly(bytes + i, size - i)) {
            flags |= TXT_SHAPE_MARK;
            byte = '\'';
            i += 2;
        } else {
            flags |= TXT_SHAPE_BEYOND_ASCII;
        }
        hash = (hash ^ byte) * 16777619u;
        ending = ending << 8 | byte;
        if (begin < 0x10000)
            begin = begin << 8 | byte;
    }
    if (uppers + lowers > 0)
        flags |= TXT_SHAPE_LETTER;
    hash ^= hash >> 15;
    hash *= 0x2c1b3c6du;
    hash ^= hash >> 13;
    *token = (TxtToken){.word = hash ? hash : 1,
                        .ending = ending,
                        .begin = begin,
                        .shape = (uint8_t)(flags | shape_of(uppers, lowers, first_upper))};
}

void txt_token_lower(TxtToken *token)
{
    token->shape &= (uint8_t)~TXT_SHAPE_CASE;
}

/* What is cut from the end of a word, behind an apostrophe; n't takes its n along. */
static const struct {
    const char *letters;
    uint32_t size;
} clitics[] = {{"s", 1}, {"t", 1}, {"re", 2}, {"ve", 2}, {"ll", 2}, {"d", 1}, {"m", 1}};

/* Bytes of the apostrophe that ends here, looking back; 0 if there is none. */
static uint32_t apostrophe(const uint8_t *bytes, uint32_t size)
{
    if (size > 0 && bytes[size - 1] == '\'')
        return 1;
    return size >= 3 && is_curly(bytes + size - 3, 3) ? 3 : 0;
}

static bool same_letters(const uint8_t *bytes, const char *small, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        if ((bytes[i] | 0x20) != (uint8_t)small[i])
            return false;
    return true;
}

/* Whether one stands where a clitic could begin. */
static bool has_apostrophe(const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = size > 3 ? size - 3 : 0; i < size; i++)
        if (bytes[i] == '\'' || bytes[i] == 0x99)
            return true;
    return false;
}

/* Bytes of the first token of a word. */
static uint32_t head_size(const uint8_t *bytes, uint32_t size)
{
    if (size == 6 && same_letters(bytes, "cannot", 6))
        return 3;
    if (!has_apostrophe(bytes, size))
        return size;
    for (size_t i = 0; i < sizeof(clitics) / sizeof(*clitics); i++) {
        const uint32_t tail = clitics[i].size;
        if (size <= tail || !same_letters(bytes + size - tail, clitics[i].letters, tail))
            continue;
        const uint32_t mark = apostrophe(bytes, size - tail);
        if (mark == 0)
            continue;
        uint32_t head = size - tail - mark;
        if (clitics[i].letters[0] == 't' && head > 0) {
            if ((bytes[head - 1] | 0x20) != 'n')
                continue;
            head--;
        }
        return head > 0 ? head : size;
    }
    return size;
}

/* Bytes of the run of one mark, or of what is not ASCII, that begins here. */
static uint32_t run_size(const uint8_t *bytes, uint32_t size)
{
    uint32_t n = 1;
    while (n < size && (bytes[n] == bytes[0] || (bytes[0] & bytes[n] & 0x80)))
        n++;
    return n;
}

bool txt_token_next(TxtTokenCursor *cursor, TxtToken *token)
{
    const TxtDoc *doc = cursor->doc;
    while (cursor->span < doc->n_spans && doc->spans[cursor->span].kind == TXT_SPACE)
        cursor->span++;
    if (cursor->span >= doc->n_spans)
        return false;
    const TxtSpan *span = &doc->spans[cursor->span];
    const uint32_t offset = cursor->offset, rest = txt_span_size(span) - offset;
    const uint8_t *bytes = doc->bytes + span->start + offset;
    uint32_t size = rest;
    if (span->kind == TXT_PUNCTUATION)
        size = run_size(bytes, rest);
    else if (offset == 0)
        size = head_size(bytes, rest);
    txt_token_make(token, bytes, size);
    token->span = cursor->span;
    token->tail = offset > 0;
    token->starts = offset == 0 && (span->flags & TXT_SENTENCE_START);
    cursor->offset = size < rest ? offset + size : 0;
    cursor->span += size == rest;
    return true;
}
