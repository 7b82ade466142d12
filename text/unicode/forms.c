/* Canonical forms, step by step. */
#include "text/unicode/forms.h"

#include <utf8proc.h>

int txt_code_decompose(int32_t code, int32_t parts[TXT_MAX_DECOMPOSITION])
{
    const utf8proc_ssize_t n =
        utf8proc_decompose_char(code, parts, TXT_MAX_DECOMPOSITION, UTF8PROC_DECOMPOSE, NULL);
    if (n >= 1 && n <= TXT_MAX_DECOMPOSITION)
        return (int)n;
    parts[0] = code;
    return 1;
}

uint8_t txt_code_class(int32_t code)
{
    return (uint8_t)utf8proc_get_property(code)->combining_class;
}

size_t txt_codes_compose(int32_t *codes, size_t n)
{
    const utf8proc_ssize_t left =
        utf8proc_normalize_utf32(codes, (utf8proc_ssize_t)n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    return left < 0 ? n : (size_t)left;
}
