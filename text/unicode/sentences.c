/* Sentences of UAX #29, Unicode 15.0 (rules SB1 to SB998).
 *
 * After a full stop, rule SB8 looks ahead for a lower-case letter, as far as the next letter,
 * terminator or end of a paragraph. No two such looks pass over the same code, since each begins
 * behind a terminator and ends at the next at the latest; so all of them together read a text once.
 */
#include <stdbool.h>

#include "text/unicode/properties.h"
#include "text/unicode/unicode.h"

#define BIT(name) (1u << TXT_SB_##name)

#define PARAGRAPH (BIT(SEP) | BIT(CR) | BIT(LF))
#define TERMINATORS (BIT(ATERM) | BIT(STERM))
/* SB5: what belongs to the code before it. */
#define IGNORED (BIT(EXTEND) | BIT(FORMAT))
/* SB8: what ends the look ahead, LOWER with another result than the rest. */
#define DECIDING (BIT(OLETTER) | BIT(UPPER) | BIT(LOWER) | PARAGRAPH | TERMINATORS)

/* A code with what SB5 counts to it, and where that ends. Behind the text there is an invalid one of
 * no size. */
typedef struct Unit {
    uint32_t class;
    size_t end;
} Unit;

static Unit read_code(const uint8_t *text, size_t size, size_t at)
{
    if (at == size)
        return (Unit){TXT_SB_INVALID, size};
    int32_t code;
    const size_t end = at + txt_decode(text + at, size - at, &code);
    return (Unit){code < 0 ? TXT_SB_INVALID : txt_properties(code)->sentence, end};
}

static Unit read_unit(const uint8_t *text, size_t size, size_t at)
{
    Unit unit = read_code(text, size, at);
    if (unit.class == TXT_SB_INVALID)
        return unit;
    if (PARAGRAPH >> unit.class & 1) {
        /* SB3: CR and LF are one end of a line. */
        unit.end += unit.class == TXT_SB_CR && unit.end < size && text[unit.end] == '\n';
        return unit;
    }
    /* Nothing in ASCII is ignored. */
    while (unit.end < size && text[unit.end] >= 0x80) {
        const Unit next = read_code(text, size, unit.end);
        if (!(IGNORED >> next.class & 1))
            break;
        unit.end = next.end;
    }
    return unit;
}

/* Passes over all units of a class. */
static size_t pass(const uint8_t *text, size_t size, size_t at, uint32_t class)
{
    for (;;) {
        const Unit unit = read_unit(text, size, at);
        if (unit.class != class)
            return at;
        at = unit.end;
    }
}

/* SB8: whether the next thing that decides is a lower-case letter. */
static bool goes_on_lower(const uint8_t *text, size_t size, size_t at)
{
    Unit unit = read_unit(text, size, at);
    while (!((DECIDING | BIT(INVALID)) >> unit.class & 1))
        unit = read_unit(text, size, unit.end);
    return unit.class == TXT_SB_LOWER;
}

/* Whether the sentence ends behind a terminator of this class that follows a unit of the class
 * before. *at, behind the terminator, is moved to where it ends or goes on. */
static bool ends(const uint8_t *text, size_t size, size_t *at, uint32_t terminator, uint32_t before)
{
    Unit next = read_unit(text, size, *at);
    if (terminator == TXT_SB_ATERM) {
        if (next.class == TXT_SB_NUMERIC) /* SB6 */
            return false;
        if ((BIT(UPPER) | BIT(LOWER)) >> before & 1 && next.class == TXT_SB_UPPER) /* SB7 */
            return false;
    }
    /* SB9, SB10 */
    *at = pass(text, size, *at, TXT_SB_CLOSE);
    *at = pass(text, size, *at, TXT_SB_SP);
    next = read_unit(text, size, *at);
    if (PARAGRAPH >> next.class & 1) {
        *at = next.end;
        return true;
    }
    if ((TERMINATORS | BIT(SCONTINUE)) >> next.class & 1) /* SB8a */
        return false;
    return terminator != TXT_SB_ATERM || !goes_on_lower(text, size, *at);
}

size_t txt_sentence_end(const uint8_t *text, size_t size, size_t start)
{
    Unit unit = read_unit(text, size, start);
    if (unit.class == TXT_SB_INVALID)
        return unit.end;
    size_t at = start;
    uint32_t before = TXT_SB_OTHER;
    while (unit.class != TXT_SB_INVALID) {
        at = unit.end;
        if (PARAGRAPH >> unit.class & 1)
            return at;
        if (TERMINATORS >> unit.class & 1 && ends(text, size, &at, unit.class, before))
            return at;
        before = unit.class;
        unit = read_unit(text, size, at);
    }
    return at;
}
