/* Well-formed UTF-8, as the Unicode Standard's table 3-7 defines it. */
#ifndef AUGI_UTF8_H
#define AUGI_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* Reads the sequence that begins here; size > 0. Returns its bytes and sets *code. Where it is not
 * well-formed *code is -1, and what is returned is its maximal subpart: as many bytes as begin a
 * well-formed sequence, at least one. */
static inline size_t augi_utf8_decode(const uint8_t *text, size_t size, int32_t *code)
{
    const uint32_t lead = text[0];
    if (lead < 0x80) {
        *code = (int32_t)lead;
        return 1;
    }
    *code = -1;
    if (lead < 0xc2 || lead > 0xf4)
        return 1;
    const size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    /* The second byte alone has other bounds than 80..bf: overlong forms, surrogates, the end. */
    uint32_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint32_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    uint32_t value = lead & (0x7fu >> length);
    for (size_t k = 1; k < length; k++) {
        if (k == size || text[k] < low || text[k] > high)
            return k;
        value = value << 6 | (text[k] & 0x3fu);
        low = 0x80;
        high = 0xbf;
    }
    *code = (int32_t)value;
    return length;
}

/* Offset of the first byte that is not part of well-formed UTF-8; size if there is none. */
size_t augi_utf8_invalid(const char *text, size_t size);

/* Fails with AUG_UNSUPPORTED where one of the names of n classes, of which each may be NULL, is no
 * UTF-8, and so cannot be said in JSON. who: what would say it, such as "an archive"; where: put
 * before the message. */
AUG_MUST_CHECK AugStatus augi_utf8_check_classes(const char *const *names, uint32_t n,
                                                 const char *who, const char *where,
                                                 AugError *error);

#endif
