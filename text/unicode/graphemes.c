/* Extended grapheme clusters of UAX #29, Unicode 15.0 (rules GB1 to GB999). */
#include "text/unicode/properties.h"
#include "text/unicode/unicode.h"

#define BIT(name) (1u << TXT_GB_##name)

/* What no rule but GB4 and GB5 applies to, on either side. */
#define ALONE (BIT(CR) | BIT(LF) | BIT(CONTROL) | BIT(INVALID))

/* What follows a class without a break, whatever stood before it: GB6 to GB8 for syllables of
 * Hangul, GB9b for PREPEND; GB9 and GB9a, which hold behind everything, are ALWAYS. */
#define ALWAYS (BIT(EXTEND) | BIT(ZWJ) | BIT(SPACINGMARK))
static const uint32_t joined[TXT_N_GB] = {
    [TXT_GB_L] = BIT(L) | BIT(V) | BIT(LV) | BIT(LVT),
    [TXT_GB_LV] = BIT(V) | BIT(T),
    [TXT_GB_V] = BIT(V) | BIT(T),
    [TXT_GB_LVT] = BIT(T),
    [TXT_GB_T] = BIT(T),
    [TXT_GB_PREPEND] = ~ALONE,
};

/* How far a cluster is in "pictograph, marks, joiner, pictograph" (GB11). */
typedef enum Emoji { NO_EMOJI, EMOJI, EMOJI_JOINER } Emoji;

static Emoji next_emoji(Emoji emoji, const TxtProperties *next)
{
    if (next->flags & TXT_IS_PICTOGRAPH)
        return EMOJI;
    if (emoji == EMOJI && next->grapheme == TXT_GB_EXTEND)
        return EMOJI;
    return emoji == EMOJI && next->grapheme == TXT_GB_ZWJ ? EMOJI_JOINER : NO_EMOJI;
}

size_t txt_grapheme_end(const uint8_t *text, size_t size, size_t start)
{
    size_t at = start + 1;
    /* Of ASCII only CR and LF join. */
    if (text[start] < 0x80 && (at == size || text[at] < 0x80))
        return at + (text[start] == '\r' && at < size && text[at] == '\n');
    int32_t code;
    at = start + txt_decode(text + start, size - start, &code);
    if (code < 0)
        return at;
    const TxtProperties *last = txt_properties(code);
    Emoji emoji = next_emoji(NO_EMOJI, last);
    bool half_flag = last->grapheme == TXT_GB_REGIONAL_INDICATOR;
    while (at < size && !(ALONE >> last->grapheme & 1)) {
        const size_t used = txt_decode(text + at, size - at, &code);
        if (code < 0)
            return at;
        const TxtProperties *next = txt_properties(code);
        const bool is_flag = next->grapheme == TXT_GB_REGIONAL_INDICATOR;
        if (!((ALWAYS | joined[last->grapheme]) >> next->grapheme & 1) &&
            !(emoji == EMOJI_JOINER && next->flags & TXT_IS_PICTOGRAPH) && !(half_flag && is_flag))
            return at;
        /* GB12, GB13: two regional indicators are a flag. */
        half_flag = is_flag && !half_flag;
        emoji = next_emoji(emoji, next);
        last = next;
        at += used;
    }
    return at;
}

/* What GB11 to GB13 look back over. */
#define PASSED (BIT(EXTEND) | BIT(ZWJ) | BIT(REGIONAL_INDICATOR))

/* Where the sequence begins that may end at a place, or go on beyond it. */
static size_t sequence_start(const uint8_t *text, size_t at)
{
    size_t start = at - 1;
    while (start > 0 && at - start < 4 && (text[start] & 0xc0) == 0x80)
        start--;
    return start;
}

bool txt_grapheme_begins(const uint8_t *text, size_t size, size_t at)
{
    if (at == 0 || at >= size)
        return true;
    size_t start = at;
    int32_t code;
    do {
        const size_t before = sequence_start(text, start);
        const size_t end = before + txt_decode(text + before, size - before, &code);
        if (end > at)
            return false;
        /* Damage joins nothing. */
        if (code < 0 || end < start)
            break;
        start = before;
    } while (start > 0 && PASSED >> txt_properties(code)->grapheme & 1);
    while (start < at)
        start = txt_grapheme_end(text, size, start);
    return start == at;
}
