/* Case maps are utf8proc's; whether a code is a capital say the tables. */
#include "text/unicode/case.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#include "text/unicode/properties.h"
#include "text/unicode/unicode.h"

#define CAPITALS (TXT_IS_UPPER | TXT_IS_TITLE)
#define CASED (CAPITALS | TXT_IS_LOWER)

int32_t txt_lower(int32_t code)
{
    if (code < 0x80)
        return code >= 'A' && code <= 'Z' ? code + 32 : code;
    return utf8proc_tolower(code);
}

int32_t txt_upper(int32_t code)
{
    if (code < 0x80)
        return code >= 'a' && code <= 'z' ? code - 32 : code;
    return utf8proc_toupper(code);
}

int32_t txt_title(int32_t code)
{
    return code < 0x80 ? txt_upper(code) : utf8proc_totitle(code);
}

TxtCase txt_case(const uint8_t *word, size_t size)
{
    size_t n_cased = 0, n_capitals = 0;
    bool first_is_capital = false;
    for (size_t at = 0; at < size;) {
        int32_t code;
        at += txt_decode(word + at, size - at, &code);
        const uint32_t flags = code < 0 ? 0 : txt_properties(code)->flags;
        if (!(flags & CASED))
            continue;
        const bool is_capital = flags & CAPITALS;
        if (n_cased++ == 0)
            first_is_capital = is_capital;
        n_capitals += is_capital;
    }
    if (n_cased == 0)
        return TXT_CASE_NONE;
    if (n_capitals == 0)
        return TXT_CASE_LOWER;
    if (n_capitals == 1 && first_is_capital)
        return TXT_CASE_TITLE;
    return n_capitals == n_cased ? TXT_CASE_UPPER : TXT_CASE_MIXED;
}

size_t txt_case_apply(TxtCase pattern, const uint8_t *word, size_t size, uint8_t *out)
{
    size_t used = 0, at = 0;
    bool goes_on = pattern != TXT_CASE_NONE && pattern != TXT_CASE_MIXED;
    while (at < size && goes_on) {
        int32_t code;
        const size_t n = txt_decode(word + at, size - at, &code);
        if (code < 0) {
            memcpy(out + used, word + at, n);
            used += n;
        } else {
            goes_on = pattern != TXT_CASE_TITLE || !(txt_properties(code)->flags & CASED);
            code = pattern == TXT_CASE_LOWER   ? txt_lower(code)
                   : pattern == TXT_CASE_UPPER ? txt_upper(code)
                                               : txt_title(code);
            used += txt_encode(code, out + used);
        }
        at += n;
    }
    if (size > at)
        memcpy(out + used, word + at, size - at);
    return used + size - at;
}
