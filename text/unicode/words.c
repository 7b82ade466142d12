/* Words of UAX #29, Unicode 15.0 (rules WB1 to WB999). Text of ASCII is gone through byte by byte
 * with one table; from the first other byte of a segment on, code by code.
 */
#include <stdbool.h>

#include "text/unicode/properties.h"
#include "text/unicode/unicode.h"

#define BIT(name) (1u << TXT_WB_##name)

#define LETTERS (BIT(ALETTER) | BIT(HEBREW_LETTER))
/* What a word is made of but for the marks within it: in ASCII, any of it follows any other. */
#define WORDLY (LETTERS | BIT(NUMERIC) | BIT(EXTENDNUMLET))
#define NEWLINES (BIT(CR) | BIT(LF) | BIT(NEWLINE))
/* WB4: what belongs to the code before it. */
#define IGNORED (BIT(EXTEND) | BIT(FORMAT) | BIT(ZWJ))

/* What follows a class without a break: WB5, WB8 to WB10, WB13 to WB13b, and WB7a. */
static const uint32_t joined[TXT_N_WB] = {
    [TXT_WB_ALETTER] = WORDLY,
    [TXT_WB_HEBREW_LETTER] = WORDLY | BIT(SINGLE_QUOTE),
    [TXT_WB_NUMERIC] = WORDLY,
    [TXT_WB_KATAKANA] = BIT(KATAKANA) | BIT(EXTENDNUMLET),
    [TXT_WB_EXTENDNUMLET] = WORDLY | BIT(KATAKANA),
};

/* The classes that must stand on both sides of a mark for which it is no break: WB6 and WB7, WB7b
 * and WB7c, WB11 and WB12. */
static const uint32_t around[TXT_N_WB] = {
    [TXT_WB_MIDLETTER] = LETTERS,
    [TXT_WB_MIDNUM] = BIT(NUMERIC),
    [TXT_WB_MIDNUMLET] = LETTERS | BIT(NUMERIC),
    [TXT_WB_SINGLE_QUOTE] = LETTERS | BIT(NUMERIC),
    [TXT_WB_DOUBLE_QUOTE] = BIT(HEBREW_LETTER),
};

/* Whether a mark is within a word: both sides are letters, or both are digits. */
static bool is_within(uint32_t before, uint32_t mark, uint32_t after)
{
    const uint32_t sides = 1u << before | 1u << after;
    return (sides & around[mark]) == sides && (!(sides & BIT(NUMERIC)) || sides == BIT(NUMERIC));
}

/* A code of the text: its properties, NULL if it is invalid, and where it ends. */
typedef struct Unit {
    const TxtProperties *is;
    size_t end;
} Unit;

static Unit read_unit(const uint8_t *text, size_t size, size_t at)
{
    int32_t code;
    const size_t used = txt_decode(text + at, size - at, &code);
    return (Unit){code < 0 ? NULL : txt_properties(code), at + used};
}

/* The next code that WB4 does not ignore; an invalid one at the end of the text. */
static Unit read_past_ignored(const uint8_t *text, size_t size, size_t at)
{
    while (at < size) {
        const Unit unit = read_unit(text, size, at);
        if (!unit.is || !(IGNORED >> unit.is->word & 1))
            return unit;
        at = unit.end;
    }
    return (Unit){NULL, size};
}

/* Goes on from at, behind a code of the class last of the same segment. */
static size_t walk(const uint8_t *text, size_t size, size_t at, uint32_t last)
{
    /* The class just before at, with those that WB4 ignores: WB3c and WB3d want neighbours. */
    uint32_t neighbour = last;
    while (at < size) {
        const Unit next = read_unit(text, size, at);
        if (!next.is)
            return at;
        const uint32_t word = next.is->word;
        if (IGNORED >> word & 1) {
            neighbour = word;
            at = next.end;
            continue;
        }
        const bool joins = joined[last] >> word & 1 ||
                           (neighbour == TXT_WB_ZWJ && next.is->flags & TXT_IS_PICTOGRAPH) ||
                           (neighbour == TXT_WB_WSEGSPACE && word == TXT_WB_WSEGSPACE);
        uint32_t becomes = word;
        size_t end = next.end;
        if (last == TXT_WB_REGIONAL_INDICATOR && word == TXT_WB_REGIONAL_INDICATOR) {
            /* WB15, WB16: two are a flag, and a third begins the next. */
            becomes = TXT_WB_OTHER;
        } else if (around[word] >> last & 1) {
            const Unit after = read_past_ignored(text, size, next.end);
            if (after.is && is_within(last, word, after.is->word)) {
                becomes = after.is->word;
                end = after.end;
            } else if (!joins) {
                return at;
            }
        } else if (!joins) {
            return at;
        }
        last = neighbour = becomes;
        at = end;
    }
    return at;
}

/* A word of ASCII whose first byte is a letter, a digit or "_". */
static size_t ascii_word(const uint8_t *text, size_t size, size_t start)
{
    size_t at = start + 1;
    for (;;) {
        while (at < size && text[at] < 0x80 && WORDLY >> txt_ascii_word_break[text[at]] & 1)
            at++;
        const uint32_t last = txt_ascii_word_break[text[at - 1]];
        if (at == size)
            return at;
        if (text[at] >= 0x80)
            return walk(text, size, at, last);
        const uint32_t mark = txt_ascii_word_break[text[at]];
        if (!(around[mark] >> last & 1) || at + 1 == size)
            return at;
        if (text[at + 1] >= 0x80)
            return walk(text, size, at, last);
        if (!is_within(last, mark, txt_ascii_word_break[text[at + 1]]))
            return at;
        at += 2;
    }
}

size_t txt_word_end(const uint8_t *text, size_t size, size_t start)
{
    if (text[start] >= 0x80) {
        const Unit first = read_unit(text, size, start);
        if (!first.is || NEWLINES >> first.is->word & 1)
            return first.end;
        return walk(text, size, first.end, first.is->word);
    }
    const uint32_t first = txt_ascii_word_break[text[start]];
    if (WORDLY >> first & 1)
        return ascii_word(text, size, start);
    size_t at = start + 1;
    if (NEWLINES >> first & 1)
        return at + (first == TXT_WB_CR && at < size && text[at] == '\n');
    if (first == TXT_WB_WSEGSPACE)
        while (at < size && text[at] == text[start])
            at++;
    return at == size || text[at] < 0x80 ? at : walk(text, size, at, first);
}
