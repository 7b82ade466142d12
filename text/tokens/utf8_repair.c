/* Broken UTF-8, replaced. */
#include "text/tokens/utf8_repair.h"

#include <string.h>

#include "libaug/base/utf8.h"

const uint8_t *txt_utf8_repaired(TxtTokenScratch *scratch, const uint8_t *text, size_t *size)
{
    const size_t valid = augi_utf8_invalid((const char *)text, *size);
    if (valid == *size)
        return text;
    /* A broken sequence has one byte at least, and its replacement three. */
    if (!txt_buffer_reserve(scratch, &scratch->text, valid + 3 * (*size - valid), 1))
        return NULL;
    uint8_t *const whole = scratch->text.items, *to = whole + valid;
    memcpy(whole, text, valid);
    for (size_t at = valid; at < *size;) {
        int32_t code;
        const size_t n = augi_utf8_decode(text + at, *size - at, &code);
        memcpy(to, code < 0 ? (const uint8_t *)"\xef\xbf\xbd" : text + at, code < 0 ? 3 : n);
        to += code < 0 ? 3 : n;
        at += n;
    }
    *size = (size_t)(to - whole);
    return whole;
}
