/* Goes through text sequence by sequence, and over ASCII eight bytes at a time. */
#include "libaug/base/utf8.h"

#include <inttypes.h>
#include <string.h>

size_t augi_utf8_invalid(const char *text, size_t size)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t at = 0;
    while (at < size) {
        /* Eight ASCII bytes at a time: most text has long runs of them. */
        uint64_t word;
        while (size - at >= sizeof(word)) {
            memcpy(&word, bytes + at, sizeof(word));
            if (word & UINT64_C(0x8080808080808080))
                break;
            at += sizeof(word);
        }
        if (at == size)
            break;
        int32_t code;
        const size_t n = augi_utf8_decode(bytes + at, size - at, &code);
        if (code < 0)
            return at;
        at += n;
    }
    return size;
}

AugStatus augi_utf8_check_classes(const char *const *names, uint32_t n, const char *who,
                                  const char *where, AugError *error)
{
    for (uint32_t i = 0; i < n; i++) {
        const size_t size = names[i] ? strlen(names[i]) : 0;
        const size_t at = size > 0 ? augi_utf8_invalid(names[i], size) : 0;
        if (at < size)
            return AUG_FAIL(error, AUG_UNSUPPORTED, where,
                            "the name of class %" PRIu32
                            " is no UTF-8 from byte %zu on ('%.*s' and then 0x%02x), and %s says "
                            "names in JSON; allowed are classes with other names",
                            i, at, at < 80 ? (int)at : 80, names[i], (unsigned char)names[i][at],
                            who);
    }
    return AUG_OK;
}
