/* Goes through text sequence by sequence, and over ASCII eight bytes at a time. */
#include "libaug/base/utf8.h"

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
